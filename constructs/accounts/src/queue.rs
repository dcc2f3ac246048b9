//! Queues: one for work with its dead-letter queue, or a dead-letter queue alone.

use crate::alarm;
use pipesynth_cfn::sqs;
use pipesynth_core::{Handle, Map, Policy, Scope, Stack, Statement, policy};

/// Seconds that a message is kept: 14 days, the longest that SQS keeps one (Amazon SQS quotas), so that an outage loses none.
const LONGEST_SECONDS: u32 = 1_209_600;
/// How often a message is tried before it becomes a dead letter.
const TRIES: u32 = 5;

/// Adds a dead-letter queue. EventBridge takes standard queues only (EventBridge User Guide, dead-letter queues).
pub(crate) fn dead_letters(stack: &mut Stack, scope: Scope, id: &'static str, name: String) -> Handle<sqs::Queue> {
    let text = name.clone();
    let queue =
        sqs::Queue::new().queue_name(name).message_retention_period(LONGEST_SECONDS).sqs_managed_sse_enabled(true);
    let queue = stack.add(scope, id, queue);
    stack.set_policy(queue.id(), Policy::Retain);
    alarm::of_dead_letters(stack, scope, id, &text, queue);
    queue
}

/// Adds a queue that a function with a timeout of so many seconds reads. A message stays hidden for six times that
/// (AWS Lambda Developer Guide, SQS event source: at least six times the function's timeout).
pub(crate) fn work(
    stack: &mut Stack,
    scope: Scope,
    id: &'static str,
    name: String,
    function_timeout: u32,
    dead: Handle<sqs::Queue>,
) -> Handle<sqs::Queue> {
    let queue = sqs::Queue::new()
        .queue_name(name)
        .message_retention_period(LONGEST_SECONDS)
        .visibility_timeout(6 * function_timeout)
        .sqs_managed_sse_enabled(true)
        .redrive_policy(
            Map::new().with("deadLetterTargetArn", dead.att(sqs::Queue::ARN)).with("maxReceiveCount", TRIES),
        );
    let queue = stack.add(scope, id, queue);
    stack.set_policy(queue.id(), Policy::Delete);
    queue
}

/// Lets a service send to queues, under conditions that the caller puts on the statement.
pub(crate) fn allow_send(
    stack: &mut Stack,
    scope: Scope,
    id: &'static str,
    queues: &[Handle<sqs::Queue>],
    condition: impl FnOnce(Statement) -> Statement,
) {
    let mut statement = Statement::allow(["sqs:SendMessage"]).to_service("events.amazonaws.com");
    for queue in queues {
        statement = statement.on(queue.att(sqs::Queue::ARN));
    }
    let references: Vec<_> = queues.iter().map(|q| q.reference()).collect();
    stack.add(scope, id, sqs::QueuePolicy::new().queues(references).policy_document(policy([condition(statement)])));
}
