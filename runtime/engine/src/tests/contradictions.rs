//! Conditions that can never hold.

use pipesynth_contract::starts::Operator;
use serde_json::{Value, json};

use super::help::*;
use crate::{Part, impossible};

fn found(condition: Value, options: Value) -> Vec<String> {
    impossible(&trigger(condition, options), "UTC").into_iter().map(|found| found.why).collect()
}

#[test]
fn a_finding_names_the_part_that_is_to_blame() {
    let part = |condition: Value, options: Value| impossible(&trigger(condition, options), "UTC").remove(0).at;
    let leaf = |name: &str| executions(ok(name), json!({})).condition.leaves()[0].clone();
    assert_eq!(part(all(&[ok("b"), ok("a"), on("a", &["FAILED"])]), json!({})), Part::Leaf(leaf("a")));
    let mut moved = ok("a");
    moved["offset"] = json!("-1d");
    let Part::Offset(at) = part(all(&[ok("b"), moved]), json!({"correlate": "none"})) else { panic!() };
    assert_eq!(at.name, "a");
    let deadline = json!({"correlate": "hour", "deadline": "07:00", "onMiss": "skip"});
    assert_eq!(part(ok("a"), deadline), Part::Deadline);
}

#[test]
fn a_deadline_before_the_scheduled_time_is_missed_every_day() {
    let found = |deadline: &str, expression: &str, zone: &str, operator: Operator| {
        let mut trigger = trigger(ok("a"), json!({"deadline": deadline, "onMiss": "notify"}));
        let schedule = json!({"expression": expression, "timezone": "UTC"});
        trigger.schedule = Some(serde_json::from_value(schedule).unwrap());
        trigger.operator = Some(operator);
        impossible(&trigger, zone).len()
    };
    let six = "cron(0 6 * * ? *)";
    for (deadline, expression, zone, operator, expected) in [
        ("05:00", six, "UTC", Operator::And, 1),
        ("06:00", six, "UTC", Operator::And, 0),
        ("05:00", "cron(30 4,6 ? * MON *)", "UTC", Operator::And, 0),
        ("04:29", "cron(30 4,6 ? * MON *)", "UTC", Operator::And, 1),
        ("05:00", six, "UTC", Operator::Or, 0),
        ("05:00", six, "Europe/Berlin", Operator::And, 0),
        ("05:00", "rate(1 day)", "UTC", Operator::And, 0),
    ] {
        assert_eq!(found(deadline, expression, zone, operator), expected, "{deadline} {expression} {zone}");
    }
}

#[test]
fn conditions_that_can_hold_are_left_alone() {
    for condition in [
        all(&[ok("a"), ok("b")]),
        any(&[ok("a"), on("a", &["FAILED"])]),
        all(&[on("a", &["SUCCEEDED", "FAILED"]), on("a", &["FAILED", "ABORTED"])]),
        all(&[ok("a"), on("a", &["RUNNING"])]),
        all(&[any(&[all(&[ok("a"), ok("b")]), on("a", &["FAILED"])]), any(&[ok("a"), on("b", &["FAILED"])])]),
    ] {
        assert_eq!(found(condition.clone(), json!({})), Vec::<String>::new(), "{condition}");
    }
}

#[test]
fn two_ends_of_one_run_at_once_never_hold() {
    let both = || all(&[ok("a"), on("a", &["FAILED"])]);
    for condition in [both(), any(&[both(), ok("b")]), all(&[ok("b"), any(&[both()])])] {
        let found = found(condition.clone(), json!({}));
        assert!(matches!(&found[..], [one] if one.contains("`a`")), "{condition}: {found:?}");
    }
    // Pairwise they meet, all three do not.
    let three =
        all(&[on("a", &["SUCCEEDED", "FAILED"]), on("a", &["FAILED", "ABORTED"]), on("a", &["SUCCEEDED", "ABORTED"])]);
    assert_eq!(found(three, json!({})).len(), 1);
}

#[test]
fn another_day_or_an_optional_leaf_is_no_contradiction() {
    let mut yesterday = on("a", &["FAILED"]);
    yesterday["offset"] = json!("-1d");
    assert_eq!(found(all(&[ok("a"), yesterday]), json!({})), Vec::<String>::new());
    let mut optional = on("a", &["FAILED"]);
    optional["optional"] = json!(true);
    assert_eq!(found(all(&[ok("a"), optional]), json!({})), Vec::<String>::new());
}

#[test]
fn offsets_and_deadlines_must_fit_the_correlation() {
    let leaf = |offset: &str| {
        let mut leaf = ok("a");
        leaf["offset"] = json!(offset);
        leaf
    };
    for (offset, correlate, bad) in
        [("-1d", "day", 0), ("-1d", "hour", 0), ("-2h", "day", 1), ("-1d", "none", 1), ("-1d", "key:$.c", 1)]
    {
        assert_eq!(found(leaf(offset), json!({"correlate": correlate})).len(), bad, "{offset} {correlate}");
    }
    assert_eq!(found(ok("a"), json!({"correlate": "hour", "deadline": "07:00", "onMiss": "skip"})).len(), 1);
}

#[test]
fn a_huge_condition_is_answered_at_once() {
    let pair = |i: usize| all(&[ok(&format!("p{i}")), on(&format!("p{i}"), &["FAILED"])]);
    let pairs: Vec<Value> = (0..500).map(pair).collect();
    assert_eq!(found(any(&pairs), json!({})).len(), 500);
}
