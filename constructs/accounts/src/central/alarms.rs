//! What is watched of the way of an event through the central account, beside dead letters and functions.

use pipesynth_contract::names;
use pipesynth_core::{Stack, Value};

use super::run_log::RunLog;
use super::{api, slack_api, stage};
use crate::alarm::{self, Limit, Metric};

/// Milliseconds that the dispatcher may be behind the table's stream.
const BEHIND_MS: u32 = 60_000;
/// Percent of its capacity that the run log's cluster may use for long.
const MOST_PERCENT: u32 = 90;
/// Seconds that an event may wait for the trigger manager.
const WAITED_SECONDS: u32 = 300;
/// Seconds that an alert may wait for Slack: longer than one that comes again once.
const SLACK_WAITED_SECONDS: u32 = 900;

pub(super) fn add(stack: &mut Stack, log: RunLog) {
    let root = stack.root();
    let bus_rule = vec![("EventBusName", names::BUS.into()), ("RuleName", names::RULE_TRIGGER_EVENTS_MANAGER.into())];
    for (id, text, metric, limit) in [
        (
            "run-events-age",
            "A run's status change waits for the trigger manager",
            metric("AWS/SQS", "ApproximateAgeOfOldestMessage", vec![("QueueName", names::QUEUE_RUN_EVENTS.into())]),
            minutes("Maximum", WAITED_SECONDS, 2),
        ),
        // Every minute the sweep tries what is not sent, so what is older than that fails again.
        (
            "triggers-not-sent",
            "Triggers that an account's bus does not take",
            metric(names::METRICS, names::METRIC_DISPATCH_FAILED, vec![("Reason", names::REASON_NOT_SENT.into())]),
            minutes("Sum", 0, 2),
        ),
        (
            "notices-not-sent",
            "What owners of pipelines should be told could not be sent, and is in the log alone",
            metric(names::METRICS, names::METRIC_ALERTS, vec![("Reason", names::REASON_NOT_SENT.into())]),
            minutes("Sum", 0, 1),
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
            "slack-age",
            "An alert waits for Slack",
            metric("AWS/SQS", "ApproximateAgeOfOldestMessage", vec![("QueueName", names::QUEUE_SLACK.into())]),
            minutes("Maximum", SLACK_WAITED_SECONDS, 2),
        ),
        (
            "slack-errors",
            "The Slack API cannot take alerts",
            metric(
                "AWS/ApiGateway",
                "5XXError",
                vec![("ApiName", slack_api::NAME.into()), ("Stage", stage::NAME.into())],
            ),
            minutes("Sum", 0, 1),
        ),
    ]
    .into_iter()
    .chain(log_alarms(log))
    {
        alarm::of(stack, root, format!("{id}-alarm"), text.to_owned(), metric, limit);
    }
}

type Alarm = (&'static str, &'static str, Metric, Limit);

fn minutes(statistic: &'static str, above: u32, periods: u32) -> Limit {
    Limit { statistic, above, period: 60, periods }
}

fn metric(namespace: &'static str, name: &'static str, dimensions: Vec<(&'static str, Value)>) -> Metric {
    Metric { namespace, name, dimensions }
}

/// What there is to watch of the run log.
fn log_alarms(log: RunLog) -> Vec<Alarm> {
    let Some(table) = log.stream() else {
        let cluster = vec![("DBClusterIdentifier", names::RUN_LOG_CLUSTER.into())];
        return vec![(
            "run-log-capacity",
            "The run log's cluster is near the most capacity that it may take",
            metric("AWS/RDS", "ACUUtilization", cluster),
            Limit { statistic: "Average", above: MOST_PERCENT, period: 300, periods: 3 },
        )];
    };
    let table = || vec![("TableName", table.reference().into())];
    vec![
        (
            "stream-age",
            "The dispatcher is behind the table's stream",
            metric("AWS/Lambda", "IteratorAge", vec![("FunctionName", names::FN_TRIGGER_DISPATCHER.into())]),
            minutes("Maximum", BEHIND_MS, 2),
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
    ]
}
