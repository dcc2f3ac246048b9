//! Entries to be written → the change with its links.

use pipesynth_contract::PipelineId;

use super::Outcome;
use super::add::moved;
use crate::store::{Change, Entry, Link, Registered, State};

/// Children that one transaction writes: DynamoDB takes 100 items (API reference, `TransactWriteItems`), the graph, the pipeline and
/// its old name are three.
pub(super) const MAX_ENTRIES: usize = 80;

/// What the rules say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    /// `None`: it stands already as it should.
    pub change: Option<Change>,
    pub outcome: Outcome,
    /// Whether there is another change to make after this one.
    pub more: bool,
}

/// A change in the making.
pub(super) struct Step(Change);

impl Step {
    pub fn new(graph: u64) -> Self {
        Self(Change { graph, entries: Vec::new(), link: Vec::new(), unlink: Vec::new() })
    }

    /// The pipeline is to be as it stands there; version and life follow from what is there.
    pub fn write(&mut self, before: Option<&Entry>, after: Registered) {
        let version = before.map_or(0, |entry| entry.version) + 1;
        let incarnation = before.map_or(0, |entry| entry.incarnation);
        self.push(before, Entry::live(Registered { version, incarnation, ..after }));
    }

    /// The name is to be gone.
    pub fn bury(&mut self, before: &Entry, successor: Option<PipelineId>) {
        let after = match &before.state {
            State::Live(_) => before.deleted(successor),
            // It was deleted before; it only learns its new name.
            State::Deleted { .. } => {
                Entry { version: before.version + 1, state: State::Deleted { successor }, ..before.clone() }
            }
        };
        self.push(Some(before), after);
    }

    /// A name that nobody has had is to stand for another one from now on.
    pub fn alias(&mut self, name: &PipelineId, successor: PipelineId) {
        let state = State::Deleted { successor: Some(successor) };
        self.push(None, Entry { id: name.clone(), version: 1, incarnation: 0, state });
    }

    fn push(&mut self, before: Option<&Entry>, after: Entry) {
        let [come, go] = moved(before.and_then(Entry::registered), after.registered());
        let link = |parent: PipelineId| Link { parent, child: after.id.clone(), version: after.version };
        self.0.link.extend(come.into_iter().map(link));
        self.0.unlink.extend(go.into_iter().map(link));
        self.0.entries.push(after);
    }

    pub fn plan(self, outcome: Outcome, more: bool) -> Plan {
        Plan { change: (!self.0.entries.is_empty()).then_some(self.0), outcome, more }
    }
}
