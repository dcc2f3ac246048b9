//! Which schedules are taken and which refused.

use super::cron::{check, check_rate};
use crate::testing::{ORGANIZATION, STEP, check_in, properties, template};
use serde_json::{Value, json};

#[test]
fn cron_expressions_of_the_user_guide_are_taken() {
    for text in [
        "0 10 * * ? *",
        "15 12 * * ? *",
        "0 18 ? * MON-FRI *",
        "0 8 1 * ? *",
        "0/15 * * * ? *",
        "0/10 * ? * MON-FRI *",
        "0/30 20-2 ? * MON-FRI *",
        "0 9 ? * 2#1 *",
        "0 12 L * ? *",
        "0 12 15W * ? *",
        "0 9 ? * 6L 2026-2030",
        "0,30 8 ? JAN,MAR * 2026/2",
    ] {
        assert_eq!(check(text).as_deref(), Ok(text));
    }
}

#[test]
fn cron_expressions_that_eventbridge_refuses_are_refused() {
    for text in [
        "0 3 * * *",
        "75 3 * * ? *",
        "0 24 * * ? *",
        "0 3 * * * *",
        "0 3 ? * ? *",
        "0 3 32 * ? *",
        "0 3 * 13 ? *",
        "0 3 ? * 8 *",
        "0 3 ? * MON#6 *",
        "a 3 * * ? *",
        "0/0 3 * * ? *",
        "",
        "-1 3 * * ? *",
        "0 3 * * ? 1969",
    ] {
        assert!(check(text).is_err(), "{text}");
    }
}

#[test]
fn rates_agree_in_number() {
    assert_eq!(check_rate("1 hour").as_deref(), Ok("1 hour"));
    assert_eq!(check_rate("1 hours").as_deref(), Ok("1 hour"));
    assert_eq!(check_rate("15 minute").as_deref(), Ok("15 minutes"));
    for text in ["0 hours", "1 week", "hour", "1", "-1 day", "1.5 days", ""] {
        assert!(check_rate(text).is_err(), "{text}");
    }
}

fn schedule(keys: &str) -> Value {
    properties(&template(&format!("name: a\n{STEP}trigger: {{ schedule: {{ {keys} }} }}\n")), "Schedule").clone()
}

#[test]
fn an_hour_is_once_a_day_in_its_zone() {
    let daily = schedule("hour: 3, minute: 30, timezone: europe/berlin");
    assert_eq!(daily["ScheduleExpression"], "cron(30 3 * * ? *)");
    assert_eq!(daily["ScheduleExpressionTimezone"], "Europe/Berlin", "in the database's own spelling");
    assert_eq!(daily["FlexibleTimeWindow"], json!({ "Mode": "OFF" }));
}

#[test]
fn bounds_are_instants_in_utc_whatever_their_zone() {
    let bounded =
        schedule("hour: 3, timezone: Europe/Berlin, start: 2026-07-01, end: 2026-12-31T12:00:00, flexibleWindow: 2h");
    assert_eq!(bounded["StartDate"], "2026-06-30T22:00:00Z");
    assert_eq!(bounded["EndDate"], "2026-12-31T11:00:00Z");
    assert_eq!(bounded["FlexibleTimeWindow"], json!({ "Mode": "FLEXIBLE", "MaximumWindowInMinutes": 120 }));
}

#[test]
fn an_offset_is_heeded_in_a_bound_and_refused_in_a_local_time() {
    assert_eq!(schedule("hour: 3, start: 2026-07-01T00:00:00+09:00")["StartDate"], "2026-06-30T15:00:00Z");
    assert_eq!(schedule("at: 2027-01-01 03:00")["ScheduleExpression"], "at(2027-01-01T03:00:00)");
    for keys in [
        "at: 2027-01-01T03:00:00+09:00",
        "at: 2027-01-01T03:00:00Z",
        "at: '2027-01-01T03:00[Asia/Tokyo]'",
        "hour: 3, end: '2027-01-01[Asia/Tokyo]'",
    ] {
        let checked = check_in(ORGANIZATION, &format!("name: a\n{STEP}trigger: {{ schedule: {{ {keys} }} }}\n"));
        assert_eq!(checked.found.iter().map(|found| found.code.id).collect::<Vec<_>>(), ["PS0108"], "{keys}");
    }
}

#[test]
fn a_rule_keeps_the_schedule_where_it_is_asked_for() {
    let template = template(&format!("name: a\n{STEP}trigger: {{ schedule: {{ hour: 3, engine: rule }} }}\n"));
    assert_eq!(template["Resources"]["Schedule"]["Type"], "AWS::Events::Rule");
    let rule = properties(&template, "Schedule");
    assert_eq!(rule["ScheduleExpression"], "cron(0 3 * * ? *)");
    assert_eq!(rule["EventBusName"], Value::Null, "schedules run on the default bus alone");
}

#[test]
fn a_start_that_fails_is_tried_again_and_then_kept() {
    for engine in ["scheduler", "rule"] {
        let schedule = schedule(&format!("hour: 3, engine: {engine}"));
        let target = if engine == "rule" { &schedule["Targets"][0] } else { &schedule["Target"] };
        assert!(target["RetryPolicy"]["MaximumRetryAttempts"].as_u64().unwrap() > 0, "{target:#}");
        assert!(target["DeadLetterConfig"]["Arn"].is_object(), "{target:#}");
    }
}
