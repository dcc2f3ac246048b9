//! A look at the clock when one pipeline cannot be looked at.

use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_contract::options::Concurrency;
use serde_json::json;

use super::help::{MONDAY, id, ok, trigger};
use crate::store::{
    Child, Committed, MemoryStore, Move, Outgoing, Registered, Store, StoreError, Tables, What, sweep_into,
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
    fn commit(&self, child: &Child, gate: &Gate, firing: Option<&Firing>) -> Result<Committed, StoreError> {
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
