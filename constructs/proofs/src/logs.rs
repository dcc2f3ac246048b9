//! Subscription filters → findings where a log does not come to the function that reads it, or not with what it reads.

use pipesynth_contract::names;
use pipesynth_contract::registration::NotificationKind;

use crate::arrows::invoked;
use crate::codes::HANDSHAKE;
use crate::document::{Document, Resource};
use crate::finding::Findings;
use crate::world::{World, items};

/// Characters of a filter pattern (CloudWatch Logs API reference, `PutSubscriptionFilter`).
const PATTERN: usize = 1_024;
/// Filters of a log group (Amazon CloudWatch Logs quotas).
const FILTERS: usize = 2;

/// Checks every subscription filter of a template, and that there is one where each step is told.
pub(crate) fn check(world: &World<'_, '_>, document: &Document<'_>, findings: &mut Findings) {
    for registration in document.of(names::REGISTRATION_TYPE) {
        let kind = registration.get("Notifications")["type"].as_str().unwrap_or_default();
        let tells_steps = serde_json::from_value(kind.into()).ok() == Some(NotificationKind::FullExecution);
        if tells_steps && document.of("AWS::Logs::SubscriptionFilter").next().is_none() {
            let message = "it says `FULL_EXECUTION`, and no subscription filter hands the machine's log to the tracker";
            findings.say(HANDSHAKE, registration.id, message);
        }
    }
    for filter in document.of("AWS::Logs::SubscriptionFilter") {
        let group = document.text(filter.get("LogGroupName"));
        let same = document.of("AWS::Logs::SubscriptionFilter");
        let beside = same.filter(|one| document.text(one.get("LogGroupName")) == group).count();
        if beside > FILTERS {
            let message = format!("its log group has {beside} subscription filters, allowed are {FILTERS}");
            findings.say(HANDSHAKE, filter.id, message);
        }
        let length = filter.get("FilterPattern").as_str().unwrap_or_default().chars().count();
        if length > PATTERN {
            findings.say(HANDSHAKE, filter.id, format!("its pattern has {length} characters, allowed are {PATTERN}"));
        }
        let log = document.of("AWS::Logs::LogGroup").find(|one| document.name_of(one) == group && group.is_some());
        let Some(source) = log.as_ref().and_then(|log| document.arn_of(log)) else {
            findings.say(HANDSHAKE, filter.id, "its log group is not in the template");
            continue;
        };
        silent(document, &filter, &source, findings);
        let function = document.text(filter.get("DestinationArn")).unwrap_or_default();
        if world.at(&function).is_none() {
            findings.say(HANDSHAKE, filter.id, format!("its function `{function}` is in no template"));
        }
        invoked(world, &function, "logs.amazonaws.com", source, findings);
    }
}

/// The level `ALL` alone logs that states are entered and exited (Step Functions Developer Guide, "Log levels for execution events").
fn silent(document: &Document<'_>, filter: &Resource<'_>, source: &str, findings: &mut Findings) {
    for machine in document.of("AWS::StepFunctions::StateMachine") {
        let logging = machine.get("LoggingConfiguration");
        let mut groups = items(&logging["Destinations"]).map(|one| &one["CloudWatchLogsLogGroup"]["LogGroupArn"]);
        let is_its = groups.any(|arn| document.text(arn).as_deref() == Some(source));
        if is_its && logging["Level"] != "ALL" {
            let level = &logging["Level"];
            let message = format!("it reads the log of `{}`, whose level is {level}, not `ALL`", machine.id);
            findings.say(HANDSHAKE, filter.id, message);
        }
    }
}
