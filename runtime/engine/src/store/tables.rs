//! The store's tables as plain data, with the conditions that every store must keep.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pipesynth_contract::{PipelineId, Status};

use super::{Change, Child, Committed, Entry, Move, Outgoing, Registered, Sending, StoreError};
use crate::{Admission, Firing, Gate, Lane, Mark, Occurrence, RunKey, Spec, admission};

/// The tables, as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Tables {
    /// Version of the graph.
    pub graph: u64,
    /// What was ever registered.
    pub entries: BTreeMap<PipelineId, Entry>,
    /// Of those the live ones, ready for decisions.
    pub children: BTreeMap<PipelineId, Arc<Child>>,
    /// Parent → child → the version of the child's entry that wrote the link.
    pub links: BTreeMap<PipelineId, BTreeMap<PipelineId, u64>>,
    /// The run log.
    pub log: BTreeMap<(PipelineId, Mark), Occurrence>,
    /// Which execution first came with a pipeline, run key and status.
    pub holders: BTreeMap<(PipelineId, RunKey, Status), Arc<str>>,
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
    /// Registers a pipeline as it stands there, or changes it, without the rules of the graph. Gates stay and are brought up at their
    /// next decision.
    pub fn register(&mut self, child: Child) {
        let before = self.entries.get(child.id());
        let version = before.map_or(0, |entry| entry.version) + 1;
        let incarnation = before.map_or(0, |entry| entry.incarnation);
        let registered = Registered { version, incarnation, ..child.registered };
        let spec = child.spec.map(|spec| Spec { incarnation, ..spec });
        let id = registered.id.clone();
        self.unlink(&id);
        for leaf in spec.iter().flat_map(Spec::leaves) {
            self.links.entry(leaf.parent.clone()).or_default().insert(id.clone(), version);
        }
        self.graph += 1;
        self.entries.insert(id.clone(), Entry::live(registered.clone()));
        self.children.insert(id, Arc::new(Child { registered, spec }));
    }

    /// Deletes a pipeline, without the rules of the graph: its gates and firings belong to a life that is over.
    pub fn remove(&mut self, id: &PipelineId) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        *entry = entry.deleted(None);
        self.children.remove(id);
        self.unlink(id);
        self.graph += 1;
    }

    fn unlink(&mut self, id: &PipelineId) {
        self.links.values_mut().for_each(|children| children.retain(|child, _| child != id));
        self.links.retain(|_, children| !children.is_empty());
    }

    pub(super) fn linked(&self, parent: &PipelineId) -> impl Iterator<Item = &PipelineId> {
        self.links.get(parent).into_iter().flat_map(BTreeMap::keys)
    }

    pub(super) fn apply(&mut self, change: &Change) -> Result<Committed, StoreError> {
        let ids: BTreeSet<&PipelineId> = change.entries.iter().map(|entry| &entry.id).collect();
        if ids.len() != change.entries.len() {
            return Err(StoreError::Broken("a change names an entry twice".to_owned()));
        }
        let before = |entry: &Entry| self.entries.get(&entry.id).map_or(0, |stored| stored.version);
        if self.graph != change.graph || change.entries.iter().any(|entry| before(entry) + 1 != entry.version) {
            return Ok(Committed::Conflict);
        }
        let compile = |entry: &Entry| entry.registered().cloned().map(Child::new).transpose();
        let children: Vec<Option<Child>> = change
            .entries
            .iter()
            .map(compile)
            .collect::<Result<_, _>>()
            .map_err(|error| StoreError::Broken(error.to_string()))?;
        self.graph += 1;
        for (entry, child) in change.entries.iter().zip(children) {
            match child {
                Some(child) => self.children.insert(entry.id.clone(), Arc::new(child)),
                None => self.children.remove(&entry.id),
            };
            self.entries.insert(entry.id.clone(), entry.clone());
        }
        for link in &change.link {
            let stored = self.links.entry(link.parent.clone()).or_default().entry(link.child.clone()).or_default();
            *stored = link.version.max(*stored);
        }
        for link in &change.unlink {
            if let Some(children) = self.links.get_mut(&link.parent)
                && children.get(&link.child).is_some_and(|version| *version < link.version)
            {
                children.remove(&link.child);
            }
        }
        self.links.retain(|_, children| !children.is_empty());
        Ok(Committed::Done)
    }

    pub(super) fn log(&mut self, occurrence: &Occurrence) -> Admission {
        let parent = &occurrence.parent;
        self.log.entry((parent.clone(), occurrence.mark())).or_insert_with(|| occurrence.clone());
        if !occurrence.holds_its_key() {
            return Admission::Again;
        }
        let identity = (parent.clone(), occurrence.run_key.clone(), occurrence.status);
        let answer = admission(self.holders.get(&identity).map(|holder| &**holder), &occurrence.execution);
        self.holders.entry(identity).or_insert_with(|| occurrence.execution.clone());
        answer
    }

    pub(super) fn commit(&mut self, child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>) -> Committed {
        let version = child.registered.version;
        let child = child.id();
        if self.children.get(child).is_none_or(|live| live.registered.version != version) {
            return Committed::Gone;
        }
        let place = (child.clone(), gate.key.to_string());
        let stored = self.gates.get(&place).map_or(0, |stored| stored.ver);
        let slot = firing.map(|f| (child.clone(), f.key.to_string(), f.generation));
        if stored + 1 != gate.ver || slot.as_ref().is_some_and(|slot| self.firings.contains_key(slot)) {
            return Committed::Conflict;
        }
        self.gates.insert(place, gate.clone());
        if let (Some(slot), Some(firing)) = (slot, firing) {
            self.firings.insert(slot, Outgoing { firing: firing.clone(), state: Sending::Pending });
        }
        Committed::Done
    }

    pub(super) fn settle(&mut self, child: &PipelineId, lane: Option<&Lane>, moves: &[Move]) -> Committed {
        let slot = |m: &Move| (child.clone(), m.key.to_string(), m.generation);
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

    pub(super) fn outbox(&self, child: &PipelineId) -> Vec<Outgoing> {
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
