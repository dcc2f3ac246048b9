//! What a child knows about its parents under one correlation key → the state that a store keeps.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::spec::{Slot, Spec};
use crate::{LeafId, LogicalDate, Mark, Token};

/// The state of one child's condition for one correlation key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gate {
    /// The correlation key: a date, an hour, a value, or [`crate::ALL`].
    pub key: Arc<str>,
    /// The condition that the leaves belong to.
    pub rev: Arc<str>,
    /// The life of the child that it belongs to: a pipeline that was deleted and comes back begins with empty gates.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub incarnation: u64,
    /// One more with each change; 0 has never been written. The condition of a store's write.
    pub ver: u64,
    /// How many firings there were.
    pub generation: u64,
    /// One for each distinct leaf of the condition, in its order.
    pub leaves: Vec<LeafState>,
    /// The earliest time at which [`crate::tick()`] changes it, in milliseconds since 1970; without it, time alone never does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<u64>,
    /// The logical date of the newest firing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fired_date: Option<LogicalDate>,
    /// The newest logical date whose deadline was missed and answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<LogicalDate>,
    /// The newest logical date that was given up; runs up to it no longer count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_up: Option<LogicalDate>,
}

/// For numbers that are left out of an item while they are 0.
pub(crate) fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What a leaf knows.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeafState {
    /// Which leaf.
    pub leaf: LeafId,
    /// The newest occurrence since the last firing, whether it matches or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cur: Option<Token>,
    /// The watermark: the newest occurrence that is used up. Nothing older is ever taken again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wm: Option<Mark>,
    /// What the leaf held at the last firing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fired: Option<Token>,
    /// The parent's newest run, for `whileRunning: hold`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<Run>,
}

/// A run of a parent, as `whileRunning: hold` sees it. The greater one wins, so the order of delivery does not matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Run {
    /// Its start, in milliseconds since 1970.
    pub started: u64,
    /// Execution ARN.
    pub execution: Arc<str>,
    /// Whether it has ended.
    pub over: bool,
}

impl LeafState {
    fn new(leaf: LeafId) -> Self {
        Self { leaf, cur: None, wm: None, fired: None, newest: None }
    }

    /// Uses up what is held. The watermark never goes back.
    pub(crate) fn consume(&mut self) -> Option<Token> {
        let token = self.cur.take()?;
        let mark = token.clone().into_mark();
        if self.wm.as_ref().is_none_or(|wm| *wm < mark) {
            self.wm = Some(mark);
        }
        Some(token)
    }
}

impl Gate {
    /// The gate that nothing has reached yet.
    pub fn new(spec: &Spec, key: impl Into<Arc<str>>) -> Self {
        Self {
            key: key.into(),
            rev: spec.rev.clone(),
            incarnation: spec.incarnation,
            ver: 0,
            generation: 0,
            leaves: spec.slots.iter().map(|s| LeafState::new(s.id.clone())).collect(),
            due: None,
            fired_date: None,
            missed: None,
            given_up: None,
        }
    }

    /// Whether a leaf holds a run.
    pub fn holds(&self) -> bool {
        self.leaves.iter().any(|leaf| leaf.cur.is_some())
    }

    /// Brings a gate of an older condition in line with the present one: a leaf with the same parent, statuses and offset keeps
    /// what it knows, also when the parent was renamed; others begin empty. A gate of an earlier life of the child begins empty as a
    /// whole, and its generations go on where they were, so that a firing id is never used twice. Says whether anything changed.
    pub(crate) fn adopt(&mut self, spec: &Spec) -> bool {
        if self.incarnation != spec.incarnation {
            let (ver, generation) = (self.ver, self.generation);
            *self = Self { ver, generation, ..Self::new(spec, self.key.clone()) };
            return true;
        }
        let mut changed = false;
        for (state, slot) in self.leaves.iter_mut().zip(&spec.slots) {
            // What a deleted parent had given does not wait for its return, nor an instant of a former schedule for the new one.
            let former = slot.id.is_clock() && state.cur.as_ref().is_some_and(|instant| instant.at < slot.since);
            if (slot.orphaned || former) && state.leaf == slot.id {
                changed |= state.consume().is_some();
            }
        }
        let same = self.leaves.len() == spec.slots.len()
            && self.leaves.iter().zip(&spec.slots).all(|(state, slot)| state.leaf == slot.id);
        if same && self.rev == spec.rev {
            return changed;
        }
        let mut old = std::mem::take(&mut self.leaves);
        // A leaf of today's name first: a name that was given away may be another pipeline's now.
        let mut take = |is: &dyn Fn(&LeafId) -> bool| old.iter().position(|s| is(&s.leaf)).map(|i| old.swap_remove(i));
        let mut leaves: Vec<Option<LeafState>> = spec.slots.iter().map(|s| take(&|id| *id == s.id)).collect();
        for (leaf, slot) in leaves.iter_mut().zip(&spec.slots).filter(|(leaf, _)| leaf.is_none()) {
            let named =
                |id: &LeafId| spec.renamed.get(&id.parent).is_some_and(|new| slot.id.is_but_for_parent(id, new));
            *leaf = take(&named);
        }
        let named = |(leaf, slot): (Option<LeafState>, &Slot)| {
            let id = slot.id.clone();
            leaf.map_or_else(|| LeafState::new(id.clone()), |leaf| LeafState { leaf: id.clone(), ..leaf })
        };
        self.leaves = leaves.into_iter().zip(&spec.slots).map(named).collect();
        self.rev.clone_from(&spec.rev);
        true
    }
}
