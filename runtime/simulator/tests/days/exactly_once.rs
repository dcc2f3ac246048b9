//! What the settled decisions promise of the claim: a start that is delivered twice runs once, and its shadow does nothing.

use pipesynth_contract::Status;
use pipesynth_simulator::scenario::Fault;
use serde_json::json;

use super::support::*;

fn twice(pipeline: &str) -> Fault {
    Fault::DuplicateStart { runs: runs_of(pipeline), times: 2 }
}

#[test]
fn a_start_that_is_delivered_twice_runs_once_and_the_second_is_skipped() {
    let record = case_study().run(&with(days(1), twice(LISTINGS)));
    assert_eq!(
        lines(&record, LISTINGS),
        [
            "2026-11-23 | 1 | 11-23 03:00 to 11-23 04:00 SUCCEEDED",
            "2026-11-23 | 1 | 11-23 03:00 to 11-23 03:00 SUCCEEDED skipped"
        ]
    );
    assert_eq!(lines(&record, PIPELINE_X), ["2026-11-23 | 1 | 11-23 06:00 to 11-23 07:00 SUCCEEDED"]);
}

#[test]
fn a_trigger_that_is_delivered_twice_runs_once() {
    let record = case_study().run(&with(days(1), twice(PIPELINE_X)));
    let started: Vec<bool> = runs(&record, PIPELINE_X).iter().map(|run| run.skipped).collect();
    assert_eq!(started, [false, true]);
}

#[test]
fn the_success_of_a_skipped_run_starts_nobody_and_tells_nobody() {
    // The real run fails later; its shadow says SUCCEEDED at once.
    let mut scenario = with(days(1), twice(LISTINGS));
    scenario.behaviours.push(outcome(runs_of(LISTINGS), Status::Failed));
    let record = case_study().run(&scenario);
    let skipped: Vec<(bool, Status)> = runs(&record, LISTINGS).iter().map(|run| (run.skipped, run.status)).collect();
    assert_eq!(skipped, [(false, Status::Failed), (true, Status::Succeeded)]);
    assert!(runs(&record, PIPELINE_X).is_empty());
    assert_eq!(alerts(&record, LISTINGS), ["listings of 2026-11-23 ended FAILED"]);
}

#[test]
fn the_running_event_of_a_duplicate_starts_nobody() {
    let mut stacks = case_study();
    let on_running = json!({"account": "111111111111", "name": "listings", "status": ["RUNNING"]});
    stacks.resource(2, "Registration")["Trigger"]["executions"]["condition"] = on_running;
    stacks.resource(2, "Dependency")["EventPattern"]["detail"]["parents"] =
        json!({"111111111111/listings": {"status": ["RUNNING"]}});
    let started = |times| {
        let fault = Fault::DuplicateStart { runs: runs_of(LISTINGS), times };
        let record = stacks.run(&with(days(1), fault));
        assert_eq!(runs(&record, LISTINGS).len(), times as usize);
        runs(&record, PIPELINE_X).len()
    };
    assert_eq!((started(1), started(3)), (1, 1));
}

#[test]
fn events_that_come_three_times_start_nobody_again() {
    let all = |pipeline| Fault::Duplicate { runs: runs_of(pipeline), status: None, times: 3 };
    let mut scenario = with(with(days(2), all(LISTINGS)), all(SEARCHES));
    scenario.delivery = (0, 5 * MINUTE);
    let record = case_study().run(&scenario);
    assert_eq!(runs(&record, PIPELINE_X).len(), 2);
    assert!(runs(&record, PIPELINE_X).iter().all(|run| !run.skipped));
}
