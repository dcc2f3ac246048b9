//! The central store of a simulation: the same conditions as in [`MemoryStore`], with indexes for many pipelines and long spans.
//!
//! It keeps no run log, for nothing reads it, and of settled firings only that they were. It shows the sweeper only what the clock can
//! change by now, so that a sweep of nothing costs nothing; [`MemoryStore`] shows everything, and tests hold both to the same records.

mod looks;
mod slot;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_engine::store::{
    Change, Child, Claims, Committed, Entry, MemoryStore, Move, Outgoing, Registry, Store, StoreError,
};
use pipesynth_engine::{Admission, Firing, Gate, Lane, Occurrence, RunKey};

use crate::table::Table;
use slot::Slot;

/// What a simulation needs of its store.
pub(crate) trait Central: Store + Registry + Claims {
    /// The sweeper is about to look, at this time; says whether it may find anything.
    fn looks(&self, now: u64) -> bool;

    /// All gates that hold something, by child and key.
    fn holding(&self) -> Vec<(PipelineId, Gate)>;
}

impl Central for MemoryStore {
    fn looks(&self, _: u64) -> bool {
        true
    }

    fn holding(&self) -> Vec<(PipelineId, Gate)> {
        let tables = self.tables();
        let holding = tables.gates.iter().filter(|(_, gate)| gate.holds());
        holding.map(|((child, _), gate)| (child.clone(), gate.clone())).collect()
    }
}

/// The store with indexes.
#[derive(Debug, Default)]
pub(crate) struct Indexed(RefCell<Tables>);

#[derive(Debug, Default)]
struct Tables {
    graph: u64,
    /// Every pipeline that was registered or named.
    at: Table<PipelineId, Slot>,
    due: BTreeSet<(u64, PipelineId, Arc<str>)>,
    unsettled: BTreeSet<PipelineId>,
    /// When the clock alone may next change something about a pipeline, gates aside.
    looks: BTreeSet<(u64, PipelineId)>,
    /// Those whose time has come with this sweep.
    now: Vec<Arc<Child>>,
}

impl Indexed {
    /// What is kept about a pipeline.
    fn read<T>(&self, id: &PipelineId, read: impl FnOnce(&Slot) -> T) -> Option<T> {
        self.0.borrow().at.get(id).map(read)
    }
}

impl Central for Indexed {
    fn looks(&self, now: u64) -> bool {
        let mut tables = self.0.borrow_mut();
        tables.begin_look(now);
        let due = tables.due.first().is_some_and(|(at, ..)| *at <= now);
        due || !tables.now.is_empty() || !tables.unsettled.is_empty()
    }

    fn holding(&self) -> Vec<(PipelineId, Gate)> {
        let tables = self.0.borrow();
        let mut holding = Vec::new();
        for (id, slot) in &tables.at {
            holding.extend(slot.gates.values().filter(|gate| gate.holds()).map(|gate| (id.clone(), gate.clone())));
        }
        holding.sort_by(|(a, x), (b, y)| (a, &x.key).cmp(&(b, &y.key)));
        holding
    }
}

impl Store for Indexed {
    fn log(&self, occurrence: &Occurrence) -> Result<Admission, StoreError> {
        Ok(self.0.borrow_mut().slot(&occurrence.parent).log(occurrence))
    }

    fn children(&self, parent: &PipelineId) -> Result<Vec<Arc<Child>>, StoreError> {
        let tables = &mut *self.0.borrow_mut();
        let graph = tables.graph;
        let Some(slot) = tables.at.get(parent) else { return Ok(Vec::new()) };
        if slot.listening.0 == graph {
            return Ok(slot.listening.1.clone());
        }
        let live = slot.links.keys().filter_map(|id| tables.at.get(id)?.child.as_ref());
        let listening: Vec<Arc<Child>> = live.filter(|child| child.listens_to(parent)).cloned().collect();
        tables.slot(parent).listening = (graph, listening.clone());
        Ok(listening)
    }

    fn child(&self, id: &PipelineId) -> Result<Option<Arc<Child>>, StoreError> {
        Ok(self.read(id, |slot| slot.child.clone()).flatten())
    }

    fn successor(&self, id: &PipelineId) -> Result<Option<PipelineId>, StoreError> {
        Ok(self.read(id, |slot| slot.entry.as_ref().and_then(Entry::successor).cloned()).flatten())
    }

    fn gate(&self, child: &PipelineId, key: &str) -> Result<Option<Gate>, StoreError> {
        Ok(self.read(child, |slot| slot.gates.get(key).cloned()).flatten())
    }

    fn commit(&self, child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>) -> Result<Committed, StoreError> {
        let mut tables = self.0.borrow_mut();
        let (answer, before) = tables.slot(child.id()).commit(child, gate, firing);
        if answer == Committed::Done {
            let due = |at: Option<u64>| at.map(|at| (at, child.id().clone(), gate.key.clone()));
            if before != gate.due {
                due(before).map(|old| tables.due.remove(&old));
                tables.due.extend(due(gate.due));
            }
            if firing.is_some() {
                tables.unsettled.insert(child.id().clone());
            }
        }
        Ok(answer)
    }

    fn due_gates(&self, now: u64) -> Result<Vec<(PipelineId, String)>, StoreError> {
        let tables = self.0.borrow();
        let due = tables.due.iter().take_while(|(at, ..)| *at <= now);
        let mut places: Vec<_> = due.map(|(_, child, key)| (child.clone(), key.to_string())).collect();
        places.sort();
        Ok(places)
    }

    fn gates(&self, child: &PipelineId) -> Result<Vec<String>, StoreError> {
        let holding =
            |slot: &Slot| slot.gates.values().filter(|gate| gate.holds()).map(|gate| gate.key.to_string()).collect();
        let mut keys: Vec<String> = self.read(child, holding).unwrap_or_default();
        keys.sort();
        Ok(keys)
    }

    fn with_deadline(&self) -> Result<Vec<Arc<Child>>, StoreError> {
        Ok(self.0.borrow().now.clone())
    }

    fn unsettled(&self) -> Result<Vec<PipelineId>, StoreError> {
        Ok(self.0.borrow().unsettled.iter().cloned().collect())
    }

    fn outbox(&self, child: &PipelineId) -> Result<Vec<Outgoing>, StoreError> {
        Ok(self.read(child, Slot::outbox).unwrap_or_default())
    }

    fn lane(&self, child: &PipelineId) -> Result<Lane, StoreError> {
        Ok(self.read(child, |slot| slot.lane.clone()).unwrap_or_default())
    }

    fn settle(&self, child: &PipelineId, lane: Option<&Lane>, moves: &[Move]) -> Result<Committed, StoreError> {
        let mut tables = self.0.borrow_mut();
        let slot = tables.slot(child);
        let answer = slot.settle(lane, moves);
        if slot.open.is_empty() {
            tables.unsettled.remove(child);
        }
        Ok(answer)
    }
}

impl Claims for Indexed {
    fn claim(&self, pipeline: &PipelineId, key: &RunKey, execution: &str) -> Result<String, StoreError> {
        Ok(self.0.borrow_mut().slot(pipeline).claim(key, execution))
    }
}

impl Registry for Indexed {
    fn graph_version(&self) -> Result<u64, StoreError> {
        Ok(self.0.borrow().graph)
    }

    fn entry(&self, id: &PipelineId) -> Result<Option<Entry>, StoreError> {
        Ok(self.read(id, |slot| slot.entry.clone()).flatten())
    }

    fn dependants(&self, parent: &PipelineId) -> Result<Vec<PipelineId>, StoreError> {
        Ok(self.read(parent, |slot| slot.links.keys().cloned().collect()).unwrap_or_default())
    }

    fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        let tables = self.0.borrow();
        let all: BTreeMap<_, _> = tables.at.iter().filter_map(|(id, slot)| Some((id, slot.entry.clone()?))).collect();
        Ok(all.into_values().collect())
    }

    fn apply(&self, change: &Change) -> Result<Committed, StoreError> {
        self.0.borrow_mut().apply(change)
    }
}

impl Tables {
    fn slot(&mut self, id: &PipelineId) -> &mut Slot {
        let at = match self.at.get_index_of(id) {
            Some(at) => at,
            None => self.at.insert_full(id.clone(), Slot::default()).0,
        };
        &mut self.at[at]
    }

    fn apply(&mut self, change: &Change) -> Result<Committed, StoreError> {
        let before = |entry: &Entry| self.at.get(&entry.id)?.entry.as_ref().map(|stored| stored.version);
        let stale = |entry: &Entry| before(entry).unwrap_or_default() + 1 != entry.version;
        if self.graph != change.graph || change.entries.iter().any(stale) {
            return Ok(Committed::Conflict);
        }
        let compile = |entry: &Entry| entry.registered().cloned().map(Child::new).transpose();
        let children: Vec<Option<Child>> = change
            .entries
            .iter()
            .map(compile)
            .collect::<Result<_, _>>()
            .map_err(|e| StoreError::Broken(e.to_string()))?;
        self.graph += 1;
        for (entry, child) in change.entries.iter().zip(children) {
            let child = child.map(Arc::new);
            let slot = self.slot(&entry.id);
            (slot.entry, slot.child) = (Some(entry.clone()), child.clone());
            self.plan_first_look(&entry.id, child.as_ref());
        }
        for link in &change.link {
            let stored = self.slot(&link.parent).links.entry(link.child.clone()).or_default();
            *stored = link.version.max(*stored);
        }
        for link in &change.unlink {
            let links = &mut self.slot(&link.parent).links;
            if links.get(&link.child).is_some_and(|version| *version < link.version) {
                links.remove(&link.child);
            }
        }
        Ok(Committed::Done)
    }
}
