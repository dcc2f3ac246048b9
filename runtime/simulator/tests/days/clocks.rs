//! Zones, daylight saving, deadlines, expiry, schedules of rules.

use serde_json::json;

use super::support::*;

/// The case study where listings starts at a local time of Berlin.
fn berlin(expression: &str) -> Stacks {
    let mut stacks = case_study();
    let schedule = stacks.resource(0, "Schedule");
    schedule["ScheduleExpression"] = json!(expression);
    schedule["ScheduleExpressionTimezone"] = json!("Europe/Berlin");
    stacks.resource(0, "Registration")["Timezone"] = json!("Europe/Berlin");
    stacks.resource(0, "Machine")["Definition"]["States"]["Claim run"]["Arguments"]["Payload"]["timezone"] =
        json!("Europe/Berlin");
    stacks
}

fn starts(stacks: &Stacks, from: &str) -> Vec<String> {
    let mut scenario = days(3);
    (scenario.from, scenario.until) = (at(from), at(from) + 3 * DAY);
    let record = stacks.run(&scenario);
    runs(&record, LISTINGS)
        .iter()
        .map(|run| format!("{} for {}", pipesynth_engine::utc_text(run.started).unwrap(), run.date))
        .collect()
}

#[test]
fn a_local_time_that_the_clock_skips_is_skipped_and_one_that_it_repeats_runs_once() {
    let at_half_past_two = berlin("cron(30 2 * * ? *)");
    assert_eq!(
        starts(&at_half_past_two, "2026-03-28T00:00:00Z"),
        ["2026-03-28T01:30:00Z for 2026-03-28", "2026-03-30T00:30:00Z for 2026-03-30"]
    );
    assert_eq!(
        starts(&at_half_past_two, "2026-10-24T00:00:00Z"),
        [
            "2026-10-24T00:30:00Z for 2026-10-24",
            "2026-10-25T00:30:00Z for 2026-10-25",
            "2026-10-26T01:30:00Z for 2026-10-26"
        ]
    );
}

#[test]
fn a_run_shortly_after_local_midnight_is_about_the_local_date() {
    assert_eq!(starts(&berlin("cron(30 0 * * ? *)"), "2026-11-23T00:00:00Z")[0], "2026-11-23T23:30:00Z for 2026-11-24");
}

#[test]
fn start_and_end_of_a_schedule_count() {
    let mut stacks = case_study();
    stacks.resource(0, "Schedule")["StartDate"] = json!("2026-11-24T00:00:00Z");
    stacks.resource(0, "Schedule")["EndDate"] = json!("2026-11-25T00:00:00Z");
    assert_eq!(starts(&stacks, "2026-11-23T00:00:00Z"), ["2026-11-24T03:00:00Z for 2026-11-24"]);
}

#[test]
fn a_flexible_schedule_starts_late_and_is_about_its_instant() {
    let mut stacks = case_study();
    stacks.resource(0, "Schedule")["FlexibleTimeWindow"] = json!({"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 600});
    let record = stacks.run(&days(3));
    let late: Vec<u64> =
        runs(&record, LISTINGS).iter().map(|run| (run.started - at("2026-11-23T03:00:00Z")) % DAY).collect();
    assert!(late.iter().all(|late| *late <= 600 * MINUTE) && late.iter().any(|late| *late > MINUTE), "{late:?}");
    let keys: Vec<String> = runs(&record, LISTINGS).iter().map(|run| run.run_key.to_string()).collect();
    assert_eq!(keys[0], "schedule/2026-11-23T03:00:00Z#1");
}

#[test]
fn a_scheduled_rule_starts_the_machine_as_the_scheduler_does() {
    let mut stacks = case_study();
    let rule = json!({"Type": "AWS::Events::Rule", "Properties": {
        "Name": "pipesynth-listings", "ScheduleExpression": "cron(0 3 * * ? *)", "State": "ENABLED",
        "Targets": [{"Id": "machine", "Arn": {"Ref": "Machine"}, "InputTransformer": {
            "InputPathsMap": {"time": "$.time"}, "InputTemplate": pipesynth_contract::trigger::RULE_INPUT_TEMPLATE}}]}});
    stacks.pipelines[0].1["Resources"]["Schedule"] = rule;
    let (by_rule, by_scheduler) = (stacks.run(&days(2)), case_study().run(&days(2)));
    assert_eq!(by_rule.runs, by_scheduler.runs);
}

#[test]
fn a_missed_deadline_is_told_once_at_its_time() {
    let mut stacks = case_study();
    let executions = &mut stacks.resource(2, "Registration")["Trigger"]["executions"];
    executions["deadline"] = json!("05:30");
    executions["onMiss"] = json!("notify");
    let record = stacks.run(&days(2));
    assert_eq!(alerts(&record, PIPELINE_X).iter().filter(|about| about.contains("deadline")).count(), 2);
    let first = record.log.iter().find(|entry| matches!(&entry.what, pipesynth_simulator::record::What::Alert { about, .. } if about.contains("deadline")));
    assert_eq!(first.unwrap().at, at("2026-11-23T05:30:00Z"));
    assert_eq!(runs(&record, PIPELINE_X).len(), 2, "it starts all the same when the parents are there");
}

#[test]
fn with_and_the_start_is_the_later_of_instant_and_condition() {
    let with_and = |time: &str| {
        let mut stacks = case_study();
        let trigger = &mut stacks.resource(2, "Registration")["Trigger"];
        trigger["schedule"] = json!({"expression": format!("cron({time} * * ? *)"), "timezone": "UTC"});
        trigger["operator"] = json!("AND");
        lines(&stacks.run(&days(1)), PIPELINE_X)
    };
    assert_eq!(with_and("0 10"), ["2026-11-23 | 1 | 11-23 10:00 to 11-23 11:00 SUCCEEDED"]);
    assert_eq!(with_and("0 4"), ["2026-11-23 | 1 | 11-23 06:00 to 11-23 07:00 SUCCEEDED"]);
}

#[test]
fn an_offset_meets_the_run_of_the_day_before() {
    let mut stacks = case_study();
    let leaf = &mut stacks.resource(2, "Registration")["Trigger"]["executions"]["condition"]["allOf"][0];
    leaf["offset"] = json!("-1d");
    let record = stacks.run(&days(3));
    let dates: Vec<String> = runs(&record, PIPELINE_X).iter().map(|run| run.date.to_string()).collect();
    assert_eq!(dates, ["2026-11-24", "2026-11-25"], "listings of the 22nd never ran");
}
