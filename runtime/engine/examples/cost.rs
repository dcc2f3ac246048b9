//! What one decision costs: `cargo run --release -p pipesynth-engine --example cost`.

#![allow(clippy::unwrap_used, reason = "a measurement may stop at the first surprise")]
#![allow(clippy::print_stdout, reason = "the numbers are its output")]
#![allow(clippy::disallowed_methods, reason = "it is about time")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use pipesynth_contract::expression::Node;
use pipesynth_contract::options::Within;
use pipesynth_contract::starts::{Executions, Trigger};
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::{Gate, Occurrence, Origin, RunKey, Source, Spec, Standing, decide};
use serde_json::json;

fn id(name: &str) -> PipelineId {
    PipelineId::new("111111111111", name).unwrap()
}

fn run(parent: usize, at: u64) -> Occurrence {
    Occurrence {
        parent: id(&format!("parent-{parent}")),
        run_key: RunKey::new(Source::Schedule, "2026-11-23T03:00:00Z", 1).unwrap(),
        execution: format!("arn:aws:states:eu-central-1:111111111111:execution:pipesynth-parent-{parent}:0f6b{at}")
            .into(),
        status: Status::Succeeded,
        at: 1_795_400_000_000 + at,
        started: 1_795_400_000_000,
        date: "2026-11-23".parse().unwrap(),
        instant: Some(1_795_402_800_000),
        rerun_of: None,
        backfill: false,
        skipped: false,
        given_up: false,
        chain: [].into(),
        input: Default::default(),
        origin: Origin::Run,
    }
}

fn spec(parents: usize) -> Spec {
    let leaf = |n| json!({"account": "111111111111", "name": format!("parent-{n}"), "status": ["SUCCEEDED"]});
    let condition: Node = serde_json::from_value(json!({"allOf": (0..parents).map(leaf).collect::<Vec<_>>()})).unwrap();
    // With `within`, so that when the gate is due is counted too.
    let executions = Executions { within: Within::DAY, ..Executions::new(condition) };
    let trigger = Trigger { executions: Some(executions), ..Trigger::default() };
    Spec::new(&id("x"), &trigger, "UTC", &Standing::default()).unwrap().unwrap()
}

/// Mean time of a decision over rounds in which every parent succeeds once and the last one fires.
fn mean(parents: usize, rounds: u64) -> Duration {
    let spec = spec(parents);
    let mut gate = Gate::new(&spec, "2026-11-23");
    let events: Vec<Occurrence> =
        (0..rounds).flat_map(|n| (0..parents).map(move |p| run(p, n * 1000 + p as u64))).collect();
    let begun = Instant::now();
    for event in &events {
        gate = black_box(decide(black_box(gate), black_box(event), &spec)).gate;
    }
    let mean = begun.elapsed() / u32::try_from(events.len()).unwrap();
    assert_eq!(gate.generation, rounds);
    mean
}

fn main() {
    for (parents, rounds) in [(1, 20_000), (2, 10_000), (10, 2_000), (200, 20)] {
        let best = (0..5).map(|_| mean(parents, rounds)).min();
        println!("{parents} parents: {:?} per decision", best.unwrap_or_default());
    }
}
