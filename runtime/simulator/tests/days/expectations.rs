//! Expectations over a record, and scenarios that name what is not there.

use pipesynth_contract::Status;
use pipesynth_simulator::scenario::{Expectation, Runs, Scenario};

use super::support::*;

fn expect(runs: Runs) -> Expectation {
    Expectation {
        runs,
        count: None,
        not_before: None,
        not_after: None,
        status: None,
        alerts: None,
        label: "expect[0]".to_owned(),
    }
}

fn verdict(change: impl FnOnce(&mut Expectation)) -> Vec<String> {
    let mut expectation = expect(runs_of(PIPELINE_X));
    change(&mut expectation);
    let mut scenario = days(2);
    scenario.expectations.push(expectation);
    let record = case_study().run(&scenario);
    assert_eq!(record.verdicts[0].label, "expect[0]");
    record.verdicts[0].faults.clone()
}

#[test]
fn what_is_met_has_no_faults() {
    let faults = verdict(|e| {
        e.count = Some((2, 2));
        e.not_before = Some(at("2026-11-23T06:00:00Z"));
        e.not_after = Some(at("2026-11-24T06:01:00Z"));
        e.status = Some(Status::Succeeded);
        e.alerts = Some((2, 2));
    });
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn every_part_that_is_not_met_says_what_was_got() {
    assert_eq!(verdict(|e| e.count = Some((1, 1))), ["2 runs, expected 1"]);
    assert_eq!(verdict(|e| e.count = Some((3, u64::MAX))), ["2 runs, expected at least 3"]);
    assert_eq!(verdict(|e| e.alerts = Some((0, 1))), ["2 alerts, expected 0 to 1"]);
    let early = verdict(|e| e.not_before = Some(at("2026-11-24T00:00:00Z")));
    assert!(early.len() == 1 && early[0].contains("pipeline-X for 2026-11-23"), "{early:?}");
    let late = verdict(|e| e.not_after = Some(at("2026-11-23T12:00:00Z")));
    assert!(late.len() == 1 && late[0].contains("for 2026-11-24"), "{late:?}");
    assert_eq!(verdict(|e| e.status = Some(Status::Failed)).len(), 2);
}

#[test]
fn dates_and_attempts_narrow_it_down() {
    let on_monday = Some((date("2026-11-23"), date("2026-11-23")));
    assert!(verdict(|e| (e.runs.dates, e.count) = (on_monday, Some((1, 1)))).is_empty());
    assert!(verdict(|e| (e.runs.dates, e.alerts) = (on_monday, Some((1, 1)))).is_empty());
    assert!(verdict(|e| (e.runs.attempt, e.count) = (Some(2), Some((0, 0)))).is_empty());
    assert!(verdict(|e| (e.runs.pipeline, e.count) = (None, Some((6, 6)))).is_empty());
    let none = verdict(|e| (e.runs.attempt, e.not_after) = (Some(2), Some(0)));
    assert!(none[0].starts_with("there is no run"), "{none:?}");
}

#[test]
fn a_scenario_about_unknown_pipelines_or_an_empty_span_is_refused_with_all_of_it() {
    let scenario = Scenario {
        until: 0,
        behaviours: vec![outcome(runs_of("111111111111/nobody"), Status::Failed)],
        expectations: vec![expect(runs_of("111111111111/no-one"))],
        ..days(1)
    };
    let faults = pipesynth_simulator::simulate(&case_study().try_deploy().unwrap(), &scenario).unwrap_err();
    assert_eq!(faults.len(), 3, "{faults:?}");
}
