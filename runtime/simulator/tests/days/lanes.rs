//! `concurrency`: what happens to a start while a run is going, whatever starts it.

use pipesynth_contract::Status;
use pipesynth_simulator::record::{Reason, Record, What};
use serde_json::json;

use super::support::*;

/// Listings starts every hour and takes two and a half; pipeline-x runs on each of them, and takes as long.
fn hourly(concurrency: &str) -> Record {
    let mut stacks = case_study();
    stacks.resource(0, "Schedule")["ScheduleExpression"] = json!("cron(0 * * * ? *)");
    for pipeline in [0, 2] {
        stacks.resource(pipeline, "Registration")["Concurrency"] = json!(concurrency);
        let claim = &mut stacks.resource(pipeline, "Machine")["Definition"]["States"]["Claim run"];
        claim["Arguments"]["Payload"]["concurrency"] = json!(concurrency);
        stacks.resource(pipeline, "Machine")["Definition"]["States"]["Run skipped"]["Output"] =
            json!({"skipped": true, "claimed": "{% $claimed %}"});
    }
    let executions = &mut stacks.resource(2, "Registration")["Trigger"]["executions"];
    executions["condition"] = json!({"account": "111111111111", "name": "listings", "status": ["SUCCEEDED"]});
    (executions["correlate"], executions["within"]) = (json!("none"), json!("none"));
    stacks.resource(2, "Dependency")["EventPattern"]["detail"].as_object_mut().unwrap().remove("parents");
    let mut scenario = days(1);
    scenario.until = scenario.from + 10 * HOUR;
    scenario.duration = (5 * HOUR / 2, 5 * HOUR / 2);
    stacks.run(&scenario)
}

/// The most runs at one time, and how many did their work.
fn at_once(record: &Record, pipeline: &str) -> (usize, usize) {
    let working: Vec<_> = runs(record, pipeline).into_iter().filter(|run| !run.skipped).collect();
    let long = |run: &&&pipesynth_simulator::record::Run| run.ended.is_none_or(|end| end - run.started > HOUR);
    let most = working.iter().filter(long).map(|a| {
        working.iter().filter(|b| b.started <= a.started && b.ended.is_none_or(|end| end > a.started)).count()
    });
    (most.max().unwrap_or(0), working.len())
}

#[test]
fn allow_runs_side_by_side() {
    let record = hourly("allow");
    assert_eq!(at_once(&record, LISTINGS), (3, 10));
    assert_eq!(at_once(&record, PIPELINE_X).0, 3);
}

#[test]
fn queue_runs_all_of_them_one_after_the_other() {
    let record = hourly("queue");
    let child: Vec<_> = runs(&record, PIPELINE_X);
    assert!(child.len() >= 2 && child.iter().all(|run| !run.skipped));
    assert!(child.windows(2).all(|pair| pair[0].ended.is_some_and(|end| end <= pair[1].started)));
    // Starts by the clock wait in the account: they have started, and do their work in turn.
    let listings = runs(&record, LISTINGS);
    let ends: Vec<u64> = listings.iter().filter_map(|run| run.ended).collect();
    assert!(ends.windows(2).all(|pair| pair[1] - pair[0] >= 5 * HOUR / 2), "{ends:?}");
    assert!(listings.iter().all(|run| !run.skipped));
    let begun: Vec<u64> = listings.iter().filter_map(|run| run.worked_from).collect();
    assert_eq!(begun[0], listings[0].started);
    assert!(begun.windows(2).all(|pair| pair[1] - pair[0] >= 5 * HOUR / 2), "{begun:?}");
    assert_eq!(listings.last().and_then(|run| run.worked_from), None, "it waits at the end");
}

#[test]
fn skip_drops_what_comes_while_a_run_is_going() {
    let record = hourly("skip");
    let listings = runs(&record, LISTINGS);
    let skipped: Vec<bool> = listings.iter().map(|run| run.skipped).collect();
    assert_eq!(skipped, [false, true, true, false, true, true, false, true, true, false]);
    assert_eq!(at_once(&record, PIPELINE_X).0, 1);
    let reasons: Vec<bool> = listings.iter().map(|run| run.reason == Some(Reason::GivenUp)).collect();
    assert_eq!(reasons, skipped, "not for their keys");
}

#[test]
fn a_run_that_waits_a_day_for_its_turn_fails_and_says_so() {
    let mut stacks = case_study();
    stacks.resource(0, "Machine")["Definition"]["States"]["Claim run"]["Arguments"]["Payload"]["concurrency"] =
        json!("queue");
    stacks.resource(0, "Machine")["Definition"].as_object_mut().unwrap().remove("TimeoutSeconds");
    let mut scenario = days(3);
    scenario.duration = (60 * HOUR, 60 * HOUR);
    let record = stacks.run(&scenario);
    let listings = runs(&record, LISTINGS);
    assert_eq!((listings[0].reason, listings[1].reason), (None, Some(Reason::WaitedTooLong)));
    assert_eq!(listings[1].status, Status::Failed);
}

#[test]
fn a_run_that_finds_100_waiting_fails_and_says_so() {
    let mut stacks = case_study();
    stacks.resource(0, "Schedule")["ScheduleExpression"] = json!("rate(1 minute)");
    stacks.resource(0, "Machine")["Definition"]["States"]["Claim run"]["Arguments"]["Payload"]["concurrency"] =
        json!("queue");
    let mut scenario = days(1);
    scenario.until = scenario.from + 3 * HOUR;
    scenario.duration = (6 * HOUR, 6 * HOUR);
    let record = stacks.run(&scenario);
    let full = runs(&record, LISTINGS).into_iter().position(|run| run.reason == Some(Reason::QueueFull));
    assert_eq!(full, Some(101), "one works, 100 wait");
}

#[test]
fn latest_keeps_only_the_newest_of_those_that_wait() {
    let record = hourly("latest");
    let listings = runs(&record, LISTINGS);
    assert!(listings.iter().any(|run| run.skipped) && listings.iter().any(|run| !run.skipped && run.ended.is_some()));
    let ends: Vec<u64> = listings.iter().filter(|run| !run.skipped).filter_map(|run| run.ended).collect();
    assert!(ends.windows(2).all(|pair| pair[1] - pair[0] >= 5 * HOUR / 2), "{ends:?}");
}

#[test]
fn a_firing_that_waits_for_its_turn_is_logged() {
    let record = hourly("queue");
    let queued = logged(&record, PIPELINE_X, |what| matches!(what, What::Queued(_)).then_some(()));
    assert!(!queued.is_empty());
}
