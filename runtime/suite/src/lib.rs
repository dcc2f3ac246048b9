//! What every store must do → named cases that run against any of them. For tests only.
//!
//! A store's own crate gives a [`Fresh`] and runs [`all`]; a case panics at what is wrong. [`differential()`] plays random histories to
//! the store and to the one in memory and compares all answers.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a case stops at the first surprise, as a test does")]

mod claims;
mod clock;
mod commits;
mod differential;
mod due;
mod graph;
mod history;
mod logs;
mod outbox;
mod racing;
mod reads;
mod rules;
pub mod world;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use pipesynth_contract::PipelineId;
use pipesynth_engine::store::{
    Change, Child, Claims, Committed, Entry, MemoryStore, Move, Outgoing, Registry, Store, StoreError,
};
use pipesynth_engine::{Admission, Firing, Gate, Lane, Occurrence, RunKey};

pub use differential::differential;

/// A store with all its parts.
pub trait Whole: Store + Registry + Claims + Send + Sync {}

impl<T: Store + Registry + Claims + Send + Sync> Whole for T {}

/// Opens stores by name.
pub trait Fresh: Sync {
    /// The store of this name. It is empty when the name is opened for the first time in a run; opened again, it is the same tables,
    /// as another process would see them, over a connection of its own where there is such a thing. Names are 1 to 40 of `a-z`, `0-9`
    /// and `_`, and begin with a letter.
    fn open(&self, name: &str) -> Box<dyn Whole>;
}

/// One thing that a store must do.
pub struct Case {
    /// What it is, as a name for [`Fresh::open`] too.
    pub name: &'static str,
    /// Panics where the store does otherwise.
    pub run: fn(&dyn Fresh),
}

/// Every case.
pub fn all() -> Vec<Case> {
    let parts = [
        logs::cases(),
        reads::cases(),
        commits::cases(),
        due::cases(),
        outbox::cases(),
        claims::cases(),
        graph::cases(),
    ];
    let mut cases: Vec<Case> = parts.into_iter().flatten().collect();
    cases.extend(clock::cases());
    cases.extend(rules::cases());
    cases.extend(racing::cases());
    cases.extend(differential::cases());
    cases
}

/// The cases of one file.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        pub(crate) fn cases() -> Vec<crate::Case> {
            vec![$(crate::Case { name: stringify!($name), run: |fresh| $name(&*fresh.open(stringify!($name))) }),*]
        }
    };
}
pub(crate) use cases;

/// Stores in memory.
#[derive(Default)]
pub struct InMemory(Mutex<BTreeMap<String, Arc<MemoryStore>>>);

impl Fresh for InMemory {
    fn open(&self, name: &str) -> Box<dyn Whole> {
        let mut stores = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Box::new(Shared(stores.entry(name.to_owned()).or_default().clone()))
    }
}

/// One of several handles.
struct Shared(Arc<MemoryStore>);

impl Store for Shared {
    fn log(&self, occurrence: &Occurrence) -> Result<Admission, StoreError> {
        self.0.log(occurrence)
    }
    fn children(&self, parent: &PipelineId) -> Result<Vec<Arc<Child>>, StoreError> {
        self.0.children(parent)
    }
    fn child(&self, id: &PipelineId) -> Result<Option<Arc<Child>>, StoreError> {
        self.0.child(id)
    }
    fn gate(&self, child: &PipelineId, key: &str) -> Result<Option<Gate>, StoreError> {
        self.0.gate(child, key)
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

impl Registry for Shared {
    fn graph_version(&self) -> Result<u64, StoreError> {
        self.0.graph_version()
    }
    fn entry(&self, id: &PipelineId) -> Result<Option<Entry>, StoreError> {
        self.0.entry(id)
    }
    fn dependants(&self, parent: &PipelineId) -> Result<Vec<PipelineId>, StoreError> {
        self.0.dependants(parent)
    }
    fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        self.0.entries()
    }
    fn apply(&self, change: &Change) -> Result<Committed, StoreError> {
        self.0.apply(change)
    }
}

impl Claims for Shared {
    fn claim(&self, pipeline: &PipelineId, key: &RunKey, execution: &str) -> Result<String, StoreError> {
        self.0.claim(pipeline, key, execution)
    }
}
