//! What a child knows about its parents under one correlation key → the state that a store keeps.

use serde::{Deserialize, Serialize};

use crate::spec::Spec;
use crate::{LeafId, LogicalDate, Mark, Token};

/// The state of one child's condition for one correlation key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gate {
    /// The correlation key: a date, an hour, a value, or [`crate::ALL`].
    pub key: String,
    /// The condition that the leaves belong to.
    pub rev: String,
    /// One more with each change; 0 has never been written. The condition of a store's write.
    pub ver: u64,
    /// How many firings there were.
    pub generation: u64,
    /// One for each distinct leaf of the condition, in its order.
    pub leaves: Vec<LeafState>,
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
    pub execution: String,
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
    pub fn new(spec: &Spec, key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            rev: spec.rev.clone(),
            ver: 0,
            generation: 0,
            leaves: spec.slots.iter().map(|s| LeafState::new(s.id.clone())).collect(),
            fired_date: None,
            missed: None,
            given_up: None,
        }
    }

    /// Brings a gate of an older condition in line with the present one: a leaf with the same parent, statuses and offset keeps
    /// what it knows, also when the parent was renamed; others begin empty. Says whether anything changed.
    pub(crate) fn adopt(&mut self, spec: &Spec) -> bool {
        let same = self.leaves.len() == spec.slots.len()
            && self.leaves.iter().zip(&spec.slots).all(|(state, slot)| state.leaf == slot.id);
        if same && self.rev == spec.rev {
            return false;
        }
        let mut old = std::mem::take(&mut self.leaves);
        for state in &mut old {
            if let Some(new) = spec.renamed.get(&state.leaf.parent) {
                state.leaf.parent = new.clone();
            }
        }
        let mut take = |id: &LeafId| old.iter().position(|s| s.leaf == *id).map(|i| old.swap_remove(i));
        self.leaves = spec.slots.iter().map(|s| take(&s.id).unwrap_or_else(|| LeafState::new(s.id.clone()))).collect();
        self.rev.clone_from(&spec.rev);
        true
    }

    /// A gate of a deleted child: it holds nothing, and its generations go on where they were if the child comes back, so that a
    /// firing id is never used twice.
    pub fn emptied(mut self) -> Self {
        self.leaves.clear();
        self.rev.clear();
        self.fired_date = None;
        self.missed = None;
        self.given_up = None;
        self.ver += 1;
        self
    }
}
