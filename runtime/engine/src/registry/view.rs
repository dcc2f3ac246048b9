//! What was read of the graph so far → answers, or what is to be read next.

use std::collections::{BTreeMap, BTreeSet};

use pipesynth_contract::PipelineId;
use pipesynth_contract::starts::Operator;

use super::Refused;
use crate::store::{Entry, Registered, Registry, State, StoreError};

/// One thing to be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Want {
    Entry(PipelineId),
    Dependants(PipelineId),
}

/// Why a rule has no answer.
#[derive(Debug)]
pub(super) enum Stop {
    /// It must read first.
    Wants(Vec<Want>),
    Refused(Refused),
}

/// A part of the graph at one version.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct View {
    pub graph: u64,
    entries: BTreeMap<PipelineId, Option<Entry>>,
    dependants: BTreeMap<PipelineId, Vec<PipelineId>>,
}

impl View {
    pub fn new(graph: u64) -> Self {
        Self { graph, ..Self::default() }
    }

    pub fn read(&mut self, store: &dyn Registry, want: Want) -> Result<(), StoreError> {
        match want {
            Want::Entry(id) => drop(self.entries.insert(id.clone(), store.entry(&id)?)),
            Want::Dependants(id) => drop(self.dependants.insert(id.clone(), store.dependants(&id)?)),
        }
        Ok(())
    }

    pub fn entry(&self, id: &PipelineId) -> Result<Option<&Entry>, Stop> {
        self.entries.get(id).map(Option::as_ref).ok_or_else(|| Stop::Wants(vec![Want::Entry(id.clone())]))
    }

    /// The entries of all of them, or everything that is still to be read.
    pub fn all<'a>(&self, ids: impl Iterator<Item = &'a PipelineId>) -> Result<Vec<Option<&Entry>>, Stop> {
        let (mut found, mut wants) = (Vec::new(), Vec::new());
        for id in ids {
            match self.entries.get(id) {
                Some(entry) => found.push(entry.as_ref()),
                None => wants.push(Want::Entry(id.clone())),
            }
        }
        if wants.is_empty() { Ok(found) } else { Err(Stop::Wants(wants)) }
    }

    /// The live pipelines, other than itself, whose condition names `parent` or what it was renamed from.
    pub fn waiting(&self, parent: &PipelineId) -> Result<Vec<&Registered>, Stop> {
        let Some(ids) = self.dependants.get(parent) else {
            return Err(Stop::Wants(vec![Want::Dependants(parent.clone())]));
        };
        let entries = self.all(ids.iter().filter(|id| *id != parent))?;
        let live = entries.into_iter().flatten().filter_map(Entry::registered);
        Ok(live.filter(|child| parents(child).contains(parent)).collect())
    }

    /// What a name stands for today: itself, or what it was renamed to.
    pub fn resolve(&self, name: &PipelineId) -> Result<PipelineId, Stop> {
        let (mut at, mut seen) = (name.clone(), BTreeSet::new());
        while seen.insert(at.clone()) {
            match self.entry(&at)?.map(|entry| &entry.state) {
                Some(State::Deleted { successor: Some(next) }) => at = next.clone(),
                _ => break,
            }
        }
        Ok(at)
    }
}

/// The pipelines that a condition names, as they are written.
pub(super) fn names(registered: &Registered) -> BTreeSet<PipelineId> {
    let account = registered.id.account();
    let leaves = registered.trigger.executions.iter().flat_map(|e| e.condition.leaves());
    leaves.filter_map(|l| PipelineId::new(l.account.as_deref().unwrap_or(account), &l.name).ok()).collect()
}

/// The pipelines that it waits for, by their present names.
pub(super) fn parents(registered: &Registered) -> BTreeSet<PipelineId> {
    let renamed = &registered.standing.renamed;
    names(registered).into_iter().map(|name| renamed.get(&name).cloned().unwrap_or(name)).collect()
}

/// Whose links it has: its parents', and its own where its schedule is a part of its condition.
pub(super) fn links(registered: &Registered) -> BTreeSet<PipelineId> {
    let mut links = parents(registered);
    if registered.trigger.executions.is_some() && registered.trigger.operator == Some(Operator::And) {
        links.insert(registered.id.clone());
    }
    links
}
