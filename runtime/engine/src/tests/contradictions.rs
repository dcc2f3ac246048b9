//! Conditions that can never hold.

use serde_json::{Value, json};

use super::help::*;
use crate::impossible;

fn found(condition: Value, options: Value) -> Vec<String> {
    impossible(&executions(condition, options))
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
