//! The tables in memory behind a lock → a store, for `simulate`, tests and the model checks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pipesynth_contract::PipelineId;

use super::{Change, Child, Claims, Committed, Entry, Move, Outgoing, Registry, Store, StoreError, Tables};
use crate::{Admission, Firing, Gate, Lane, Occurrence, RunKey};

/// The tables behind a lock, so that threads may race for them.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Tables>);

impl MemoryStore {
    /// A store with these tables.
    pub fn new(tables: Tables) -> Self {
        Self(Mutex::new(tables))
    }

    /// The tables, to look at or to change.
    pub fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tables as they are now.
    pub fn into_tables(self) -> Tables {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    fn log(&self, occurrence: &Occurrence) -> Result<Admission, StoreError> {
        Ok(self.tables().log(occurrence))
    }

    fn children(&self, parent: &PipelineId) -> Result<Vec<Arc<Child>>, StoreError> {
        let tables = self.tables();
        let linked = tables.linked(parent);
        let live = linked.filter_map(|id| tables.children.get(id));
        Ok(live.filter(|child| child.listens_to(parent)).cloned().collect())
    }

    fn child(&self, id: &PipelineId) -> Result<Option<Arc<Child>>, StoreError> {
        Ok(self.tables().children.get(id).cloned())
    }

    fn successor(&self, id: &PipelineId) -> Result<Option<PipelineId>, StoreError> {
        Ok(self.tables().entries.get(id).and_then(Entry::successor).cloned())
    }

    fn gate(&self, child: &PipelineId, key: &str) -> Result<Option<Gate>, StoreError> {
        Ok(self.tables().gates.get(&(child.clone(), key.to_owned())).cloned())
    }

    fn commit(&self, child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>) -> Result<Committed, StoreError> {
        Ok(self.tables().commit(child, gate, firing))
    }

    fn due_gates(&self, now: u64) -> Result<Vec<(PipelineId, String)>, StoreError> {
        let tables = self.tables();
        let due = tables.gates.iter().filter(|(_, gate)| gate.due.is_some_and(|due| due <= now));
        Ok(due.map(|(place, _)| place.clone()).collect())
    }

    fn gates(&self, child: &PipelineId) -> Result<Vec<String>, StoreError> {
        let tables = self.tables();
        let from = (child.clone(), String::new());
        let own = tables.gates.range(from..).take_while(|((c, _), _)| c == child);
        Ok(own.filter(|(_, gate)| gate.holds()).map(|((_, key), _)| key.clone()).collect())
    }

    fn with_deadline(&self) -> Result<Vec<Arc<Child>>, StoreError> {
        let tables = self.tables();
        let due = |child: &&Arc<Child>| child.spec.as_ref().is_some_and(crate::Spec::needs_clock);
        Ok(tables.children.values().filter(due).cloned().collect())
    }

    fn unsettled(&self) -> Result<Vec<PipelineId>, StoreError> {
        let tables = self.tables();
        let open = tables.firings.iter().filter(|(_, outgoing)| !outgoing.state.is_settled());
        let mut children: Vec<PipelineId> = open.map(|((child, ..), _)| child.clone()).collect();
        children.dedup();
        Ok(children)
    }

    fn outbox(&self, child: &PipelineId) -> Result<Vec<Outgoing>, StoreError> {
        Ok(self.tables().outbox(child))
    }

    fn lane(&self, child: &PipelineId) -> Result<Lane, StoreError> {
        Ok(self.tables().lanes.get(child).cloned().unwrap_or_default())
    }

    fn settle(&self, child: &PipelineId, lane: Option<&Lane>, moves: &[Move]) -> Result<Committed, StoreError> {
        Ok(self.tables().settle(child, lane, moves))
    }
}

impl Claims for MemoryStore {
    fn claim(&self, pipeline: &PipelineId, key: &RunKey, execution: &str) -> Result<String, StoreError> {
        let place = (pipeline.clone(), key.clone());
        Ok(self.tables().claims.entry(place).or_insert_with(|| execution.to_owned()).clone())
    }
}

impl Registry for MemoryStore {
    fn graph_version(&self) -> Result<u64, StoreError> {
        Ok(self.tables().graph)
    }

    fn entry(&self, id: &PipelineId) -> Result<Option<Entry>, StoreError> {
        Ok(self.tables().entries.get(id).cloned())
    }

    fn dependants(&self, parent: &PipelineId) -> Result<Vec<PipelineId>, StoreError> {
        Ok(self.tables().linked(parent).cloned().collect())
    }

    fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        Ok(self.tables().entries.values().cloned().collect())
    }

    fn apply(&self, change: &Change) -> Result<Committed, StoreError> {
        self.tables().apply(change)
    }
}
