//! What people do: runs by hand, reruns, repairs, backfills, stops.

use pipesynth_contract::Status;
use pipesynth_simulator::record::{Cause, What};
use pipesynth_simulator::scenario::{Deed, Runs};
use serde_json::json;

use super::support::*;

fn noon() -> u64 {
    at("2026-11-23T12:00:00Z")
}

#[test]
fn a_rerun_of_a_parent_starts_the_child_again_with_the_other_parents_run() {
    let mut scenario = days(1);
    scenario.actions.push(act(noon(), LISTINGS, Deed::Rerun(None)));
    let record = case_study().run(&scenario);
    let again = runs(&record, LISTINGS)[1];
    assert_eq!((again.run_key.to_string().as_str(), again.started), ("schedule/2026-11-23T03:00:00Z#2", noon()));
    assert!(matches!(again.cause, Cause::Rerun(_)));
    let child = runs(&record, PIPELINE_X);
    assert_eq!(child.len(), 2);
    let Cause::Condition { parents, .. } = &child[1].cause else { panic!() };
    let previous: Vec<bool> = parents.iter().map(|(_, previous)| *previous).collect();
    assert_eq!(previous, [false, true], "searches stands in from before");
}

#[test]
fn a_rerun_is_ignored_where_the_child_says_so() {
    let mut stacks = case_study();
    stacks.resource(2, "Registration")["Trigger"]["executions"]["onRerun"] = json!("ignore");
    let mut scenario = days(1);
    scenario.actions.push(act(noon(), LISTINGS, Deed::Rerun(Some(date("2026-11-23")))));
    assert_eq!(runs(&stacks.run(&scenario), PIPELINE_X).len(), 1);
}

#[test]
fn a_failed_run_that_is_repaired_in_place_completes_its_day() {
    let mut scenario = days(1);
    scenario.behaviours.push(outcome(runs_of(LISTINGS), Status::Failed));
    scenario.actions.push(act(noon(), LISTINGS, Deed::Redrive));
    let record = case_study().run(&scenario);
    assert_eq!(lines(&record, LISTINGS), ["2026-11-23 | 1 | 11-23 03:00 to 11-23 13:00 SUCCEEDED"]);
    assert_eq!(lines(&record, PIPELINE_X), ["2026-11-23 | 1 | 11-23 13:00 to 11-23 14:00 SUCCEEDED"]);
    assert_eq!(
        alerts(&record, LISTINGS),
        ["listings of 2026-11-23 ended FAILED", "listings of 2026-11-23 ended SUCCEEDED"]
    );
}

#[test]
fn a_parent_that_is_rerun_two_days_later_completes_its_own_day() {
    let mut stacks = case_study();
    stacks.resource(2, "Registration")["Trigger"]["executions"]["within"] = json!("none");
    let mut scenario = days(3);
    let monday = Runs { dates: Some((date("2026-11-23"), date("2026-11-23"))), attempt: Some(1), ..runs_of(LISTINGS) };
    scenario.behaviours.push(outcome(monday, Status::Failed));
    scenario.actions.push(act(at("2026-11-25T12:00:00Z"), LISTINGS, Deed::Rerun(Some(date("2026-11-23")))));
    let record = stacks.run(&scenario);
    let dates: Vec<String> = runs(&record, PIPELINE_X).iter().map(|run| run.date.to_string()).collect();
    assert_eq!(dates, ["2026-11-24", "2026-11-25", "2026-11-23"]);
}

fn backfilled(follow: bool) -> (Vec<String>, usize) {
    let mut stacks = case_study();
    if follow {
        stacks.resource(2, "Registration")["Trigger"]["executions"]["backfill"] = json!("follow");
    }
    let mut scenario = days(1);
    for pipeline in [LISTINGS, SEARCHES] {
        scenario.actions.push(act(noon(), pipeline, Deed::Backfill(date("2026-11-20"), date("2026-11-22"))));
    }
    let record = stacks.run(&scenario);
    let backfill = runs(&record, LISTINGS).into_iter().filter(|run| run.cause == Cause::Backfill);
    (backfill.map(|run| format!("{} {}", run.date, run.run_key)).collect(), runs(&record, PIPELINE_X).len())
}

#[test]
fn a_backfill_runs_the_dates_one_after_the_other_and_children_follow_only_where_they_say_so() {
    let keys = [
        "2026-11-20 schedule/2026-11-20T03:00:00Z#1",
        "2026-11-21 schedule/2026-11-21T03:00:00Z#1",
        "2026-11-22 schedule/2026-11-22T03:00:00Z#1",
    ];
    assert_eq!(backfilled(false), (keys.map(str::to_owned).to_vec(), 1));
    assert_eq!(backfilled(true), (keys.map(str::to_owned).to_vec(), 4));
}

#[test]
fn a_backfill_of_a_date_that_has_run_takes_the_next_attempt() {
    let mut scenario = days(1);
    scenario.actions.push(act(noon(), LISTINGS, Deed::Backfill(date("2026-11-23"), date("2026-11-23"))));
    let record = case_study().run(&scenario);
    assert_eq!(lines(&record, LISTINGS)[1], "2026-11-23 | 2 | 11-23 12:00 to 11-23 13:00 SUCCEEDED");
}

#[test]
fn a_run_by_hand_is_about_the_date_it_is_given_or_today() {
    let mut scenario = days(1);
    scenario.actions.push(act(noon(), LISTINGS, Deed::Run(Some(date("2026-11-01")))));
    scenario.actions.push(act(noon() + HOUR, LISTINGS, Deed::Run(None)));
    let record = case_study().run(&scenario);
    let by_hand: Vec<_> = runs(&record, LISTINGS).into_iter().filter(|run| run.cause == Cause::Manual).collect();
    assert_eq!(by_hand.iter().map(|run| run.date.to_string()).collect::<Vec<_>>(), ["2026-11-01", "2026-11-23"]);
    assert_eq!(by_hand[0].run_key.to_string(), "manual/manual-20261123T120000Z#1");
}

#[test]
fn a_run_that_is_stopped_is_aborted_and_its_planned_end_does_not_come() {
    let mut scenario = days(1);
    scenario.actions.push(act(at("2026-11-23T03:30:00Z"), LISTINGS, Deed::Stop));
    let record = case_study().run(&scenario);
    assert_eq!(lines(&record, LISTINGS), ["2026-11-23 | 1 | 11-23 03:00 to 11-23 03:30 ABORTED"]);
    assert!(runs(&record, PIPELINE_X).is_empty());
}

#[test]
fn deeds_on_nothing_are_said_to_be_so() {
    let mut scenario = days(1);
    let early = at("2026-11-23T01:00:00Z");
    for deed in [Deed::Stop, Deed::Redrive, Deed::Rerun(None)] {
        scenario.actions.push(act(early, LISTINGS, deed));
    }
    let record = case_study().run(&scenario);
    let words = logged(&record, LISTINGS, |what| match what {
        What::Action(words) => Some(words.as_str()),
        _ => None,
    });
    assert_eq!(
        words,
        ["there is no open run to stop", "there is no failed run to repair", "there is no run to repeat"]
    );
    let vain: Vec<(usize, &str)> = record.vain.iter().map(|(at, why)| (*at, why.as_str())).collect();
    assert_eq!(vain, words.into_iter().enumerate().collect::<Vec<_>>());
}

#[test]
fn a_run_longer_than_its_machine_allows_times_out() {
    let mut stacks = case_study();
    stacks.resource(0, "Machine")["Definition"]["TimeoutSeconds"] = json!(48_600);
    let mut scenario = days(1);
    scenario.behaviours.push(takes(runs_of(LISTINGS), 20 * HOUR));
    let record = stacks.run(&scenario);
    assert_eq!(lines(&record, LISTINGS), ["2026-11-23 | 1 | 11-23 03:00 to 11-23 16:30 TIMED_OUT"]);
}

#[test]
fn any_of_on_failed_starts_for_each_failure() {
    let mut stacks = case_study();
    let failed = |account: &str, name: &str| json!({"account": account, "name": name, "status": ["FAILED"]});
    let executions = &mut stacks.resource(2, "Registration")["Trigger"]["executions"];
    executions["condition"] =
        json!({"anyOf": [failed("111111111111", "listings"), failed("222222222222", "searches")]});
    stacks.resource(2, "Dependency")["EventPattern"]["detail"].as_object_mut().unwrap().remove("parents");
    let mut scenario = days(1);
    for pipeline in [LISTINGS, SEARCHES] {
        scenario.behaviours.push(outcome(runs_of(pipeline), Status::Failed));
    }
    assert_eq!(runs(&stacks.run(&scenario), PIPELINE_X).len(), 2);
}

/// pipeline-x follows backfills and pipeline-z waits for pipeline-x; `change` is done to pipeline-z's templates.
fn with_a_grandchild() -> Stacks {
    let mut stacks = case_study();
    stacks.resource(2, "Registration")["Trigger"]["executions"]["backfill"] = json!("follow");
    let text =
        stacks.pipelines[2].1.to_string().replace("pipeline-x", "pipeline-z").replace("pipeline-X", "pipeline-Z");
    stacks.pipelines.push(("333333333333".to_owned(), serde_json::from_str(&text).unwrap()));
    let leaf = json!({"account": "333333333333", "name": "pipeline-x", "status": ["SUCCEEDED"]});
    let executions = &mut stacks.resource(3, "Registration")["Trigger"]["executions"];
    executions["condition"] = leaf;
    executions["backfill"] = json!("none");
    stacks.resource(3, "Dependency")["EventPattern"]["detail"]["parents"] =
        json!({"333333333333/pipeline-x": {"status": ["SUCCEEDED"]}});
    stacks
}

#[test]
fn a_backfill_ends_where_nobody_follows_also_when_its_run_is_repeated() {
    let mut scenario = days(1);
    for pipeline in [LISTINGS, SEARCHES] {
        scenario.actions.push(act(noon(), pipeline, Deed::Backfill(date("2026-11-20"), date("2026-11-22"))));
    }
    // 2026-11-20 runs until 13:00, and again from 20:00 on.
    scenario.actions.push(act(noon() + 8 * HOUR, LISTINGS, Deed::Rerun(Some(date("2026-11-20")))));
    let record = with_a_grandchild().run(&scenario);
    let dates = |pipeline: &str| runs(&record, pipeline).iter().map(|run| run.date.to_string()).collect::<Vec<_>>();
    assert_eq!(dates(PIPELINE_X), ["2026-11-23", "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-20"]);
    assert_eq!(dates("333333333333/pipeline-z"), ["2026-11-23"]);
}
