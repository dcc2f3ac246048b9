//! The shipped protocol up to the outbox: nesting, `within`, revocation, reruns, hold, edits and deletion, under every order.

use pipesynth_contract::options::Concurrency;
use serde_json::json;
use stateright::{Checker, Model};

use super::model::Search;
use super::scenario::{Change, Scenario, child, used};

/// Searches everything and fails with the shortest story to a fault.
pub fn holds(name: &str, search: Search) {
    let checker = search.checker().threads(2).spawn_bfs().join();
    eprintln!("{name}: {} states, depth {}", checker.unique_state_count(), checker.max_depth());
    checker.assert_properties();
}

#[test]
fn two_parents_and_a_newer_run() {
    for (duplicates, crashes) in [(0, 0), (1, 0), (1, 1), (0, 2)] {
        holds(
            &format!("pair, {duplicates} duplicates, {crashes} crashes"),
            Search::new(Scenario::pair(), duplicates, crashes),
        );
    }
}

#[test]
fn nested_groups() {
    let events = ["a1 SUCCEEDED @1", "b1 SUCCEEDED @2", "c1 SUCCEEDED @3"];
    let nested = json!(["any", ["all", "a", "b"], ["all", "c", ["any", "b", "d"]]]);
    let scenario = Scenario::new(nested, json!({"correlate": "none"}), &events, |f| f.len() == 1);
    holds("nested", Search::new(scenario, 1, 1));
}

#[test]
fn runs_that_are_too_far_apart() {
    let events = ["a1 SUCCEEDED @1", "b1 SUCCEEDED @5", "a2 SUCCEEDED @6"];
    let options = json!({"correlate": "none", "within": "2h"});
    let scenario = Scenario::new(json!(["all", "a", "b"]), options, &events, |f| {
        f.len() == 1 && used(f[0]) == ["arn:a2", "arn:b1"]
    });
    holds("within", Search::new(scenario, 1, 1));
}

#[test]
fn a_revoked_run_and_its_redrive() {
    // The second run of `a` fails, and is redriven; where all is delivered the repaired one was used last.
    let events = ["a1 SUCCEEDED @1", "a2 FAILED @2", "b1 SUCCEEDED @3", "a2 SUCCEEDED @4"];
    let scenario = Scenario::new(json!(["all", "a", "b"]), json!({"correlate": "none"}), &events, |f| f.len() == 1);
    holds("revoke and redrive", Search::new(scenario, 0, 1));
}

#[test]
fn a_failure_that_stays() {
    let events = ["a1 SUCCEEDED @1", "b1 SUCCEEDED @2", "a2 FAILED @3"];
    // Started if both were seen before the failure, and never with the failed run.
    let never_failed =
        |f: &[&pipesynth_engine::Firing]| f.len() <= 1 && f.iter().all(|f| used(f) == ["arn:a1", "arn:b1"]);
    let scenario = Scenario::new(json!(["all", "a", "b"]), json!({"correlate": "none"}), &events, never_failed);
    holds("revoke", Search::new(scenario, 1, 1));
}

#[test]
fn a_rerun_starts_the_child_again() {
    let events = ["a1 SUCCEEDED @1", "b1 SUCCEEDED @2", "a2 SUCCEEDED @5 #2"];
    let last_has_rerun = |f: &[&pipesynth_engine::Firing]| f.last().is_some_and(|f| used(f) == ["arn:a2", "arn:b1"]);
    let scenario = Scenario::new(json!(["all", "a", "b"]), json!({}), &events, last_has_rerun);
    holds("refire", Search::new(scenario.clone(), 1, 1));
    let ignoring = Scenario::new(json!(["all", "a", "b"]), json!({"onRerun": "ignore"}), &events, |f| f.len() == 1);
    holds("refire ignored", Search::new(ignoring, 1, 1));
}

#[test]
fn a_parent_that_runs_holds_the_start_back() {
    let events = ["a1 SUCCEEDED @1", "a2 RUNNING @3", "b1 SUCCEEDED @2", "a2 SUCCEEDED @3"];
    let options = json!({"correlate": "none", "whileRunning": "hold"});
    let scenario = Scenario::new(json!(["all", "a", "b"]), options, &events, |f| f.len() == 1);
    holds("hold", Search::new(scenario, 0, 1));
}

#[test]
fn an_or_starts_once_for_each_run_that_is_newer() {
    let events = ["a1 SUCCEEDED @1", "b1 SUCCEEDED @2", "a2 SUCCEEDED @3"];
    // `a2` always; `a1` unless `a2` was there before.
    let scenario =
        Scenario::new(json!(["any", "a", "b"]), json!({"correlate": "none"}), &events, |f| (2..=3).contains(&f.len()));
    holds("or", Search::new(scenario, 1, 1));
}

#[test]
fn a_condition_that_is_edited_under_way() {
    let events = ["a1 SUCCEEDED @1", "b1 SUCCEEDED @2"];
    let options = json!({"correlate": "none"});
    let shorter = child(&json!(["all", "a", "b"]), &options, Concurrency::Allow);
    let scenario = Scenario::new(json!(["all", "a", "b", "c"]), options, &events, |f| f.len() == 1);
    holds("edit", Search::new(scenario.change(Change::Edit(Box::new(shorter))), 1, 1));
}

#[test]
fn a_child_that_is_deleted_under_way() {
    let scenario = Scenario::new(
        json!(["any", "a", "b"]),
        json!({"correlate": "none"}),
        &["a1 SUCCEEDED @1", "b1 SUCCEEDED @2"],
        |_| true,
    );
    holds("delete", Search::new(scenario.change(Change::Remove), 1, 1));
}
