//! Every form of an expression, by dates that a calendar shows.

use pipesynth_contract::starts::{self, Engine};

use super::{at, first, short, starts};
use crate::schedule::Schedule;

#[test]
fn a_daily_time_is_that_of_the_zones_clock() {
    let found = first("cron(0 3 * * ? *)", "Europe/Berlin", "2026-11-23T12:00:00Z", 2);
    assert_eq!(found, ["2026-11-24T03:00:00+01:00", "2026-11-25T03:00:00+01:00"]);
    let schedule = Schedule::parse("cron(30 0 * * ? *)", "Europe/Berlin").unwrap();
    let next = schedule.next_after(at("2026-11-23T12:00:00Z")).unwrap();
    assert_eq!(next, at("2026-11-23T23:30:00Z"));
}

#[test]
fn a_start_at_the_instant_itself_is_not_after_it() {
    assert_eq!(short("cron(0 3 * * ? *)", "2026-11-23T03:00:00Z", 1), ["11-24 03:00"]);
    assert_eq!(short("cron(0 3 * * ? *)", "2026-11-23T02:59:59.999Z", 1), ["11-23 03:00"]);
}

#[test]
fn lists_ranges_steps_and_words() {
    assert_eq!(short("cron(5,35 14 * * ? *)", "2026-11-23T14:05:00Z", 2), ["11-23 14:35", "11-24 14:05"]);
    assert_eq!(short("cron(0 */9 * * ? *)", "2026-11-23T00:00:00Z", 3), ["11-23 09:00", "11-23 18:00", "11-24 00:00"]);
    assert_eq!(short("cron(50/5 0 * * ? *)", "2026-11-23T00:00:00Z", 3), ["11-23 00:50", "11-23 00:55", "11-24 00:50"]);
    assert_eq!(
        short("cron(0 8-12/2 * * ? *)", "2026-11-23T08:00:00Z", 3),
        ["11-23 10:00", "11-23 12:00", "11-24 08:00"]
    );
    assert_eq!(short("cron(0 0 1 jan,JUL ? *)", "2026-11-23T00:00:00Z", 2), ["01-01 00:00", "07-01 00:00"]);
    assert_eq!(short("cron(0 6 ? * MON-FRI *)", "2026-11-27T06:00:00Z", 1), ["11-30 06:00"]);
}

#[test]
fn a_range_may_run_over_the_end() {
    assert_eq!(
        short("cron(0 20-2 * * ? *)", "2026-11-23T19:00:00Z", 8),
        [
            "11-23 20:00",
            "11-23 21:00",
            "11-23 22:00",
            "11-23 23:00",
            "11-24 00:00",
            "11-24 01:00",
            "11-24 02:00",
            "11-24 20:00"
        ]
    );
    assert_eq!(
        short("cron(0 20-2/3 * * ? *)", "2026-11-23T19:00:00Z", 4),
        ["11-23 20:00", "11-23 23:00", "11-24 02:00", "11-24 20:00"]
    );
    assert_eq!(
        short("cron(0 0 ? * FRI-MON *)", "2026-11-23T00:00:00Z", 4),
        ["11-27 00:00", "11-28 00:00", "11-29 00:00", "11-30 00:00"]
    );
    assert_eq!(
        short("cron(0 0 1 NOV-FEB ? *)", "2026-11-23T00:00:00Z", 4),
        ["12-01 00:00", "01-01 00:00", "02-01 00:00", "11-01 00:00"]
    );
}

#[test]
fn sunday_is_one() {
    assert_eq!(short("cron(0 0 ? * 1 *)", "2026-11-23T00:00:00Z", 1), ["11-29 00:00"]);
    assert_eq!(short("cron(0 0 ? * L *)", "2026-11-23T00:00:00Z", 2), ["11-28 00:00", "12-05 00:00"]);
}

#[test]
fn last_days() {
    assert_eq!(short("cron(0 0 L * ? *)", "2027-12-31T00:00:00Z", 3), ["01-31 00:00", "02-29 00:00", "03-31 00:00"]);
    // 31 January 2026 is a Saturday, 31 May a Sunday.
    assert_eq!(short("cron(0 0 LW 1,5 ? *)", "2026-01-01T00:00:00Z", 2), ["01-30 00:00", "05-29 00:00"]);
    assert_eq!(short("cron(0 0 ? * 6L *)", "2026-11-01T00:00:00Z", 2), ["11-27 00:00", "12-25 00:00"]);
    assert_eq!(short("cron(0 0 ? * FRIL *)", "2026-11-01T00:00:00Z", 1), ["11-27 00:00"]);
    assert_eq!(short("cron(0 0 1,L * ? *)", "2026-11-02T00:00:00Z", 3), ["11-30 00:00", "12-01 00:00", "12-31 00:00"]);
}

#[test]
fn the_nearest_weekday_stays_in_its_month() {
    // 15 August 2026 is a Saturday, 15 November a Sunday, 15 December a Tuesday.
    let found = short("cron(0 0 15W 8,11,12 ? *)", "2026-08-01T00:00:00Z", 3);
    assert_eq!(found, ["08-14 00:00", "11-16 00:00", "12-15 00:00"]);
    // 1 August 2026 is a Saturday, 31 May a Sunday, and April has no 31st.
    assert_eq!(short("cron(0 0 1W 8 ? *)", "2026-01-01T00:00:00Z", 1), ["08-03 00:00"]);
    assert_eq!(short("cron(0 0 31W 4,5 ? *)", "2026-04-01T00:00:00Z", 1), ["05-29 00:00"]);
}

#[test]
fn the_nth_day_of_a_month() {
    assert_eq!(short("cron(0 0 ? * MON#2 *)", "2026-11-01T00:00:00Z", 2), ["11-09 00:00", "12-14 00:00"]);
    // A fifth Sunday is rare: 29 November 2026, 31 January 2027.
    assert_eq!(short("cron(0 0 ? * 1#5 *)", "2026-11-01T00:00:00Z", 2), ["11-29 00:00", "01-31 00:00"]);
}

#[test]
fn years_bound_an_expression() {
    let found = first("cron(0 0 29 2 ? 2026-2030)", "UTC", "2026-01-01T00:00:00Z", 9);
    assert_eq!(found, ["2028-02-29T00:00:00Z"]);
    let found = first("cron(59 23 31 12 ? *)", "UTC", "2198-06-01T00:00:00Z", 9);
    assert_eq!(found, ["2198-12-31T23:59:00Z", "2199-12-31T23:59:00Z"]);
    assert_eq!(
        first("cron(0 0 1 1 ? 1970)", "America/New_York", "1970-01-01T00:00:00Z", 2),
        ["1970-01-01T00:00:00-05:00"]
    );
    assert!(first("cron(0 0 1 1 ? 1970/10)", "UTC", "2190-01-01T00:00:00Z", 2).is_empty());
}

#[test]
fn a_day_that_no_month_has_never_comes() {
    assert!(first("cron(0 0 31 2,4 ? *)", "UTC", "1970-01-01T00:00:00Z", 1).is_empty());
}

#[test]
fn start_and_end_count_themselves() {
    let schedule = Schedule::parse("cron(0 3 * * ? *)", "UTC").unwrap();
    let schedule = schedule.starting(at("2026-12-01T03:00:00Z")).ending(at("2026-12-02T03:00:00Z"));
    assert_eq!(starts(&schedule, "2026-01-01T00:00:00Z", 9), ["2026-12-01T03:00:00Z", "2026-12-02T03:00:00Z"]);
}

#[test]
fn a_rate_counts_from_its_start() {
    let schedule = Schedule::parse("rate(90 minutes)", "UTC").unwrap();
    assert!(schedule.floats());
    assert_eq!(starts(&schedule, "2026-11-23T00:00:00Z", 2), ["2026-11-23T01:30:00Z", "2026-11-23T03:00:00Z"]);
    let schedule = schedule.starting(at("2026-11-23T00:10:00Z"));
    assert!(!schedule.floats());
    assert_eq!(starts(&schedule, "2026-11-22T00:00:00Z", 2), ["2026-11-23T00:10:00Z", "2026-11-23T01:40:00Z"]);
    assert_eq!(starts(&schedule, "2026-11-23T01:40:00Z", 1), ["2026-11-23T03:10:00Z"]);
    assert_eq!(first("rate(1 hour)", "UTC", "2026-11-23T00:00:00Z", 1), ["2026-11-23T01:00:00Z"]);
}

#[test]
fn a_rate_that_leaves_the_calendar_ends() {
    let schedule = Schedule::parse("rate(4294967295 days)", "UTC").unwrap();
    assert!(schedule.after(u64::MAX / 2).count() < 60);
    assert_eq!(schedule.next_after(u64::MAX), None);
    assert_eq!(Schedule::parse("cron(* * * * ? *)", "UTC").unwrap().next_after(u64::MAX), None);
}

#[test]
fn a_single_start_ignores_start_and_end() {
    let schedule = Schedule::parse("at(2026-12-01T03:00:00)", "Europe/Berlin").unwrap();
    let late = schedule.starting(at("2027-01-01T00:00:00Z"));
    assert_eq!(starts(&late, "2026-01-01T00:00:00Z", 3), ["2026-12-01T03:00:00+01:00"]);
    assert!(starts(&late, "2026-12-01T02:00:00Z", 1).is_empty());
}

#[test]
fn a_rule_is_in_utc() {
    let schedule = |engine| starts::Schedule {
        expression: "cron(0 3 * * ? *)".to_owned(),
        timezone: "Asia/Tokyo".to_owned(),
        engine,
        start: None,
        end: None,
    };
    let next = |engine| Schedule::of(&schedule(engine)).unwrap().next_after(at("2026-11-23T12:00:00Z")).unwrap();
    assert_eq!(next(Engine::Rule), at("2026-11-24T03:00:00Z"));
    assert_eq!(next(Engine::Scheduler), at("2026-11-23T18:00:00Z"));
}

#[test]
fn a_registered_schedule_has_its_bounds() {
    let registered = |start: &str, end: &str| starts::Schedule {
        expression: "rate(1 day)".to_owned(),
        timezone: "UTC".to_owned(),
        engine: Engine::Scheduler,
        start: Some(start.to_owned()),
        end: Some(end.to_owned()),
    };
    let schedule = Schedule::of(&registered("2026-12-01T03:30:00Z", "2026-12-03T00:00:00Z")).unwrap();
    assert!(!schedule.floats());
    assert_eq!(starts(&schedule, "2026-01-01T00:00:00Z", 9), ["2026-12-01T03:30:00Z", "2026-12-02T03:30:00Z"]);
    assert_eq!(Schedule::of(&registered("soon", "later")).unwrap_err().faults().len(), 2);
}
