//! `FULL_EXECUTION`: the machine's log → the account's execution tracker, which tells of each step.

use pipesynth_cfn::logs;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Scope, Stack};

use crate::construct::Fixed;
use crate::plan::PipelinePlan;

/// The events that the tracker looks at, of all that a machine's log holds at the level `ALL`; which of them are of the user's steps, the
/// tracker knows by the names.
const EVENTS: [&str; 9] = [
    "ParallelStateEntered",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStateExited",
    "TaskFailed",
    "TaskTimedOut",
    "TaskSubmitFailed",
    "TaskStartFailed",
    "EvaluationFailed",
];

/// Adds the filter. A log group has at most two (Amazon CloudWatch Logs quotas); the other one is free.
pub(super) fn add(stack: &mut Stack, scope: Scope, plan: &PipelinePlan, log: Handle<logs::LogGroup>) {
    let filter = logs::SubscriptionFilter::new()
        // The tracker calls the pipeline as its owner does, which its machine's name does not tell.
        .filter_name(plan.display_name.clone())
        .log_group_name(log.reference())
        .filter_pattern(pattern())
        .destination_arn(Fixed::function(names::FN_TRACKER));
    stack.add(scope, "steps-to-tracker", filter);
}

/// At most 1,024 characters (CloudWatch Logs API reference, `PutSubscriptionFilter`).
pub(super) fn pattern() -> String {
    let events: Vec<String> = EVENTS.iter().map(|kind| format!("($.type = \"{kind}\")")).collect();
    format!("{{ {} }}", events.join(" || "))
}
