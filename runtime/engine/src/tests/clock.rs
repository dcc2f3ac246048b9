//! Schedules joined by AND, expiry, deadlines.

use pipesynth_contract::Status;
use serde_json::json;

use super::help::*;
use crate::{Effect, FiringCause, Gate, Ignored, Occurrence, tick};

fn six(day: u64) -> Occurrence {
    let instant = MONDAY + (6 + 24 * day) * H;
    let date = run("x", 0).day(day).date;
    Occurrence::clock(id("x"), format!("schedule/{date}T06:00:00Z#1").parse().unwrap(), instant, date)
}

#[test]
fn a_scheduled_child_starts_not_before_its_time_and_only_when_the_condition_holds() {
    let mut early = Child::scheduled(all(&[ok("a"), ok("b")]), json!({}));
    early.waits(&run("a", 3));
    early.waits(&run("b", 4));
    let firing = early.sees(&six(0)).remove(0);
    assert_eq!(firing.used.len(), 3);
    let detail = firing.detail("eu-central-1");
    assert_eq!(detail.parents.len(), 2);
    assert_eq!(detail.input.trigger.unwrap().parents, ["arn:a:3", "arn:b:4"]);

    let mut late = Child::scheduled(all(&[ok("a"), ok("b")]), json!({}));
    late.waits(&six(0));
    late.waits(&run("a", 7));
    late.waits(&run("b", 30).day(1));
    assert_eq!(late.fires_with(&run("b", 8)).len(), 3);
}

#[test]
fn the_schedule_says_when_to_start_and_not_how_old_the_data_may_be() {
    let mut x = Child::scheduled(all(&[ok("a"), ok("b")]), json!({"within": "2h"}));
    x.waits(&run("a", 1));
    x.waits(&run("b", 2));
    assert_eq!(x.sees(&six(0)).len(), 1);
    // A repeated parent starts it again without a second instant.
    assert_eq!(x.sees(&run("a", 9).attempt(2)).remove(0).cause, FiringCause::Rerun);
}

#[test]
fn a_backfilled_run_does_not_wait_for_the_schedule() {
    let backfilled = |name: &str, hour: u64| run(name, hour).but(|o| o.backfill = true);
    let mut x = Child::scheduled(all(&[ok("a"), ok("b")]), json!({"backfill": "follow"}));
    x.waits(&backfilled("a", 100));
    let firing = x.sees(&backfilled("b", 101)).remove(0);
    assert_eq!((firing.used.len(), firing.backfill), (2, true));
    // A plain run of another parent stands in, and a plain repeat finds the backfilled one.
    assert_eq!(x.fires_with(&run("a", 102).attempt(2)).len(), 2);
    let mut mixed = Child::scheduled(all(&[ok("a"), ok("b")]), json!({"backfill": "follow"}));
    mixed.waits(&run("a", 3));
    mixed.waits(&backfilled("b", 4).status(Status::Failed));
    assert_eq!(mixed.sees(&backfilled("b", 101)).len(), 1);
    // Another date waits for its own time.
    let mut plain = Child::scheduled(ok("a"), json!({"backfill": "follow"}));
    assert_eq!(plain.sees(&backfilled("a", 100)).len(), 1);
    plain.waits(&run("a", 30).day(1));
    assert_eq!(plain.sees(&six(1)).len(), 1);
}

#[test]
fn a_schedule_that_is_waited_for_needs_a_key_of_one_date() {
    for (correlate, good) in [("day", true), ("hour", true), ("none", false), ("key:$.country", false)] {
        let mut trigger = trigger(ok("a"), json!({"correlate": correlate}));
        let schedule = json!({"expression": "cron(0 6 * * ? *)", "timezone": "UTC"});
        trigger.schedule = Some(serde_json::from_value(schedule).unwrap());
        trigger.operator = Some(pipesynth_contract::starts::Operator::And);
        let spec = crate::Spec::new(&id("x"), &trigger, "UTC", &crate::Standing::default());
        assert_eq!(spec.is_ok(), good, "{correlate}");
        trigger.operator = Some(pipesynth_contract::starts::Operator::Or);
        assert!(crate::Spec::new(&id("x"), &trigger, "UTC", &crate::Standing::default()).is_ok());
    }
}

#[test]
fn a_run_of_the_child_itself_is_no_instant_of_its_schedule() {
    let mut x = Child::scheduled(ok("a"), json!({}));
    x.waits(&run("a", 3));
    assert!(x.spec.keys(&run("x", 6)).0.is_empty());
}

#[test]
fn what_has_waited_too_long_is_told_and_used_up() {
    let mut x = Child::with(all(&[ok("a"), ok("b")]), json!({"within": "24h"}));
    x.waits(&run("a", 1));
    assert!(x.looks_at_the_clock(MONDAY + 25 * H).is_empty() && x.effects.is_empty());
    x.looks_at_the_clock(MONDAY + 25 * H + 1);
    assert!(matches!(x.effects[..], [Effect::Expired { alert: true, .. }]), "{:?}", x.effects);
    x.looks_at_the_clock(MONDAY + 26 * H);
    assert!(x.effects.is_empty());
    x.waits(&run("a", 1));
    x.waits(&run("b", 26));
}

#[test]
fn a_run_that_expires_before_the_scheduled_time_is_told() {
    let mut x = Child::scheduled(ok("a"), json!({"within": "2h"}));
    x.waits(&run("a", 1));
    x.looks_at_the_clock(MONDAY + 4 * H);
    assert!(matches!(x.effects[..], [Effect::Expired { alert: true, .. }]), "{:?}", x.effects);
    x.waits(&six(0));
}

#[test]
fn nobody_is_told_where_the_child_ran() {
    let mut ran = Child::with(all(&[ok("a"), ok("b")]), json!({"within": "24h"}));
    ran.waits(&run("a", 1));
    assert_eq!(ran.fires_with(&run("b", 1)).len(), 2);
    ran.waits(&run("a", 12).key("schedule/2026-11-23T12:00:00Z#1"));
    ran.looks_at_the_clock(MONDAY + 48 * H);
    assert!(matches!(ran.effects[..], [Effect::Expired { alert: false, .. }]));
}

#[test]
fn a_parent_of_tomorrow_is_waited_for_until_then() {
    let mut tomorrow = ok("b");
    tomorrow["offset"] = json!("1d");
    let mut x = Child::new(all(&[ok("a"), tomorrow]));
    x.waits(&run("a", 3));
    x.looks_at_the_clock(MONDAY + 50 * H);
    assert!(x.effects.is_empty(), "{:?}", x.effects);
    assert_eq!(x.fires_with(&run("b", 28).day(1)), ["arn:a:3", "arn:b:28"]);
}

fn due(on_miss: &str, correlate: &str) -> Child {
    Child::with(all(&[ok("a"), ok("b")]), json!({"deadline": "07:00", "onMiss": on_miss, "correlate": correlate}))
}

#[test]
fn a_missed_deadline_is_told_once_and_the_child_may_still_start() {
    let mut x = due("notify", "day");
    x.waits(&run("a", 3));
    assert!(x.looks_at_the_clock(MONDAY + 7 * H - 1).is_empty() && x.effects.is_empty());
    x.looks_at_the_clock(MONDAY + 7 * H);
    assert!(matches!(x.effects[..], [Effect::DeadlineMissed { .. }]), "{:?}", x.effects);
    x.looks_at_the_clock(MONDAY + 8 * H);
    assert!(x.effects.is_empty());
    assert_eq!(x.fires_with(&run("b", 9)).len(), 2);
}

#[test]
fn a_deadline_that_was_met_is_silent() {
    let mut x = due("notify", "day");
    x.waits(&run("a", 3));
    assert_eq!(x.fires_with(&run("b", 4)).len(), 2);
    x.looks_at_the_clock(MONDAY + 8 * H);
    assert!(x.effects.is_empty(), "{:?}", x.effects);
}

#[test]
fn on_miss_fire_starts_with_what_is_there() {
    let mut x = due("fire", "day");
    x.waits(&run("a", 3));
    x.waits(&run("b", 4).status(Status::Failed));
    let firing = x.looks_at_the_clock(MONDAY + 7 * H).remove(0);
    assert_eq!((firing.cause, executions_of(&firing)), (FiringCause::Deadline, vec!["arn:a:3".to_owned()]));
    assert!(x.looks_at_the_clock(MONDAY + 8 * H).is_empty());
    // The late parent alone does not start it a second time; its repeat after it was used would.
    x.waits(&run("a", 9).key("manual/extra#1"));
}

#[test]
fn on_miss_skip_gives_the_date_up() {
    let mut x = due("skip", "day");
    x.waits(&run("a", 3));
    x.looks_at_the_clock(MONDAY + 7 * H);
    assert!(matches!(x.effects[..], [Effect::GivenUp { .. }]));
    x.waits(&run("b", 8));
    assert!(matches!(x.effects[..], [Effect::Ignored { why: Ignored::GivenUp, .. }]));
    x.waits(&run("a", 9).attempt(2));
    x.waits(&run("a", 30).day(1));
    assert_eq!(x.fires_with(&run("b", 30).day(1)).len(), 2);
}

#[test]
fn without_a_key_the_date_given_up_is_that_of_the_runs() {
    let mut x = due("skip", "none");
    x.waits(&run("a", 3));
    x.looks_at_the_clock(MONDAY + 7 * H);
    x.waits(&run("b", 8));
    x.waits(&run("a", 27).day(1));
    assert_eq!(x.fires_with(&run("b", 28).day(1)), ["arn:a:27", "arn:b:28"]);
}

#[test]
fn a_deadline_passes_also_where_nothing_has_arrived() {
    let x = due("notify", "day");
    assert!(x.spec.has_deadline());
    let decision = tick(Gate::new(&x.spec, "2026-11-23"), &x.spec, MONDAY + 7 * H);
    assert!(matches!(decision.effects[..], [Effect::DeadlineMissed { .. }]) && decision.changed);
}
