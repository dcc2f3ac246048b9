//! Triggers → the canonical JSON that `rev` is the hash of.

use super::*;
use serde_json::{Value, json};

fn trigger(condition: Value) -> Trigger {
    let condition = serde_json::from_value(condition).unwrap();
    Trigger { executions: Some(Executions::new(condition)), ..Trigger::default() }
}

fn leaf(name: &str) -> Value {
    json!({"account": "111111111111", "name": name, "status": ["SUCCEEDED"]})
}

#[test]
fn the_case_study_has_this_canonical_json() {
    let study = trigger(json!({"allOf": [
        {"account": "222222222222", "name": "searches", "status": ["SUCCEEDED"]}, leaf("listings")]}));
    assert_eq!(
        study.canonical_json().unwrap(),
        concat!(
            r#"{"executions":{"condition":{"allOf":[{"account":"111111111111","name":"listings","status":["SUCCEEDED"]},"#,
            r#"{"account":"222222222222","name":"searches","status":["SUCCEEDED"]}]},"#,
            r#""correlate":"day","onRerun":"refire","within":"none"}}"#
        )
    );
}

#[test]
fn an_expiry_is_the_default_only_where_parents_wait_for_each_other_without_a_key() {
    let within = |condition: Value, correlate: &str| {
        let condition = trigger(condition).executions.unwrap().condition;
        Executions::default_within(&condition, &correlate.parse().unwrap())
    };
    let both = || json!({"allOf": [leaf("a"), leaf("b")]});
    assert_eq!(within(both(), "none"), Within::DAY);
    assert_eq!(within(json!({"anyOf": [leaf("a"), leaf("b")]}), "none"), Within::None);
    assert_eq!(within(leaf("a"), "none"), Within::None);
    for keyed in ["day", "hour", "key:$.n"] {
        assert_eq!(within(both(), keyed), Within::None);
    }
    assert_eq!(trigger(both()).executions.unwrap().within, Within::None);
}

#[test]
fn options_change_the_canonical_json_only_when_they_change() {
    let plain = trigger(leaf("a"));
    let mut held = plain.clone();
    held.executions.as_mut().unwrap().while_running = WhileRunning::Hold;
    assert_ne!(plain.canonical_json().unwrap(), held.canonical_json().unwrap());
    let read: Trigger = serde_json::from_value(json!({"executions": {"condition": leaf("a"), "correlate": "day",
        "within": "none", "onRerun": "refire", "whileRunning": "ignore", "backfill": "none"}}))
    .unwrap();
    assert_eq!(read.canonical_json().unwrap(), plain.canonical_json().unwrap());
}

#[test]
fn schedule_and_condition_together_need_an_operator_and_alone_take_none() {
    let schedule = Schedule {
        expression: "cron(0 3 * * ? *)".into(),
        timezone: "UTC".into(),
        engine: Engine::Scheduler,
        start: None,
        end: None,
    };
    let mut both = trigger(leaf("a"));
    both.schedule = Some(schedule);
    assert_eq!(both.findings().len(), 1);
    both.operator = Some(Operator::And);
    assert_eq!(both.findings(), Vec::<String>::new());
    both.executions = None;
    assert_eq!(both.findings().len(), 1);
}

#[test]
fn a_deadline_and_what_then_stand_together() {
    let mut late = trigger(leaf("a"));
    late.executions.as_mut().unwrap().deadline = LocalTime::new(7, 0);
    assert_eq!(late.findings().len(), 1);
    late.executions.as_mut().unwrap().on_miss = Some(OnMiss::Skip);
    assert_eq!(late.findings(), Vec::<String>::new());
}
