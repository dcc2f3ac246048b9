//! The days on which clocks change.

use super::first;

#[test]
fn a_time_that_berlin_skips_is_skipped() {
    let found = first("cron(30 2 * * ? *)", "Europe/Berlin", "2027-03-27T00:00:00Z", 2);
    assert_eq!(found, ["2027-03-27T02:30:00+01:00", "2027-03-29T02:30:00+02:00"]);
    let hourly = first("cron(0 * * * ? *)", "Europe/Berlin", "2027-03-28T00:00:00Z", 2);
    assert_eq!(hourly, ["2027-03-28T03:00:00+02:00", "2027-03-28T04:00:00+02:00"]);
}

#[test]
fn a_time_that_berlin_repeats_runs_once() {
    let found = first("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z", 2);
    assert_eq!(found, ["2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"]);
    let hourly = first("cron(0 * * * ? *)", "Europe/Berlin", "2026-10-24T23:30:00Z", 2);
    assert_eq!(hourly, ["2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00"]);
    // Asked within the second pass.
    let hourly = first("cron(30 * * * ? *)", "Europe/Berlin", "2026-10-25T01:10:00Z", 1);
    assert_eq!(hourly, ["2026-10-25T03:30:00+01:00"]);
}

#[test]
fn new_york_changes_at_two() {
    let found = first("cron(0 2 * * ? *)", "America/New_York", "2026-03-07T12:00:00Z", 1);
    assert_eq!(found, ["2026-03-09T02:00:00-04:00"]);
    let found = first("cron(0,30 1 * * ? *)", "America/New_York", "2026-10-31T12:00:00Z", 3);
    assert_eq!(found, ["2026-11-01T01:00:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-02T01:00:00-05:00"]);
}

#[test]
fn lord_howe_changes_by_half_an_hour() {
    // 02:00 to 02:30 is skipped on 4 October 2026; 01:30 to 02:00 comes twice on 4 April 2027.
    let found = first("cron(0/15 2 * * ? *)", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", 3);
    assert_eq!(found, ["2026-10-04T02:30:00+11:00", "2026-10-04T02:45:00+11:00", "2026-10-05T02:00:00+11:00"]);
    let found = first("cron(15,45 1 * * ? *)", "Australia/Lord_Howe", "2027-04-03T12:00:00Z", 3);
    assert_eq!(found, ["2027-04-04T01:15:00+11:00", "2027-04-04T01:45:00+11:00", "2027-04-05T01:15:00+10:30"]);
}

#[test]
fn apia_had_no_30_december_2011() {
    let found = first("cron(0 12 * * ? *)", "Pacific/Apia", "2011-12-29T12:00:00Z", 2);
    assert_eq!(found, ["2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00"]);
    let minutely = first("cron(* * * * ? *)", "Pacific/Apia", "2011-12-30T09:59:00Z", 1);
    assert_eq!(minutely, ["2011-12-31T00:00:00+14:00"]);
}

#[test]
fn a_single_start_at_a_time_that_is_skipped_never_comes() {
    assert!(first("at(2027-03-28T02:30:00)", "Europe/Berlin", "2027-01-01T00:00:00Z", 1).is_empty());
    let twice = first("at(2026-10-25T02:30:00)", "Europe/Berlin", "2026-01-01T00:00:00Z", 2);
    assert_eq!(twice, ["2026-10-25T02:30:00+02:00"]);
}

#[test]
fn a_time_that_is_skipped_every_year_never_comes() {
    // Summer time begins in Berlin on the last Sunday of March at 02:00; the rule is in force since 1981.
    assert!(first("cron(30 2 ? 3 1L *)", "Europe/Berlin", "1982-01-01T00:00:00Z", 1).is_empty());
}

#[test]
fn a_day_of_a_rate_has_24_hours() {
    let schedule = super::Schedule::parse("rate(1 day)", "Europe/Berlin").unwrap();
    let schedule = schedule.starting(super::at("2026-10-24T01:00:00Z"));
    let found = super::starts(&schedule, "2026-10-24T00:00:00Z", 2);
    assert_eq!(found, ["2026-10-24T03:00:00+02:00", "2026-10-25T02:00:00+01:00"]);
}
