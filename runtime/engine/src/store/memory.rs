//! The store in memory: for `simulate`, tests and the model checks. Its conditions are those that every store must keep.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pipesynth_contract::{PipelineId, Status};

use super::{Child, Claims, Committed, Move, Outgoing, Sending, Store, StoreError};
use crate::{Admission, Firing, Gate, Lane, Mark, Occurrence, RunKey, admission};

/// The tables, as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Tables {
    /// Registered pipelines.
    pub children: BTreeMap<PipelineId, Arc<Child>>,
    /// Parent → pipelines that wait for it.
    pub waiting: BTreeMap<PipelineId, Vec<PipelineId>>,
    /// The run log.
    pub log: BTreeMap<(PipelineId, Mark), Occurrence>,
    /// Which execution first came with a pipeline, run key and status.
    pub holders: BTreeMap<(PipelineId, RunKey, Status), String>,
    /// Gates by child and correlation key.
    pub gates: BTreeMap<(PipelineId, String), Gate>,
    /// The outbox by child, correlation key and generation.
    pub firings: BTreeMap<(PipelineId, String, u64), Outgoing>,
    /// Open runs by child.
    pub lanes: BTreeMap<PipelineId, Lane>,
    /// Claims by pipeline and run key.
    pub claims: BTreeMap<(PipelineId, RunKey), String>,
}

impl Tables {
    /// Registers a pipeline, or changes its condition. Gates stay and are brought up at their next decision.
    pub fn register(&mut self, child: Child) {
        let id = child.id().clone();
        self.unlink(&id);
        for leaf in child.spec.iter().flat_map(|spec| spec.leaves()) {
            let children = self.waiting.entry(leaf.parent.clone()).or_default();
            if !children.contains(&id) {
                children.push(id.clone());
                children.sort();
            }
        }
        self.children.insert(id, Arc::new(child));
    }

    /// Deletes a pipeline: its gates are emptied and keep their generations, its waiting firings are dropped.
    pub fn remove(&mut self, id: &PipelineId) {
        self.unlink(id);
        self.children.remove(id);
        for ((child, _), gate) in &mut self.gates {
            if child == id {
                *gate = gate.clone().emptied();
            }
        }
        for ((child, ..), outgoing) in &mut self.firings {
            if child == id && !outgoing.state.is_settled() {
                outgoing.state = Sending::Dropped;
            }
        }
        self.lanes.remove(id);
    }

    fn unlink(&mut self, id: &PipelineId) {
        for children in self.waiting.values_mut() {
            children.retain(|child| child != id);
        }
        self.waiting.retain(|_, children| !children.is_empty());
    }

    fn log(&mut self, occurrence: &Occurrence) -> Admission {
        let parent = &occurrence.parent;
        self.log.entry((parent.clone(), occurrence.mark())).or_insert_with(|| occurrence.clone());
        if occurrence.skipped {
            return Admission::Again;
        }
        let identity = (parent.clone(), occurrence.run_key.clone(), occurrence.status);
        let answer = admission(self.holders.get(&identity).map(String::as_str), &occurrence.execution);
        self.holders.entry(identity).or_insert_with(|| occurrence.execution.clone());
        answer
    }

    fn commit(&mut self, child: &PipelineId, gate: &Gate, firing: Option<&Firing>) -> Committed {
        let rev = self.children.get(child).and_then(|c| c.spec.as_ref()).map(|spec| &spec.rev);
        if rev != Some(&gate.rev) {
            return Committed::Gone;
        }
        let place = (child.clone(), gate.key.clone());
        let stored = self.gates.get(&place).map_or(0, |stored| stored.ver);
        let slot = firing.map(|f| (child.clone(), f.key.clone(), f.generation));
        if stored + 1 != gate.ver || slot.as_ref().is_some_and(|slot| self.firings.contains_key(slot)) {
            return Committed::Conflict;
        }
        self.gates.insert(place, gate.clone());
        if let (Some(slot), Some(firing)) = (slot, firing) {
            self.firings.insert(slot, Outgoing { firing: firing.clone(), state: Sending::Pending });
        }
        Committed::Done
    }

    fn settle(&mut self, child: &PipelineId, lane: Option<&Lane>, moves: &[Move]) -> Committed {
        let slot = |m: &Move| (child.clone(), m.key.clone(), m.generation);
        let stored = self.lanes.get(child).map_or(0, |lane| lane.ver);
        let stale = lane.is_some_and(|lane| lane.ver != stored + 1);
        let moved = |m: &Move| self.firings.get(&slot(m)).is_none_or(|o| o.state != m.from);
        if stale || moves.iter().any(moved) {
            return Committed::Conflict;
        }
        if let Some(lane) = lane {
            self.lanes.insert(child.clone(), lane.clone());
        }
        for change in moves {
            if let Some(outgoing) = self.firings.get_mut(&slot(change)) {
                outgoing.state = change.to;
            }
        }
        Committed::Done
    }

    fn outbox(&self, child: &PipelineId) -> Vec<Outgoing> {
        let from = (child.clone(), String::new(), 0);
        let own = self.firings.range(from..).take_while(|((c, ..), _)| c == child);
        let mut open: Vec<Outgoing> = own.filter(|(_, o)| !o.state.is_settled()).map(|(_, o)| o.clone()).collect();
        open.sort_by(|a, b| {
            let place = |f: &Firing| (f.at, f.generation);
            place(&a.firing).cmp(&place(&b.firing)).then_with(|| a.firing.key.cmp(&b.firing.key))
        });
        open
    }
}

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
        let ids = tables.waiting.get(parent).into_iter().flatten();
        Ok(ids.filter_map(|id| tables.children.get(id).cloned()).collect())
    }

    fn child(&self, id: &PipelineId) -> Result<Option<Arc<Child>>, StoreError> {
        Ok(self.tables().children.get(id).cloned())
    }

    fn gate(&self, child: &PipelineId, key: &str) -> Result<Option<Gate>, StoreError> {
        Ok(self.tables().gates.get(&(child.clone(), key.to_owned())).cloned())
    }

    fn commit(&self, child: &PipelineId, gate: &Gate, firing: Option<&Firing>) -> Result<Committed, StoreError> {
        Ok(self.tables().commit(child, gate, firing))
    }

    fn open_gates(&self) -> Result<Vec<(PipelineId, String)>, StoreError> {
        let tables = self.tables();
        let open = tables.gates.iter().filter(|(_, gate)| gate.leaves.iter().any(|leaf| leaf.cur.is_some()));
        Ok(open.map(|(place, _)| place.clone()).collect())
    }

    fn with_deadline(&self) -> Result<Vec<Arc<Child>>, StoreError> {
        let tables = self.tables();
        let due = |child: &&Arc<Child>| child.spec.as_ref().is_some_and(crate::Spec::has_deadline);
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
