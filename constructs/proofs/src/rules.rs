//! Rules and schedules of EventBridge → findings where it would refuse them.

use std::collections::BTreeMap;

use pipesynth_contract::schedule::Expression;
use pipesynth_core::Json;
use pipesynth_events::{DEFAULT_LENGTH, Pattern, too_long};

use crate::codes::RULE;
use crate::document::{Document, Resource};
use crate::finding::Findings;

/// Targets of a rule (EventBridge quotas).
const TARGETS: usize = 5;
/// Characters of one filter of an event source mapping (Lambda developer guide, "Event filtering").
const FILTER: usize = 4_096;
/// Filters of an event source mapping.
const FILTERS: usize = 5;

/// Checks every rule, schedule and filter of a template.
pub(crate) fn check(document: &Document<'_>, findings: &mut Findings) {
    for resource in document.all() {
        match resource.kind {
            "AWS::Events::Rule" => rule(document, &resource, findings),
            "AWS::Events::Archive" => pattern(document, resource.id, resource.get("EventPattern"), findings),
            "AWS::Scheduler::Schedule" => expression(resource.id, resource.get("ScheduleExpression"), true, findings),
            "AWS::Lambda::EventSourceMapping" => filters(&resource, findings),
            _ => {}
        }
    }
}

fn rule(document: &Document<'_>, rule: &Resource<'_>, findings: &mut Findings) {
    let (schedule, events) = (rule.get("ScheduleExpression"), rule.get("EventPattern"));
    if schedule.is_null() && events.is_null() {
        findings.say(RULE, rule.id, "the rule has neither an event pattern nor a schedule");
    }
    pattern(document, rule.id, events, findings);
    expression(rule.id, schedule, false, findings);
    let bus = document.text(rule.get("EventBusName"));
    if !schedule.is_null() && bus.is_some_and(|bus| bus != "default") {
        findings.say(RULE, rule.id, "a schedule can stand on the default bus alone");
    }
    let targets: Vec<&Json<'_>> = rule.get("Targets").as_array().into_iter().flatten().collect();
    if targets.is_empty() || targets.len() > TARGETS {
        let message = format!("the rule has {} targets, allowed are 1 to {TARGETS}", targets.len());
        findings.say(RULE, rule.id, message);
    }
    let mut ids = BTreeMap::new();
    for target in targets {
        let id = target["Id"].as_str().unwrap_or_default();
        if ids.insert(id, ()).is_some() {
            findings.say(RULE, rule.id, format!("two targets have the id `{id}`"));
        }
        input(rule.id, id, target, findings);
    }
}

/// At most one way to say what a target gets, and every `<name>` of a template with its path.
fn input(rule: &str, id: &str, target: &Json<'_>, findings: &mut Findings) {
    let ways = ["Input", "InputPath", "InputTransformer"].into_iter().filter(|key| !target[*key].is_null());
    if ways.count() > 1 {
        let message = format!("target `{id}` has more than one of `Input`, `InputPath`, `InputTransformer`");
        findings.say(RULE, rule, message);
    }
    let transformer = &target["InputTransformer"];
    let Some(text) = transformer["InputTemplate"].as_str() else { return };
    for name in text.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(name, _)| name) {
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if is_name && transformer["InputPathsMap"][name].is_null() {
            let message = format!("the template of target `{id}` names `<{name}>`, which is not in `InputPathsMap`");
            findings.say(RULE, rule, message);
        }
    }
}

fn pattern(document: &Document<'_>, id: &str, value: &Json<'_>, findings: &mut Findings) {
    if value.is_null() {
        return;
    }
    // A value in memory is JSON.
    let Ok(plain) = serde_json::to_value(document.plain(value)) else { return };
    for fault in Pattern::parse(&plain).err().into_iter().flatten().chain(too_long(&plain, DEFAULT_LENGTH)) {
        findings.say(RULE, id, format!("event pattern: {fault}"));
    }
}

fn expression(id: &str, value: &Json<'_>, scheduler: bool, findings: &mut Findings) {
    let Some(text) = value.as_str() else { return };
    match Expression::parse(text) {
        Ok(Expression::At(_)) if !scheduler => {
            findings.say(RULE, id, format!("`{text}`: a rule takes `cron(...)` and `rate(...)`"));
        }
        Ok(_) => {}
        Err(faults) => {
            for fault in faults {
                findings.say(RULE, id, format!("`{text}`: {}", fault.message));
            }
        }
    }
}

fn filters(mapping: &Resource<'_>, findings: &mut Findings) {
    let filters: Vec<&Json<'_>> = mapping.get("FilterCriteria")["Filters"].as_array().into_iter().flatten().collect();
    if filters.len() > FILTERS {
        findings.say(RULE, mapping.id, format!("{} filters, allowed are {FILTERS}", filters.len()));
    }
    for text in filters.iter().filter_map(|filter| filter["Pattern"].as_str()) {
        if text.len() > FILTER {
            findings.say(RULE, mapping.id, format!("a filter has {} characters, allowed are {FILTER}", text.len()));
        }
        match serde_json::from_str(text) {
            Err(_) => findings.say(RULE, mapping.id, "a filter is no JSON"),
            Ok(value) => {
                let value: serde_json::Value = value;
                for fault in Pattern::parse(&value).err().into_iter().flatten() {
                    findings.say(RULE, mapping.id, format!("filter: {fault}"));
                }
            }
        }
    }
}
