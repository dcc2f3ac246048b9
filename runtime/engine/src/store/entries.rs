//! The graph of all pipelines as a store keeps it → the trait of the registry, its entries and links.

use std::hash::{Hash, Hasher};

use pipesynth_contract::PipelineId;
use serde::{Deserialize, Serialize};

use super::{Committed, Registered, StoreError};

/// What the rules of the graph need of a store ([`crate::registry`]).
pub trait Registry {
    /// Version of the whole graph, 0 before the first registration. Consistent.
    fn graph_version(&self) -> Result<u64, StoreError>;

    /// A pipeline's entry, live or deleted. Consistent.
    fn entry(&self, id: &PipelineId) -> Result<Option<Entry>, StoreError>;

    /// The pipelines that wait for `parent`, by the links, in order; may hold some that do so no longer. Consistent.
    fn dependants(&self, parent: &PipelineId) -> Result<Vec<PipelineId>, StoreError>;

    /// All entries in the order of their ids, for the graph of the organisation.
    fn entries(&self) -> Result<Vec<Entry>, StoreError>;

    /// Writes a change.
    ///
    /// 1. It writes `change.link`, each unless the same link is there with a newer version.
    /// 2. In one transaction, if the graph has the version `change.graph` and each entry has the version before (0: there is none):
    ///    the graph's version + 1, and the entries. Else [`Committed::Conflict`].
    /// 3. It removes `change.unlink`, each only if its version is older than the one in the change, which is that of the entry's new
    ///    state.
    ///
    /// A store that can does all of it in one transaction. Where a writer dies in between, links are left over; readers of links
    /// ([`super::Store::children`]) look at the child's condition too.
    fn apply(&self, change: &Change) -> Result<Committed, StoreError>;
}

/// A write of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The version of the graph that it was decided on.
    pub graph: u64,
    /// Entries as they are to be, each with a version one more than before; at least one, at most 90, none twice.
    pub entries: Vec<Entry>,
    /// Links to be there.
    pub link: Vec<Link>,
    /// Links to be gone.
    pub unlink: Vec<Link>,
}

/// That a pipeline waits for another, or for its own schedule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Link {
    /// Whose runs.
    pub parent: PipelineId,
    /// Who waits.
    pub child: PipelineId,
    /// The version of the child's entry that wrote it.
    pub version: u64,
}

/// What the registry knows about one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The pipeline.
    pub id: PipelineId,
    /// One more with each write, from 1.
    pub version: u64,
    /// One more with each deletion, from 0.
    #[serde(default, skip_serializing_if = "crate::gate::is_zero")]
    pub incarnation: u64,
    /// Whether it is there.
    pub state: State,
}

/// Whether a pipeline is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum State {
    /// It is registered; version and incarnation are the entry's.
    Live(Box<Registered>),
    /// It was, and was deleted or renamed.
    Deleted {
        /// Its new name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        successor: Option<PipelineId>,
    },
}

impl Entry {
    /// The entry of a registered pipeline, with the version and incarnation that stand there.
    pub fn live(registered: Registered) -> Self {
        Self {
            id: registered.id.clone(),
            version: registered.version,
            incarnation: registered.incarnation,
            state: State::Live(Box::new(registered)),
        }
    }

    /// What comes after this entry when the pipeline goes: a new version and another life.
    pub fn deleted(&self, successor: Option<PipelineId>) -> Self {
        let (version, incarnation) = (self.version + 1, self.incarnation + 1);
        Self { id: self.id.clone(), version, incarnation, state: State::Deleted { successor } }
    }

    /// The pipeline.
    pub fn id(&self) -> &PipelineId {
        &self.id
    }

    /// The new name, where it was renamed.
    pub fn successor(&self) -> Option<&PipelineId> {
        match &self.state {
            State::Deleted { successor } => successor.as_ref(),
            State::Live(_) => None,
        }
    }

    /// The registration, where it is live.
    pub fn registered(&self) -> Option<&Registered> {
        match &self.state {
            State::Live(registered) => Some(registered),
            State::Deleted { .. } => None,
        }
    }
}

impl Hash for Entry {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.id, self.version, self.incarnation, self.registered().is_some()).hash(state);
    }
}
