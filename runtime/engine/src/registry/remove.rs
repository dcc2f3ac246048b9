//! A pipeline that is to go and those who wait for it → the entries to be written, or why it stays.

use pipesynth_contract::PipelineId;

use super::plan::{MAX_ENTRIES, Plan, Step};
use super::view::{Stop, View};
use super::{Outcome, Refused};
use crate::store::State;

/// The rules of [`super::deregister`].
pub(super) fn remove(view: &View, id: &PipelineId, force: bool) -> Result<Plan, Stop> {
    let (own, mut outcome) = (view.entry(id)?, Outcome::of(id));
    let mut step = Step::new(view.graph);
    let is_live = match own.map(|entry| &entry.state) {
        // Its children moved to the new name.
        None | Some(State::Deleted { successor: Some(_) }) => return Ok(step.plan(outcome, false)),
        Some(State::Deleted { successor: None }) => false,
        Some(State::Live(_)) => true,
    };
    let children = view.waiting(id)?;
    if is_live && !force && !children.is_empty() {
        let children = children.iter().map(|child| child.id.clone()).collect();
        return Err(Stop::Refused(Refused::HasChildren { parent: id.clone(), children }));
    }
    if let Some(before) = own.filter(|_| is_live) {
        step.bury(before, None);
    }
    let left: Vec<_> = children.into_iter().filter(|child| !child.standing.orphaned.contains(id)).collect();
    for child in left.iter().take(MAX_ENTRIES) {
        let mut orphan = (*child).clone();
        orphan.standing.orphaned.push(id.clone());
        orphan.standing.orphaned.sort();
        outcome.recheck.insert(orphan.id.clone());
        outcome.orphaned.insert(orphan.id.clone());
        step.write(view.entry(&child.id)?, orphan);
    }
    Ok(step.plan(outcome, left.len() > MAX_ENTRIES))
}
