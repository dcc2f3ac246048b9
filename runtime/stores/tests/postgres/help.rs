//! Short words for stories: pipelines, gates, firings, as they come out of the engine.

use std::sync::Arc;

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::store::{Change, Child, Committed, Entry, Link, Registered, Registry, Store};
use pipesynth_engine::{Decision, Firing, Gate, Occurrence, Origin, decide};
use serde_json::json;

/// `2026-11-23T00:00:00Z`.
pub const MONDAY: u64 = 1_795_392_000_000;

/// Milliseconds of an hour.
pub const H: u64 = 3_600_000;

pub fn id(name: &str) -> PipelineId {
    PipelineId::new("111111111111", name).unwrap()
}

/// A pipeline that waits for all of these.
pub fn waits_for(name: &str, parents: &[&str]) -> Registered {
    let leaf = |name: &&str| json!({"account": "111111111111", "name": name, "status": ["SUCCEEDED"]});
    let leaves: Vec<_> = parents.iter().map(leaf).collect();
    let condition = if leaves.len() == 1 { leaves[0].clone() } else { json!({ "allOf": leaves }) };
    let condition = serde_json::from_value(condition).unwrap();
    let executions = pipesynth_contract::starts::Executions::new(condition);
    let trigger = pipesynth_contract::starts::Trigger { executions: Some(executions), ..Default::default() };
    Registered { concurrency: Concurrency::Queue, ..Registered::new(id(name), "eu-central-1", "UTC", trigger) }
}

/// Registers or changes it, without the rules of the graph.
pub fn register(store: &impl Registry, registered: Registered) -> Entry {
    let before = store.entry(&registered.id).unwrap();
    let version = before.as_ref().map_or(1, |entry| entry.version + 1);
    let incarnation = before.map_or(0, |entry| entry.incarnation);
    let entry = Entry::live(Registered { version, incarnation, ..registered });
    let child = Child::new(entry.registered().unwrap().clone()).unwrap();
    let leaves = child.spec.iter().flat_map(|spec| spec.leaves());
    let link = leaves.map(|l| Link { parent: l.parent.clone(), child: entry.id.clone(), version }).collect();
    let graph = store.graph_version().unwrap();
    let change = Change { graph, entries: vec![entry.clone()], link, unlink: Vec::new() };
    assert_eq!(store.apply(&change).unwrap(), Committed::Done);
    entry
}

/// Deletes it, without the rules of the graph.
pub fn change_to_deleted(store: &impl Registry, name: &str) -> Change {
    let entry = store.entry(&id(name)).unwrap().unwrap();
    Change { graph: store.graph_version().unwrap(), entries: vec![entry.deleted(None)], link: vec![], unlink: vec![] }
}

pub fn child(store: &impl Store, name: &str) -> Arc<Child> {
    store.child(&id(name)).unwrap().unwrap()
}

/// A run of Monday that succeeded at `hour`.
pub fn run(name: &str, hour: u64) -> Occurrence {
    Occurrence {
        parent: id(name),
        run_key: "schedule/2026-11-23T00:00:00Z#1".parse().unwrap(),
        execution: format!("arn:{name}:{hour}").into(),
        status: Status::Succeeded,
        at: MONDAY + hour * H,
        started: MONDAY,
        date: "2026-11-23".parse().unwrap(),
        instant: Some(MONDAY),
        rerun_of: None,
        backfill: false,
        skipped: false,
        given_up: false,
        chain: [].into(),
        input: Default::default(),
        origin: Origin::Run,
    }
}

/// The decision about one run, on what is stored or on a gate that nothing has reached.
pub fn decision(store: &impl Store, child: &Child, run: &Occurrence) -> Decision {
    let spec = child.spec.as_ref().unwrap();
    let (keys, _) = spec.keys(run);
    let gate = store.gate(child.id(), &keys[0]).unwrap().unwrap_or_else(|| Gate::new(spec, keys[0].clone()));
    decide(gate, run, spec)
}

/// Decides and commits.
pub fn step(store: &impl Store, child: &Child, run: &Occurrence) -> (Committed, Option<Arc<Firing>>) {
    let decision = decision(store, child, run);
    let committed = store.commit(child, &decision.gate, decision.firing.as_ref()).unwrap();
    (committed, decision.firing)
}
