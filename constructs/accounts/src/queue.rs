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
    let queue = stack.add(scope, id, named(name));
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
    work_tried(stack, scope, id, name, Tries { timeout: function_timeout, most: TRIES }, dead)
}

/// How often a message is tried, and how long one try may take.
pub(crate) struct Tries {
    /// Seconds of the function's timeout.
    pub timeout: u32,
    /// At most 1,000 (SQS API reference, `SetQueueAttributes`).
    pub most: u32,
}

/// As [`work`], with a number of tries of its own.
pub(crate) fn work_tried(
    stack: &mut Stack,
    scope: Scope,
    id: &'static str,
    name: String,
    tries: Tries,
    dead: Handle<sqs::Queue>,
) -> Handle<sqs::Queue> {
    let redrive = Map::new().with("deadLetterTargetArn", dead.att(sqs::Queue::ARN)).with("maxReceiveCount", tries.most);
    let queue = named(name).visibility_timeout(6 * tries.timeout).redrive_policy(redrive);
    let queue = stack.add(scope, id, queue);
    stack.set_policy(queue.id(), Policy::Delete);
    queue
}

/// A name that ends in `.fifo` is that of a first-in-first-out queue, and of no other.
fn named(name: String) -> sqs::Queue {
    let fifo = name.ends_with(".fifo");
    let queue =
        sqs::Queue::new().queue_name(name).message_retention_period(LONGEST_SECONDS).sqs_managed_sse_enabled(true);
    if fifo { queue.fifo_queue(true) } else { queue }
}

/// Lets a service send to queues, under conditions that the caller puts on the statement.
pub(crate) fn allow_send(
    stack: &mut Stack,
    scope: Scope,
    id: &'static str,
    queues: &[Handle<sqs::Queue>],
    condition: impl FnOnce(Statement) -> Statement,
) {
    let send = Statement::allow(["sqs:SendMessage"]).to_service("events.amazonaws.com");
    attach(stack, scope, id, queues, vec![condition(on(send, queues))]);
}

/// Refuses what is not encrypted on its way, at queues that nobody but the account's own roles reaches. A queue has one policy: those of
/// [`allow_send`] refuse it too.
pub(crate) fn tls_only(stack: &mut Stack, scope: Scope, id: &'static str, queues: &[Handle<sqs::Queue>]) {
    attach(stack, scope, id, queues, Vec::new());
}

fn attach(
    stack: &mut Stack,
    scope: Scope,
    id: &'static str,
    queues: &[Handle<sqs::Queue>],
    mut statements: Vec<Statement>,
) {
    let tls = on(Statement::deny(["sqs:*"]).sid("TlsOnly").to_anyone(), queues);
    statements.push(tls.when("Bool", "aws:SecureTransport", "false"));
    let references: Vec<_> = queues.iter().map(|q| q.reference()).collect();
    stack.add(scope, id, sqs::QueuePolicy::new().queues(references).policy_document(policy(statements)));
}

fn on(statement: Statement, queues: &[Handle<sqs::Queue>]) -> Statement {
    queues.iter().fold(statement, |statement, queue| statement.on(queue.att(sqs::Queue::ARN)))
}
