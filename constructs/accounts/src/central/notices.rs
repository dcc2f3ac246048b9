//! The queue of what the owners of pipelines are to be told: from every function that decides, to the dispatcher, which alone may put
//! events on the accounts' buses.

use pipesynth_cfn::lambda::{self, event_source_mapping as mapping};
use pipesynth_cfn::sqs;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Stack, Statement, Value};

use crate::queue;

/// The queue, for those who send to it.
#[derive(Clone, Copy)]
pub(super) struct Notices {
    queue: Handle<sqs::Queue>,
}

/// Adds the queue, which the dispatcher with a timeout of so many seconds reads. What it fails with five times, such as a notice for an
/// account without the stack, becomes a dead letter, of which there is an alarm.
pub(super) fn add(stack: &mut Stack, function_timeout: u32) -> Notices {
    let root = stack.root();
    let dead = queue::dead_letters(stack, root, "notices-dead-letters", names::dead_letter_queue(names::QUEUE_NOTICES));
    let queue = queue::work(stack, root, "notices", names::QUEUE_NOTICES.into(), function_timeout, dead);
    queue::tls_only(stack, root, "notices-policy", &[queue, dead]);
    Notices { queue }
}

impl Notices {
    /// What a function needs that sends to it.
    pub fn send(self) -> Statement {
        Statement::allow(["sqs:SendMessage"]).sid("Notices").on(self.queue.att(sqs::Queue::ARN))
    }

    /// Where it is, for the function's environment.
    pub fn environment(self) -> (&'static str, Value) {
        (names::ENV_NOTICES_QUEUE, self.queue.reference().into())
    }

    /// What the dispatcher needs, which sends and reads.
    pub fn read(self) -> Statement {
        let actions = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
        Statement::allow(actions).sid("Notices").on(self.queue.att(sqs::Queue::ARN))
    }

    /// Lets the dispatcher read it.
    pub fn listen(self, stack: &mut Stack, function: Handle<lambda::Function>) {
        let root = stack.root();
        let mapping = lambda::EventSourceMapping::new()
            .event_source_arn(self.queue.att(sqs::Queue::ARN))
            .function_name(function.reference())
            .batch_size(10)
            .function_response_types(["ReportBatchItemFailures"])
            // Two are the fewest that Lambda takes: triggers go first.
            .scaling_config(mapping::ScalingConfig::new().maximum_concurrency(2));
        stack.add(root, "notices-to-trigger-dispatcher", mapping);
    }
}
