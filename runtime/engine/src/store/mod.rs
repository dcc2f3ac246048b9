//! The protocol that makes a decision happen exactly once → one trait that every store implements.
//!
//! [`Ingest`] takes a status event: run log, then for each gate *read → [`crate::decide()`] → one conditional transaction* of gate and
//! firing. [`Dispatch`] lets firings in by the child's `concurrency` and sends them. [`sweep()`] looks at the clock. Each of them may
//! die at any point and be started again: every step is idempotent. What two of them do at once is settled by the conditions in
//! [`Store::commit`] and [`Store::settle`], and by nothing else.

mod clock;
mod dispatch;
mod entries;
mod ingest;
mod memory;
mod registered;
mod sweep;
mod tables;

use std::fmt;
use std::sync::Arc;

use pipesynth_contract::PipelineId;
use serde::{Deserialize, Serialize};

use crate::{Admission, Firing, Gate, Lane, Occurrence, RunKey};

pub use clock::LOOK_BACK;
pub use dispatch::{Dispatch, MAX_SENDS, RESEND_AFTER, Sink, dispatch};
pub use entries::{Change, Entry, Link, Registry, State};
pub use ingest::{Ingest, MAX_TRIES, ingest, ingest_into};
pub use memory::MemoryStore;
pub use registered::{About, Child, Registered};
pub(crate) use sweep::look;
pub use sweep::{sweep, sweep_into};
pub use tables::Tables;

/// What the protocol needs of a store. Reads of gates and lanes are consistent.
pub trait Store {
    /// Appends to the run log, if it is not there, and remembers which execution first came with this pipeline, run key and status
    /// ([`crate::admission`]). A skipped run is logged and does not take that place.
    fn log(&self, occurrence: &Occurrence) -> Result<Admission, StoreError>;

    /// The live pipelines that wait for this one, and itself where its own schedule is a part of its condition; in the order of their
    /// ids, and only those with [`Child::listens_to`].
    fn children(&self, parent: &PipelineId) -> Result<Vec<Arc<Child>>, StoreError>;

    /// A registered pipeline; none that was deleted. Consistent.
    fn child(&self, id: &PipelineId) -> Result<Option<Arc<Child>>, StoreError>;

    /// The new name of a pipeline that was renamed; none of any other. Consistent.
    fn successor(&self, id: &PipelineId) -> Result<Option<PipelineId>, StoreError>;

    /// A gate, if it was ever written.
    fn gate(&self, child: &PipelineId, key: &str) -> Result<Option<Gate>, StoreError>;

    /// Writes a gate and its firing in one transaction, if
    /// - the child is registered, with the version `child.registered.version`; else [`Committed::Gone`], also where more is wrong,
    /// - the stored gate has the version before (`gate.ver - 1`; 0 means that there is none), and
    /// - the firing's slot (child, key, generation) is free; else [`Committed::Conflict`].
    ///
    /// Each write of the registration, be it an edit, a rename, an orphaned parent or the deletion, so makes a decision that was taken
    /// before it begin again.
    fn commit(&self, child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>) -> Result<Committed, StoreError>;

    /// Gates with [`Gate::due`] at or before `now`, for [`sweep()`]; in order. May hold gates of deleted pipelines.
    fn due_gates(&self, now: u64) -> Result<Vec<(PipelineId, String)>, StoreError>;

    /// Keys of the child's gates that hold something ([`Gate::holds`]), in order: for the look after an edit. Those of an earlier life
    /// may be among them.
    fn gates(&self, child: &PipelineId) -> Result<Vec<String>, StoreError>;

    /// Live pipelines whose condition needs a look at the clock ([`crate::Spec::needs_clock`]): a deadline, or `operator: AND`. In
    /// order, for [`sweep()`].
    fn with_deadline(&self) -> Result<Vec<Arc<Child>>, StoreError>;

    /// Pipelines with firings that are not settled, each once; deleted ones too, for [`dispatch()`] drops their firings.
    fn unsettled(&self) -> Result<Vec<PipelineId>, StoreError>;

    /// A child's firings that are not settled, the oldest first: by time, generation, key.
    fn outbox(&self, child: &PipelineId) -> Result<Vec<Outgoing>, StoreError>;

    /// A child's open runs; the empty lane if it was never written.
    fn lane(&self, child: &PipelineId) -> Result<Lane, StoreError>;

    /// Writes a lane, where given, and the states of firings in one transaction, if the stored lane has the version before and every
    /// firing is in its `from` state. At most 100 items.
    fn settle(&self, child: &PipelineId, lane: Option<&Lane>, moves: &[Move]) -> Result<Committed, StoreError>;
}

/// The claim of a run key by an execution, in the child's account.
pub trait Claims {
    /// Puts the claim if there is none, or if it is this execution's already. The answer is the execution that holds it.
    fn claim(&self, pipeline: &PipelineId, key: &RunKey, execution: &str) -> Result<String, StoreError>;
}

/// What became of a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Committed {
    /// It is written.
    Done,
    /// Somebody was faster: read again.
    Conflict,
    /// The child was deleted, or its registration was written: read the child again.
    Gone,
}

/// A firing in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Outgoing {
    /// What is to start.
    pub firing: Arc<Firing>,
    /// How far it is.
    pub state: Sending,
}

/// How far a firing is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Sending {
    /// Decided; it waits for its turn.
    Pending,
    /// Let in: it has a place in the lane and is to be sent.
    Admitted,
    /// Sent, and its run has not been seen.
    Sent {
        /// When it was sent last, in milliseconds since 1970.
        at: u64,
        /// How often.
        tries: u32,
    },
    /// Its run was seen. Settled.
    Started,
    /// Dropped by `concurrency`, or with its deleted child. Settled.
    Dropped,
    /// Sent in vain [`MAX_SENDS`] times. Settled; its owners are told.
    Dead,
}

impl Sending {
    /// Whether nothing more is to be done.
    pub fn is_settled(self) -> bool {
        matches!(self, Sending::Started | Sending::Dropped | Sending::Dead)
    }
}

/// A change of one firing's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Move {
    /// Correlation key of its gate.
    pub key: Arc<str>,
    /// Its number there.
    pub generation: u64,
    /// The state it must be in.
    pub from: Sending,
    /// The state it is brought to.
    pub to: Sending,
}

impl Move {
    /// For an item of the outbox.
    pub fn of(outgoing: &Outgoing, to: Sending) -> Self {
        let firing = &outgoing.firing;
        Self { key: firing.key.clone(), generation: firing.generation, from: outgoing.state, to }
    }
}

/// Something to be logged, or told to the owners of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The child.
    pub child: PipelineId,
    /// What it is about.
    pub what: What,
}

/// The subjects of a [`Note`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A gate fired, and it is written.
    Fired(Arc<Firing>),
    /// Something else happened to a gate, and it is written or changes nothing.
    Gate(Arc<str>, crate::Effect),
    /// A run has no correlation key for a leaf.
    NoKey(&'static str),
    /// Firing ids that went out.
    Sent(String),
    /// A firing that `concurrency` dropped.
    Dropped(String),
    /// A firing that was sent in vain.
    Dead(String),
    /// A firing that waited under a former name of the pipeline, and was dropped.
    LeftBehind(Arc<Firing>),
}

impl Note {
    pub(crate) fn new(child: &PipelineId, what: What) -> Self {
        Self { child: child.clone(), what }
    }

    /// Whether a person is to be told.
    pub fn is_alert(&self) -> bool {
        match &self.what {
            What::Gate(_, effect) => effect.is_alert(),
            What::NoKey(_) | What::Dead(_) | What::LeftBehind(_) => true,
            _ => false,
        }
    }
}

/// Why a store did not answer; the event is to be delivered again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// The store's own words.
    Unavailable(String),
    /// Others were faster [`MAX_TRIES`] times in a row.
    Contended,
    /// A stored item that cannot be read.
    Broken(String),
    /// More than the store takes at once; the same again fails again.
    TooLarge(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Unavailable(why) => write!(f, "the store does not answer: {why}"),
            StoreError::Contended => write!(f, "others wrote first {MAX_TRIES} times in a row"),
            StoreError::Broken(why) => write!(f, "a stored item cannot be read: {why}"),
            StoreError::TooLarge(why) => write!(f, "too large for the store: {why}"),
        }
    }
}

impl std::error::Error for StoreError {}
