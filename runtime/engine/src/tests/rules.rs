//! The three rules: what a leaf takes, when it is true, what a firing uses up.

use pipesynth_contract::Status;
use serde_json::json;

use super::help::*;
use crate::{Effect, FiringCause};

#[test]
fn a_child_of_two_starts_when_both_have_succeeded_and_not_again() {
    let mut x = Child::new(all(&[ok("a"), ok("b")]));
    x.waits(&run("a", 3));
    assert_eq!(x.fires_with(&run("b", 4)), ["arn:a:3", "arn:b:4"]);
    x.waits(&run("a", 3));
    x.waits(&run("b", 4));
    assert_eq!(x.effects, [Effect::Stale { leaf: x.spec.leaves().nth(1).unwrap().clone() }]);
}

#[test]
fn of_two_runs_of_one_parent_the_newer_counts() {
    let mut x = Child::with(all(&[ok("a"), ok("b")]), json!({"correlate": "none"}));
    x.waits(&run("a", 1));
    x.waits(&run("a", 2));
    assert!(
        matches!(&x.effects[0], Effect::Superseded { execution, .. } if **execution == *"arn:a:1"),
        "{:?}",
        x.effects
    );
    assert_eq!(x.fires_with(&run("b", 3)), ["arn:a:2", "arn:b:3"]);
    // A late older run never goes back in time.
    x.waits(&run("a", 1));
    x.waits(&run("b", 2));
}

#[test]
fn a_condition_of_or_starts_once_for_each_accepted_run() {
    let mut x = Child::with(any(&[ok("a"), ok("b")]), json!({"correlate": "none"}));
    assert_eq!(x.fires_with(&run("a", 1)), ["arn:a:1"]);
    assert_eq!(x.fires_with(&run("b", 2)), ["arn:b:2"]);
    assert_eq!(x.fires_with(&run("a", 3)), ["arn:a:3"]);
    x.waits(&run("a", 3));
}

#[test]
fn a_newer_end_that_does_not_match_revokes_and_a_repair_restores() {
    let mut x = Child::with(all(&[ok("a"), ok("b")]), json!({"correlate": "none"}));
    x.waits(&run("a", 1));
    x.waits(&run("a", 2).status(Status::Failed));
    assert!(matches!(&x.effects[0], Effect::Revoked { execution, .. } if **execution == *"arn:a:1"), "{:?}", x.effects);
    x.waits(&run("b", 3));
    // Redriven: the same execution with a new end.
    assert_eq!(x.fires_with(&run("a", 4).execution("arn:a:2")), ["arn:a:2", "arn:b:3"]);
}

#[test]
fn an_older_failure_that_arrives_late_revokes_nothing() {
    let mut x = Child::new(all(&[ok("a"), ok("b")]));
    x.waits(&run("a", 2));
    x.waits(&run("a", 1).status(Status::Aborted));
    assert_eq!(x.fires_with(&run("b", 3)).len(), 2);
}

#[test]
fn running_starts_those_who_wait_for_it_and_revokes_nobody() {
    let mut x = Child::new(on("a", &["RUNNING"]));
    assert_eq!(x.fires_with(&run("a", 2).running()).len(), 1);
    x.waits(&run("a", 2).running());
    x.waits(&run("a", 2));

    let mut y = Child::with(all(&[ok("a"), ok("b")]), json!({"correlate": "none"}));
    y.waits(&run("a", 1));
    y.waits(&run("a", 5).running());
    assert!(y.effects.is_empty(), "its gate is not even read: {:?}", y.effects);
    assert_eq!(y.fires_with(&run("b", 3)), ["arn:a:1", "arn:b:3"]);
}

#[test]
fn a_run_that_found_its_key_taken_starts_and_revokes_nobody() {
    let mut x = Child::new(ok("a"));
    x.waits(&run("a", 1).but(|o| o.skipped = true));
    let mut y = Child::new(all(&[on("a", &["FAILED"]), ok("b")]));
    y.waits(&run("a", 1).status(Status::Failed));
    y.waits(&run("a", 2).but(|o| o.skipped = true));
    assert_eq!(y.fires_with(&run("b", 3)).len(), 2);
}

#[test]
fn nesting_is_read_as_it_is_written() {
    // (a and b) or (c and (d or e))
    let tree = || any(&[all(&[ok("a"), ok("b")]), all(&[ok("c"), any(&[ok("d"), ok("e")])])]);
    let mut x = Child::new(tree());
    for name in ["a", "d"] {
        x.waits(&run(name, 1));
    }
    assert_eq!(x.fires_with(&run("c", 2)), ["arn:a:1", "arn:c:2", "arn:d:1"]);
    // All are used up, `a` too.
    x.waits(&run("b", 3));
    x.waits(&run("e", 3));
    assert_eq!(x.fires_with(&run("a", 4)), ["arn:a:4", "arn:b:3", "arn:e:3"]);
}

#[test]
fn the_condition_holds_without_an_optional_parent_and_takes_it_along_when_it_is_there() {
    let optional = |name: &str| {
        let mut leaf = ok(name);
        leaf["optional"] = json!(true);
        leaf
    };
    let mut x = Child::with(all(&[ok("a"), optional("b")]), json!({"correlate": "none"}));
    assert_eq!(x.fires_with(&run("a", 1)), ["arn:a:1"]);
    x.waits(&run("b", 2));
    assert_eq!(x.fires_with(&run("a", 3)), ["arn:a:3", "arn:b:2"]);
    x.waits(&run("b", 4).status(Status::Failed));
    assert_eq!(x.fires_with(&run("a", 5)), ["arn:a:5"]);
    // Where all are optional, one must be there.
    let mut y = Child::new(all(&[optional("a"), optional("b")]));
    assert_eq!(y.fires_with(&run("b", 1)), ["arn:b:1"]);
}

#[test]
fn a_run_older_than_within_waits_in_vain() {
    let mut x = Child::with(all(&[ok("a"), ok("b")]), json!({"correlate": "none", "within": "24h"}));
    x.waits(&run("a", 1));
    x.waits(&run("b", 26));
    assert_eq!(x.fires_with(&run("a", 27)), ["arn:a:27", "arn:b:26"]);
    // To the millisecond: 24 hours are still within.
    x.waits(&run("a", 30));
    assert_eq!(x.fires_with(&run("b", 54)).len(), 2);
}

#[test]
fn a_leafs_own_within_stands_over_the_conditions() {
    let mut young = ok("a");
    young["within"] = json!("2h");
    let mut x = Child::with(all(&[young, ok("b")]), json!({"correlate": "none"}));
    x.waits(&run("a", 1));
    x.waits(&run("b", 4));
    assert_eq!(x.fires_with(&run("a", 20)), ["arn:a:20", "arn:b:4"]);
}

#[test]
fn while_running_hold_waits_for_the_newer_run() {
    let hold = || Child::with(all(&[ok("a"), ok("b")]), json!({"correlate": "none", "whileRunning": "hold"}));
    let mut x = hold();
    x.waits(&run("a", 2));
    x.waits(&run("a", 5).running());
    x.waits(&run("b", 4));
    assert!(
        matches!(x.effects.last(), Some(Effect::Held { execution, .. }) if **execution == *"arn:a:5"),
        "{:?}",
        x.effects
    );
    assert_eq!(x.fires_with(&run("a", 5)), ["arn:a:5", "arn:b:4"]);
    // It ends badly: no start.
    let mut y = hold();
    y.waits(&run("a", 2));
    y.waits(&run("a", 5).running());
    y.waits(&run("b", 4));
    y.waits(&run("a", 5).status(Status::TimedOut));
    // It was a duplicate: the start goes on with what was held.
    let mut z = hold();
    z.waits(&run("a", 2));
    z.waits(&run("a", 5).running());
    z.waits(&run("b", 4));
    assert_eq!(z.fires_with(&run("a", 5).but(|o| o.skipped = true)), ["arn:a:2", "arn:b:4"]);
}

#[test]
fn an_end_before_its_late_running_does_not_hold() {
    let mut x = Child::with(all(&[ok("a"), ok("b")]), json!({"whileRunning": "hold"}));
    x.waits(&run("a", 2));
    x.waits(&run("a", 2).running());
    assert_eq!(x.fires_with(&run("b", 3)).len(), 2);
}

#[test]
fn a_backfilled_run_counts_only_for_those_who_follow() {
    let backfilled = run("a", 1).but(|o| o.backfill = true);
    Child::new(ok("a")).waits(&backfilled);
    let firing = Child::with(ok("a"), json!({"backfill": "follow"})).sees(&backfilled).remove(0);
    assert_eq!(firing.cause, FiringCause::Executions);
}

#[test]
fn the_run_that_makes_a_leaf_true_does_not_hold_the_start_back_by_itself() {
    let mut x = Child::with(on("a", &["RUNNING"]), json!({"whileRunning": "hold"}));
    assert_eq!(x.fires_with(&run("a", 2).running()).len(), 1);
}
