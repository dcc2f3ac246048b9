//! Lost, late and held events, and an account that is away.

use pipesynth_contract::Status;
use pipesynth_simulator::record::{Record, What};
use pipesynth_simulator::scenario::{Fault, Runs, Scenario};
use proptest::prelude::*;

use serde_json::json;

use super::support::*;

/// What was started, whatever the times.
fn firings(record: &Record) -> Vec<(usize, String, String)> {
    let mut found: Vec<_> = record
        .runs
        .iter()
        .filter(|run| !run.skipped)
        .map(|run| (run.pipeline, run.run_key.to_string(), run.date.to_string()))
        .collect();
    found.sort();
    found
}

#[test]
fn a_lost_event_leaves_the_child_waiting_and_the_record_says_for_whom() {
    let lost = Fault::Lose { runs: runs_of(SEARCHES), status: Some(Status::Succeeded) };
    let record = case_study().run(&with(days(1), lost));
    assert!(runs(&record, PIPELINE_X).is_empty());
    let [waiting] = &record.waiting[..] else { panic!("{:?}", record.waiting) };
    assert_eq!(
        (waiting.key.as_str(), &waiting.holds[..]),
        ("2026-11-23", &[(id(LISTINGS), Some(Status::Succeeded))][..])
    );
    assert_eq!(waiting.missing, [(id(SEARCHES), vec![Status::Succeeded])]);
    let told = logged(&record, SEARCHES, |what| matches!(what, What::Fault(_)).then_some(()));
    assert_eq!(told.len(), 1);
}

#[test]
fn a_condition_for_failures_is_not_half_met_by_successes() {
    let mut stacks = case_study();
    stacks.resource(2, "Registration")["Trigger"]["executions"]["condition"] =
        json!({"account": "111111111111", "name": "listings", "status": ["FAILED"]});
    let record = stacks.run(&days(1));
    assert_eq!(runs(&record, LISTINGS)[0].status, Status::Succeeded);
    assert!(runs(&record, PIPELINE_X).is_empty() && record.decisions > 0);
    assert!(record.waiting.is_empty(), "{:?}", record.waiting);
}

#[test]
fn a_late_event_makes_a_late_start_for_the_same_date() {
    let late = Fault::Delay { runs: runs_of(SEARCHES), status: Some(Status::Succeeded), by: 30 * HOUR };
    let mut scenario = with(days(3), late);
    scenario.faults[0] = match scenario.faults.remove(0) {
        Fault::Delay { status, by, mut runs } => {
            runs.dates = Some((date("2026-11-23"), date("2026-11-23")));
            scenario.faults.push(Fault::Delay { runs, status, by });
            scenario.faults[0].clone()
        }
        other => other,
    };
    let record = case_study().run(&scenario);
    assert_eq!(
        lines(&record, PIPELINE_X),
        [
            "2026-11-24 | 1 | 11-24 06:00 to 11-24 07:00 SUCCEEDED",
            "2026-11-23 | 1 | 11-24 12:00 to 11-24 13:00 SUCCEEDED",
            "2026-11-25 | 1 | 11-25 06:00 to 11-25 07:00 SUCCEEDED"
        ]
    );
}

#[test]
fn while_the_central_account_is_out_events_wait_and_nothing_is_lost() {
    let (from, until) = (at("2026-11-23T02:00:00Z"), at("2026-11-23T12:00:00Z"));
    let record = case_study().run(&with(days(2), Fault::Outage { account: None, from, until }));
    let first = runs(&record, PIPELINE_X)[0];
    assert!((until..until + MINUTE).contains(&first.started), "{}", first.started);
    assert_eq!(runs(&record, PIPELINE_X).len(), 2);
}

#[test]
fn while_a_childs_account_is_out_its_trigger_waits() {
    let (from, until) = (at("2026-11-23T05:30:00Z"), at("2026-11-23T09:00:00Z"));
    let account = Some("333333333333".to_owned());
    let record = case_study().run(&with(days(1), Fault::Outage { account, from, until }));
    let started: Vec<(u64, bool)> = runs(&record, PIPELINE_X).iter().map(|run| (run.started, run.skipped)).collect();
    assert!(started[0].0 >= until && !started[0].1, "{started:?}");
    // What was sent again in the meantime finds the key taken.
    assert!(started[1..].iter().all(|(_, skipped)| *skipped), "{started:?}");
}

#[test]
fn an_outage_longer_than_a_day_loses_what_the_rules_give_up() {
    let (from, until) = (at("2026-11-23T02:00:00Z"), at("2026-11-24T08:00:00Z"));
    let record = case_study().run(&with(days(3), Fault::Outage { account: None, from, until }));
    let dates: Vec<String> = runs(&record, PIPELINE_X).iter().map(|run| run.date.to_string()).collect();
    assert_eq!(dates, ["2026-11-24", "2026-11-25"], "events of the 23rd are older than 24 hours at the end");
}

#[test]
fn the_same_scenario_gives_the_same_record_and_another_seed_another() {
    let mut scenario = days(3);
    (scenario.delivery, scenario.duration) = ((0, HOUR), (MINUTE, 5 * HOUR));
    let stacks = case_study();
    let deployment = stacks.try_deploy().unwrap();
    let run = |scenario: &Scenario| pipesynth_simulator::simulate(&deployment, scenario).unwrap();
    assert_eq!(run(&scenario), run(&scenario));
    assert_ne!(run(&scenario).runs, run(&Scenario { seed: 2, ..scenario.clone() }).runs);
}

fn fault() -> impl Strategy<Value = Fault> {
    let runs = prop_oneof![Just(LISTINGS), Just(SEARCHES), Just(PIPELINE_X)].prop_map(runs_of);
    let status = prop::option::of(prop::sample::select(vec![Status::Running, Status::Succeeded, Status::Failed]));
    prop_oneof![
        (runs.clone(), status.clone(), 1..4u32).prop_map(|(runs, status, times)| Fault::Duplicate {
            runs,
            status,
            times
        }),
        (runs.clone(), status, 0..3 * HOUR).prop_map(|(runs, status, by)| Fault::Delay { runs, status, by }),
        (runs, 1..4u32).prop_map(|(runs, times)| Fault::DuplicateStart { runs, times }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Duplicates and reorderings of less than a day change when things start, and nothing else. Some runs fail and are repaired.
    #[test]
    fn duplicates_delays_and_reorderings_change_nothing_but_times(
        faults in prop::collection::vec(fault(), 0..5), seed in any::<u64>(), late in 0..2 * HOUR,
    ) {
        let stacks = case_study();
        let mut plain = days(4);
        // The last day begins nothing, so that what is late arrives.
        plain.behaviours.push(takes(Runs::default(), 30 * MINUTE));
        plain.seed = seed;
        let count = |record: &Record| firings(record).into_iter().filter(|(_, _, date)| date.as_str() < "2026-11-26").collect::<Vec<_>>();
        let expected = count(&stacks.run(&plain));
        let mut troubled = plain;
        (troubled.faults, troubled.delivery) = (faults, (0, late));
        let record = stacks.run(&troubled);
        prop_assert_eq!(count(&record), expected);
    }
}
