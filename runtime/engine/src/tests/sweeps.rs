//! A look at the clock when one pipeline cannot be looked at.

use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_contract::options::Concurrency;
use serde_json::json;

use super::help::{But, MONDAY, id, ok, run, trigger};
use crate::store::{
    Child, Committed, MemoryStore, Move, Outgoing, Registered, Store, StoreError, Tables, What, ingest_into, sweep_into,
};
use crate::{Admission, Effect, Firing, Gate, Lane, Occurrence};

/// A store in which the gates of one pipeline cannot be read.
struct Torn(MemoryStore, PipelineId);

impl Store for Torn {
    fn gate(&self, child: &PipelineId, key: &str) -> Result<Option<Gate>, StoreError> {
        if *child == self.1 { Err(StoreError::Broken("gate".into())) } else { self.0.gate(child, key) }
    }
    fn log(&self, occurrence: &Occurrence) -> Result<Admission, StoreError> {
        self.0.log(occurrence)
    }
    fn children(&self, parent: &PipelineId) -> Result<Vec<Arc<Child>>, StoreError> {
        self.0.children(parent)
    }
    fn child(&self, id: &PipelineId) -> Result<Option<Arc<Child>>, StoreError> {
        self.0.child(id)
    }
    fn successor(&self, id: &PipelineId) -> Result<Option<PipelineId>, StoreError> {
        self.0.successor(id)
    }
    fn commit(&self, child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>) -> Result<Committed, StoreError> {
        self.0.commit(child, gate, firing)
    }
    fn due_gates(&self, now: u64) -> Result<Vec<(PipelineId, String)>, StoreError> {
        self.0.due_gates(now)
    }
    fn gates(&self, child: &PipelineId) -> Result<Vec<String>, StoreError> {
        self.0.gates(child)
    }
    fn with_deadline(&self) -> Result<Vec<Arc<Child>>, StoreError> {
        self.0.with_deadline()
    }
    fn unsettled(&self) -> Result<Vec<PipelineId>, StoreError> {
        self.0.unsettled()
    }
    fn outbox(&self, child: &PipelineId) -> Result<Vec<Outgoing>, StoreError> {
        self.0.outbox(child)
    }
    fn lane(&self, child: &PipelineId) -> Result<Lane, StoreError> {
        self.0.lane(child)
    }
    fn settle(&self, child: &PipelineId, lane: Option<&Lane>, moves: &[Move]) -> Result<Committed, StoreError> {
        self.0.settle(child, lane, moves)
    }
}

#[test]
fn one_pipeline_that_cannot_be_looked_at_keeps_no_other_waiting() {
    let mut tables = Tables::default();
    for name in ["a-torn", "whole"] {
        let trigger = trigger(ok("parent"), json!({"deadline": "07:00", "onMiss": "notify"}));
        let registered = Registered::new(id(name), "eu-central-1", "UTC", trigger);
        tables.register(Child::new(Registered { concurrency: Concurrency::Allow, ..registered }).unwrap());
    }
    let store = Torn(MemoryStore::new(tables), id("a-torn"));
    let mut notes = Vec::new();
    let result = sweep_into(&store, MONDAY + 8 * 3_600_000, &mut notes);
    assert_eq!(result, Err(StoreError::Broken("gate".into())));
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert_eq!(notes[0].child, id("whole"));
    assert!(matches!(notes[0].what, What::Gate(_, Effect::DeadlineMissed { .. })));
}

#[test]
fn one_gate_that_cannot_be_read_keeps_no_other_child_from_its_event() {
    let mut tables = Tables::default();
    for name in ["b-first", "c-torn", "d-last"] {
        let registered = Registered::new(id(name), "eu-central-1", "UTC", trigger(ok("a"), json!({})));
        tables.register(Child::new(Registered { concurrency: Concurrency::Allow, ..registered }).unwrap());
    }
    let (store, mut notes) = (Torn(MemoryStore::new(tables), id("c-torn")), Vec::new());
    assert_eq!(ingest_into(&store, &run("a", 1), &mut notes), Err(StoreError::Broken("gate".into())));
    let fired: Vec<_> = notes.iter().filter(|n| matches!(n.what, What::Fired(_))).map(|n| n.child.clone()).collect();
    assert_eq!(fired, [id("d-last"), id("b-first")]);
}

#[test]
fn the_instant_of_a_schedule_takes_no_run_key() {
    let store = MemoryStore::new(Tables::default());
    let key = "schedule/2026-11-23T03:00:00Z#1".parse().unwrap();
    let instant = Occurrence::clock(id("a"), key, MONDAY, "2026-11-23".parse().unwrap());
    store.log(&instant).unwrap();
    let run = run("a", 3).key("schedule/2026-11-23T03:00:00Z#1");
    assert_eq!(store.log(&run).unwrap(), Admission::New, "it is the first run with its key");
}
