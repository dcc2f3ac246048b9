//! What is watched of the way of an event through the central account, beside dead letters and functions.

use pipesynth_cfn::dynamodb;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Stack};

use super::{api, stage};
use crate::alarm::{self, Limit, Metric};

/// Milliseconds that the dispatcher may be behind the table's stream.
const BEHIND_MS: u32 = 60_000;
/// Seconds that an event may wait for the trigger manager.
const WAITED_SECONDS: u32 = 300;

pub(super) fn add(stack: &mut Stack, table: Handle<dynamodb::Table>) {
    let root = stack.root();
    let minutes = |statistic, above, periods| Limit { statistic, above, period: 60, periods };
    let metric = |namespace, name, dimensions| Metric { namespace, name, dimensions };
    let bus_rule = vec![("EventBusName", names::BUS.into()), ("RuleName", names::RULE_TRIGGER_EVENTS_MANAGER.into())];
    let table = || vec![("TableName", table.reference().into())];
    for (id, text, metric, limit) in [
        (
            "run-events-age",
            "A run's status change waits for the trigger manager",
            metric("AWS/SQS", "ApproximateAgeOfOldestMessage", vec![("QueueName", names::QUEUE_RUN_EVENTS.into())]),
            minutes("Maximum", WAITED_SECONDS, 2),
        ),
        (
            "stream-age",
            "The dispatcher is behind the table's stream",
            metric("AWS/Lambda", "IteratorAge", vec![("FunctionName", names::FN_TRIGGER_DISPATCHER.into())]),
            minutes("Maximum", BEHIND_MS, 2),
        ),
        // Every minute the sweep tries what is not sent, so what is older than that fails again.
        (
            "triggers-not-sent",
            "Triggers that an account's bus does not take",
            metric(names::METRICS, names::METRIC_DISPATCH_FAILED, vec![("Reason", names::REASON_NOT_SENT.into())]),
            minutes("Sum", 0, 2),
        ),
        (
            "rule-failed",
            "EventBridge could not bring status changes to the queue",
            metric("AWS/Events", "FailedInvocations", bus_rule.clone()),
            minutes("Sum", 0, 1),
        ),
        (
            "rule-lost",
            "EventBridge could not bring status changes to the dead letters either",
            metric("AWS/Events", "InvocationsFailedToBeSentToDlq", bus_rule),
            minutes("Sum", 0, 1),
        ),
        (
            "registry-errors",
            "The registry answers with errors of its own",
            metric("AWS/ApiGateway", "5XXError", vec![("ApiName", api::NAME.into()), ("Stage", stage::NAME.into())]),
            minutes("Sum", 0, 1),
        ),
        (
            "state-reads-throttled",
            "Reads of the state table are throttled",
            metric("AWS/DynamoDB", "ReadThrottleEvents", table()),
            minutes("Sum", 0, 2),
        ),
        (
            "state-writes-throttled",
            "Writes of the state table are throttled",
            metric("AWS/DynamoDB", "WriteThrottleEvents", table()),
            minutes("Sum", 0, 2),
        ),
    ] {
        alarm::of(stack, root, format!("{id}-alarm"), text.to_owned(), metric, limit);
    }
}
