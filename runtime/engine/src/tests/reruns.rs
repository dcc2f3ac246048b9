//! Repaired and repeated runs of parents (decisions: "Reruns").

use pipesynth_contract::Status;
use serde_json::{Value, json};

use super::help::*;
use crate::{Effect, FiringCause, Ignored};

fn fired(options: Value) -> Child {
    let mut x = Child::with(all(&[ok("a"), ok("b")]), options);
    x.waits(&run("a", 1));
    assert_eq!(x.fires_with(&run("b", 2)).len(), 2);
    x
}

#[test]
fn a_repeat_starts_the_child_again_with_the_other_parents_run() {
    let mut x = fired(json!({}));
    // Days later: the run it stands beside has been used and does not expire.
    let firing = x.sees(&run("a", 90).attempt(2)).remove(0);
    assert_eq!((firing.cause, firing.generation), (FiringCause::Rerun, 2));
    assert_eq!(executions_of(&firing), ["arn:a:90", "arn:b:2"]);
    assert_eq!(firing.used.iter().map(|u| u.previous).collect::<Vec<_>>(), [false, true]);
    x.waits(&run("a", 90).attempt(2));
    assert_eq!(x.fires_with(&run("b", 91).attempt(2)), ["arn:a:90", "arn:b:91"]);
}

#[test]
fn a_run_marked_as_a_rerun_does_so_too() {
    let mut x = fired(json!({}));
    let marked = run("a", 5).key("manual/fix#1").but(|o| o.rerun_of = Some("arn:a:1".into()));
    assert_eq!(x.fires_with(&marked), ["arn:a:5", "arn:b:2"]);
}

#[test]
fn a_second_scheduled_instant_within_one_key_does_not() {
    let mut x = fired(json!({}));
    x.waits(&run("a", 13).key("schedule/2026-11-23T12:00:00Z#1"));
    // Both parents' second instants meet each other.
    let second = run("b", 14).key("schedule/2026-11-23T12:00:00Z#1");
    assert_eq!(x.fires_with(&second), ["arn:a:13", "arn:b:14"]);
}

#[test]
fn a_repaired_second_instant_is_no_repeat_of_the_first() {
    let mut x = fired(json!({}));
    let second =
        |hour: u64| run("a", hour).key("schedule/2026-11-23T12:00:00Z#1").but(|o| o.instant = Some(MONDAY + 12 * H));
    x.waits(&second(13).status(Status::Failed));
    x.waits(&second(14).attempt(2));
}

#[test]
fn a_repeat_that_fails_starts_nobody_until_it_is_repaired() {
    let mut x = fired(json!({}));
    x.waits(&run("a", 5).attempt(2).status(Status::Failed));
    x.waits(&run("b", 6).attempt(2));
    assert_eq!(x.fires_with(&run("a", 7).attempt(3)), ["arn:a:7", "arn:b:6"]);
}

#[test]
fn on_rerun_ignore_leaves_the_child_alone() {
    let mut x = fired(json!({"onRerun": "ignore", "correlate": "none"}));
    x.waits(&run("a", 5).attempt(2));
    assert!(matches!(x.effects[..], [Effect::Ignored { why: Ignored::Rerun, .. }]), "{:?}", x.effects);
    // And the repeat is not held for the next day.
    x.waits(&run("b", 26).day(1));
    assert_eq!(x.fires_with(&run("a", 27).day(1)), ["arn:a:27", "arn:b:26"]);
}

#[test]
fn on_rerun_ignore_takes_the_repair_of_a_run_that_the_child_never_saw() {
    let mut x = fired(json!({"onRerun": "ignore", "correlate": "none"}));
    x.waits(&run("a", 25).day(1).status(Status::Failed));
    x.waits(&run("b", 26).day(1));
    let repaired = run("a", 27).day(1).attempt(2).but(|o| o.rerun_of = Some("arn:a:25".into()));
    assert_eq!(x.fires_with(&repaired), ["arn:a:27", "arn:b:26"]);
}

#[test]
fn without_a_key_a_repaired_run_of_today_does_not_meet_yesterdays() {
    let mut x = fired(json!({"correlate": "none"}));
    x.waits(&run("a", 25).day(1).status(Status::Failed));
    x.waits(&run("a", 27).day(1).attempt(2).but(|o| o.rerun_of = Some("arn:a:25".into())));
    // But a repeat of the run that was used does start the child.
    let mut y = fired(json!({"correlate": "none"}));
    assert_eq!(y.fires_with(&run("a", 5).attempt(2)), ["arn:a:5", "arn:b:2"]);
}

#[test]
fn a_failure_that_was_used_and_is_redriven_starts_the_child_again() {
    let done = |name| on(name, &["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]);
    let mut x = Child::new(all(&[done("a"), done("b")]));
    x.waits(&run("a", 1).status(Status::Failed));
    assert_eq!(x.fires_with(&run("b", 2)).len(), 2);
    let firing = x.sees(&run("a", 5).execution("arn:a:1")).remove(0);
    assert_eq!(firing.cause, FiringCause::Rerun);
}

#[test]
fn running_and_the_end_of_one_run_are_no_repeat_of_each_other() {
    let mut x = Child::new(all(&[on("a", &["RUNNING", "SUCCEEDED"]), ok("b")]));
    x.waits(&run("a", 2).running());
    assert_eq!(x.fires_with(&run("b", 1).but(|o| o.at += H / 2)).len(), 2);
    x.waits(&run("a", 2));
}

#[test]
fn an_earlier_instant_that_is_repeated_starts_the_child_again() {
    let mut x = fired(json!({}));
    let noon = |name: &str, hour: u64| {
        run(name, hour).key("schedule/2026-11-23T12:00:00Z#1").but(|o| o.instant = Some(MONDAY + 12 * H))
    };
    x.waits(&noon("a", 13));
    assert_eq!(x.fires_with(&noon("b", 14)).len(), 2);
    assert_eq!(x.fires_with(&run("a", 20).attempt(2)), ["arn:a:20", "arn:b:14"]);
}

#[test]
fn a_parent_that_had_failed_beside_a_firing_and_is_repaired_starts_the_child_again() {
    let mut x = Child::new(all(&[ok("b"), any(&[ok("a"), ok("c")])]));
    x.waits(&run("a", 1).status(Status::Failed));
    x.waits(&run("c", 1));
    assert_eq!(x.fires_with(&run("b", 2)), ["arn:b:2", "arn:c:1"]);
    // The failed run was used up with the others, so its repeat is known as one.
    let firing = x.sees(&run("a", 5).attempt(2)).remove(0);
    assert_eq!((firing.cause, executions_of(&firing).len()), (FiringCause::Rerun, 3));
}
