//! The last mile: outbox, dispatchers that race and crash, triggers that are lost or come twice, the claim, the queue.

use pipesynth_contract::options::Concurrency;
use serde_json::json;

use super::model::Search;
use super::scenario::Scenario;
use super::sound::holds;

fn sending(scenario: Scenario, duplicates: u8, crashes: u8) -> Search {
    Search { sends: true, ..Search::new(scenario, duplicates, crashes) }
}

#[test]
fn every_firing_is_one_run_through_crashes() {
    holds("claim, 2 crashes", sending(Scenario::couple(), 0, 2));
}

#[test]
fn every_firing_is_one_run_through_losses_and_twins() {
    holds("claim, 1 lost, 1 twice, 1 crash", Search { losses: 1, twice: 1, ..sending(Scenario::couple(), 0, 1) });
}

#[test]
fn a_queue_runs_one_after_the_other_and_all() {
    let events = ["a1 SUCCEEDED @1", "a2 SUCCEEDED @2"];
    let two = Scenario::new(json!("a"), json!({"correlate": "none"}), &events, |f| (1..=2).contains(&f.len()));
    let queue = |crashes| sending(two.clone().concurrency(Concurrency::Queue), 0, crashes);
    holds("queue, 1 crash", queue(1));
    holds("queue, 1 twice", Search { twice: 1, ..queue(0) });
    for (name, concurrency) in [("latest", Concurrency::Latest), ("skip", Concurrency::Skip)] {
        holds(name, sending(two.clone().concurrency(concurrency), 0, 0));
    }
}
