//! From the bus to the trigger manager: rule `trigger-events-manager` → queue → function, which logs the run and decides.

use pipesynth_cfn::events::{self, rule};
use pipesynth_cfn::lambda::{self, event_source_mapping as mapping};
use pipesynth_cfn::sqs;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Map, Stack, Statement, Value};

use super::notices::Notices;
use super::run_log::RunLog;
use crate::function::Function;
use crate::queue;

/// Seconds for one batch of status events.
const TIMEOUT: u32 = 30;

pub(super) fn add(stack: &mut Stack, bus: Handle<events::EventBus>, log: RunLog, notices: Notices) {
    let root = stack.root();
    let dead =
        queue::dead_letters(stack, root, "run-events-dead-letters", names::dead_letter_queue(names::QUEUE_RUN_EVENTS));
    let queue = queue::work(stack, root, "run-events", names::QUEUE_RUN_EVENTS.into(), TIMEOUT, dead);
    let rule = stack.add(root, names::RULE_TRIGGER_EVENTS_MANAGER, rule(bus, queue, dead));
    queue::allow_send(stack, root, "run-events-policy", &[queue, dead], |statement| {
        statement.when("ArnEquals", "aws:SourceArn", rule.att(events::Rule::ARN))
    });
    let function = Function {
        name: names::FN_TRIGGER_MANAGER,
        role: names::ROLE_TRIGGER_MANAGER,
        description: "Logs run status changes and decides which pipelines they start",
        timeout: TIMEOUT,
        environment: log.environment().into_iter().chain([notices.environment()]).collect(),
        statements: [Statement::allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
            .sid("Queue")
            .on(queue.att(sqs::Queue::ARN))]
        .into_iter()
        .chain([notices.send()])
        .chain(log.manager())
        .collect(),
    }
    .add(stack, root);
    let mapping = stack.add(
        root,
        "run-events-to-trigger-manager",
        lambda::EventSourceMapping::new()
            .event_source_arn(queue.att(sqs::Queue::ARN))
            .function_name(function.reference())
            .batch_size(10)
            .function_response_types(["ReportBatchItemFailures"])
            .scaling_config(mapping::ScalingConfig::new().maximum_concurrency(50)),
    );
    if let Some(tables) = log.ready() {
        stack.depends_on(mapping.id(), tables);
    }
}

/// 185 tries in 24 hours are EventBridge's maxima and defaults (EventBridge User Guide, retry policy).
fn rule(bus: Handle<events::EventBus>, queue: Handle<sqs::Queue>, dead: Handle<sqs::Queue>) -> events::Rule {
    let machines = format!("arn:*:states:*:*:stateMachine:{}*", names::PREFIX);
    let pattern = Map::new()
        .with("source", [names::STATES_SOURCE])
        .with("detail-type", [names::DETAIL_TYPE_STATUS])
        .with("replay-name", Value::list([Map::from([("exists", false)])]))
        .with("detail", Map::new().with("stateMachineArn", Value::list([Map::new().with("wildcard", machines)])));
    events::Rule::new()
        .name(names::RULE_TRIGGER_EVENTS_MANAGER)
        .description("Run status changes of all accounts, to the trigger manager's queue")
        .event_bus_name(bus.reference())
        .event_pattern(pattern)
        .state("ENABLED")
        .targets([rule::Target::new()
            .id("run-events")
            .arn(queue.att(sqs::Queue::ARN))
            .dead_letter_config(rule::DeadLetterConfig::new().arn(dead.att(sqs::Queue::ARN)))
            .retry_policy(rule::RetryPolicy::new().maximum_retry_attempts(185).maximum_event_age_in_seconds(86_400))])
}
