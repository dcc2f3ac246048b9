//! Which schedules are taken and which refused.

use crate::testing::{ORGANIZATION, STEP, check_in, properties, template};
use serde_json::{Value, json};

/// The text at each finding's place, of a schedule that is refused.
#[track_caller]
fn shown(keys: &str) -> Vec<String> {
    let checked = check_in(ORGANIZATION, &format!("name: a\n{STEP}trigger: {{ schedule: {{ {keys} }} }}\n"));
    assert!(checked.plan.is_none() && !checked.found.is_empty(), "{keys}");
    checked.found.iter().map(|found| checked.files.slice(found.place).to_owned()).collect()
}

#[test]
fn a_fault_is_shown_at_its_place_inside_the_expression() {
    assert_eq!(shown("cron: '0 3,24 * 13 ? *'"), ["24", "13"]);
    assert_eq!(shown("cron: 0 3 ? * MONDAY *"), ["MONDAY"]);
    assert_eq!(shown("cron: \"  cron(0 3 L/2 * ? *) \""), ["L/2"]);
    assert_eq!(shown("rate: 1 hours"), ["hours"]);
    assert_eq!(shown("rate: rate(2 day)"), ["day"]);
    // What is not shown letter by letter is shown as a whole.
    assert_eq!(shown("cron: \"0 3 L\\u002f2 * ? *\""), ["\"0 3 L\\u002f2 * ? *\""]);
    assert_eq!(shown("cron: ''"), ["''"]);
}

#[test]
fn an_expression_goes_to_aws_with_single_spaces_and_its_word_once() {
    assert_eq!(schedule("cron: ' 0  3 * * ?   *'")["ScheduleExpression"], "cron(0 3 * * ? *)");
    assert_eq!(schedule("cron: cron(0 3 * * ? *)")["ScheduleExpression"], "cron(0 3 * * ? *)");
    assert_eq!(schedule("rate: 15  minutes")["ScheduleExpression"], "rate(15 minutes)");
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

const BOTH: &str = "executions: { allOf: [{ name: b }, { name: c }] }";

#[test]
fn where_both_are_needed_aws_keeps_no_schedule_and_the_central_side_hears_of_both() {
    let template = template(&format!(
        "name: a\naccount: A\n{STEP}trigger: {{ schedule: {{ hour: 6, start: 2027-01-01 }}, {BOTH}, operator: AND }}\n"
    ));
    let types: Vec<&str> =
        template["Resources"].as_object().unwrap().values().filter_map(|r| r["Type"].as_str()).collect();
    assert!(!types.contains(&"AWS::Scheduler::Schedule"), "{types:?}");
    assert!(types.contains(&"AWS::Events::Rule"));
    let trigger = &properties(&template, "Registration")["Trigger"];
    assert_eq!(
        trigger["schedule"],
        json!({ "expression": "cron(0 6 * * ? *)", "timezone": "UTC", "start": "2027-01-01T00:00:00Z" })
    );
    assert_eq!((&trigger["operator"], trigger["executions"].is_object()), (&json!("AND"), true));
}

#[test]
fn where_both_are_needed_a_schedule_says_only_what_the_central_side_can_keep() {
    for (keys, refused) in [
        ("rate: 2 hours", 1),
        ("rate: 2 hours, start: 2027-01-01", 0),
        ("hour: 3, flexibleWindow: 15m", 1),
        ("hour: 3, engine: rule", 1),
        ("hour: 3, engine: scheduler", 0),
    ] {
        let trigger = |operator: &str| format!("trigger: {{ schedule: {{ {keys} }}, {BOTH}, operator: {operator} }}\n");
        let found = |operator: &str| check_in(ORGANIZATION, &format!("name: a\n{STEP}{}", trigger(operator))).found;
        assert_eq!(found("AND").len(), refused, "{keys}: {:#?}", found("AND"));
        assert!(found("OR").is_empty(), "{keys}");
    }
}

#[test]
fn a_zone_at_the_schedule_or_at_the_condition_is_the_pipelines() {
    for (schedule, condition) in [
        (", timezone: Asia/Tokyo", ""),
        ("", "timezone: asia/tokyo, "),
        (", timezone: Asia/Tokyo", "timezone: Asia/Tokyo, "),
    ] {
        let template = template(&format!(
            "name: a\naccount: A\n{STEP}trigger: {{ schedule: {{ hour: 6{schedule} }}, executions: {{ {condition}anyOf: [{{ name: b }}] }}, operator: OR }}\n"
        ));
        assert_eq!(properties(&template, "Schedule")["ScheduleExpressionTimezone"], "Asia/Tokyo");
        assert_eq!(properties(&template, "Registration")["Timezone"], "Asia/Tokyo");
    }
}

#[test]
fn two_zones_are_shown_both() {
    let checked = check_in(
        ORGANIZATION,
        &format!(
            "name: a\n{STEP}trigger: {{ schedule: {{ hour: 6, timezone: Asia/Tokyo }}, executions: {{ timezone: UTC, anyOf: [{{ name: b }}] }}, operator: OR }}\n"
        ),
    );
    let [found] = &checked.found[..] else { panic!("{:#?}", checked.found) };
    assert_eq!(found.code.id, "PS0218");
    assert_eq!((checked.files.slice(found.place), checked.files.slice(found.related[0].place)), ("UTC", "Asia/Tokyo"));
}
