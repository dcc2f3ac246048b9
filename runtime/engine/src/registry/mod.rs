//! The graph of all pipelines: what may be registered and deleted, and what follows for the others.
//!
//! The rules are pure ([`Work`] asks them again after each read, until they say what to write). A write is conditional on the version
//! of the whole graph, so two registrations that would close a cycle together cannot both be written. Only ancestors are walked.
//!
//! | What | What comes of it |
//! |---|---|
//! | the same registration again | no write: CloudFormation may repeat its requests |
//! | a parent that nobody has registered | accepted, with a warning: a pending leaf |
//! | a parent that was renamed | followed, with a warning |
//! | a cycle, or itself | refused with the way round |
//! | another condition | leaves that stay keep what they hold, new ones listen from now on |
//! | `renamedFrom` | those who wait for the old name wait for the new one and keep what they hold; the old name is a tombstone |
//! | a pipeline that was deleted | comes back in another life, with empty gates; leaves that it orphaned are whole again |
//! | deletion with children | refused with their names; by force their leaves are orphaned: never true again, and their owners told |

mod add;
mod cycle;
mod inherit;
mod plan;
mod recheck;
mod remove;
mod view;
mod work;

use std::collections::BTreeSet;
use std::fmt;

use pipesynth_contract::PipelineId;
use pipesynth_contract::registration::{Accepted, Refusal, Registration};

use crate::store::{Registry, StoreError};
use add::add;
use remove::remove;

pub use inherit::follow_up;
pub use recheck::recheck;
pub use work::{MAX_TRIES, Work};

/// Registers a pipeline, or changes it, at the time `now` in milliseconds since 1970: its new leaves count runs from then on.
///
/// Whether the caller may speak for the account of the pipeline is for the caller to know: here nobody asks.
///
/// Afterwards call [`follow_up`].
pub fn register(store: &dyn Registry, registration: &Registration, now: u64) -> Result<Outcome, RegisterError> {
    Work::register(registration.clone(), now).run(store)
}

/// Deletes a pipeline. One that is not there, or that was renamed, is accepted. As with [`register`], who may do that is the caller's
/// to know.
pub fn deregister(store: &dyn Registry, id: &PipelineId, force: bool) -> Result<Outcome, RegisterError> {
    Work::deregister(id.clone(), force).run(store)
}

/// What came of a registration or deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The pipeline.
    pub id: PipelineId,
    /// Whether anything was written.
    pub written: bool,
    /// What its owner should know.
    pub warnings: Vec<String>,
    /// Pipelines whose entry was written, and the pipeline itself also where it stood already: their gates are to be looked at with
    /// [`recheck()`].
    pub recheck: BTreeSet<PipelineId>,
    /// Pipelines that waited for the deleted one: their owners are to be told.
    pub orphaned: BTreeSet<PipelineId>,
    /// The name that the pipeline had before, where what its gates hold is to be taken over.
    pub inherits: Option<PipelineId>,
}

impl Outcome {
    fn of(id: &PipelineId) -> Self {
        Self {
            id: id.clone(),
            written: false,
            warnings: Vec::new(),
            recheck: BTreeSet::new(),
            orphaned: BTreeSet::new(),
            inherits: None,
        }
    }

    /// What a later change of the same task adds.
    fn join(&mut self, later: Self, written: bool) {
        self.written |= written;
        self.warnings = later.warnings;
        self.recheck.extend(later.recheck);
        self.orphaned.extend(later.orphaned);
        self.inherits = later.inherits;
    }

    /// The registry's answer.
    pub fn accepted(&self) -> Accepted {
        Accepted { warnings: self.warnings.clone() }
    }
}

/// Why a registration or deletion is refused. The text is for the owner.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Refused {
    /// It cannot be read: a broken condition, an unknown time zone, a schedule that AWS would not take.
    Invalid(String),
    /// The pipelines of the cycle in the order in which they would start each other, the first again at the end.
    Cycle(Vec<PipelineId>),
    /// `renamedFrom` names a pipeline that has another new name.
    Renamed {
        /// What `renamedFrom` says.
        old: PipelineId,
        /// What it is called now.
        now: PipelineId,
    },
    /// Others wait for the pipeline that is to be deleted.
    HasChildren {
        /// The pipeline.
        parent: PipelineId,
        /// Who waits for it, in order.
        children: Vec<PipelineId>,
    },
}

impl Refused {
    /// The status of the HTTP answer: 400 for what is wrong by itself, 409 for what does not fit the graph.
    pub fn status(&self) -> u16 {
        if matches!(self, Refused::Invalid(_)) { 400 } else { 409 }
    }

    /// The registry's answer.
    pub fn refusal(&self) -> Refusal {
        let cycle = if let Refused::Cycle(cycle) = self { cycle.clone() } else { Vec::new() };
        Refusal { message: self.to_string(), cycle }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |ids: &[PipelineId], between: &str| {
            ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(between)
        };
        match self {
            Refused::Invalid(why) => f.write_str(why),
            Refused::Cycle(cycle) if cycle.len() == 2 => write!(f, "{} waits for itself", text(&cycle[..1], "")),
            Refused::Cycle(cycle) => {
                write!(f, "the pipelines would start each other in a circle: {}", text(cycle, " → "))
            }
            Refused::Renamed { old, now } => {
                write!(f, "`{old}` was renamed to `{now}` already; write `renamedFrom: {}` or leave it out", now.name())
            }
            Refused::HasChildren { parent, children } => {
                let (these, wait) = (text(children, ", "), if children.len() == 1 { "waits" } else { "wait" });
                write!(f, "{these} {wait} for `{parent}`; change them first, or delete by force and orphan them")
            }
        }
    }
}

/// Why nothing came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterError {
    /// It is refused, and would be again.
    Refused(Refused),
    /// The store did not answer, or others were faster [`MAX_TRIES`] times in a row: the same again may succeed.
    Store(StoreError),
}

impl From<StoreError> for RegisterError {
    fn from(error: StoreError) -> Self {
        RegisterError::Store(error)
    }
}

impl fmt::Display for RegisterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RegisterError::Refused(refused) => refused.fmt(f),
            RegisterError::Store(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RegisterError {}
