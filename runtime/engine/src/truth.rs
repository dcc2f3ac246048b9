//! A gate and its condition → whether it holds, and with which tokens.

use pipesynth_contract::options::{OnRerun, WhileRunning};

use crate::correlate::span;
use crate::gate::Gate;
use crate::spec::{Slot, Spec, Tree};
use crate::{Effect, Token};

/// A condition that holds.
pub(crate) struct Ready {
    /// For each slot whether it is true.
    pub used: Vec<bool>,
    /// Whether tokens of the last firing stand in for leaves that hold nothing.
    pub with_previous: bool,
}

/// Whether the condition holds: by what is held since the last firing, or, when one of those is a repeat of a run that the gate
/// fired on and `onRerun` is `refire`, together with what the other leaves held at the last firing.
pub(crate) fn ready(gate: &Gate, spec: &Spec) -> Option<Ready> {
    let newest = newest_match(gate, spec);
    let fresh = View { gate, spec, newest, with_previous: false };
    if fresh.holds(&spec.tree) {
        return Some(fresh.used());
    }
    let repeated = |(i, slot): (usize, &Slot)| {
        !slot.orphaned && gate.leaves[i].cur.as_ref().is_some_and(|t| t.rerun && slot.id.matches(t.status))
    };
    let refire = spec.on_rerun == OnRerun::Refire && spec.slots.iter().enumerate().any(repeated);
    let view = View { gate, spec, newest, with_previous: true };
    (refire && view.holds(&spec.tree)).then(|| view.used())
}

/// The leaf whose parent has a newer run open, while `whileRunning` says to hold.
pub(crate) fn held_by(gate: &Gate, spec: &Spec, ready: &Ready) -> Option<Effect> {
    if spec.while_running != WhileRunning::Hold {
        return None;
    }
    gate.leaves.iter().zip(&ready.used).filter(|(_, used)| **used).find_map(|(leaf, _)| {
        let (run, token) = (leaf.newest.as_ref()?, leaf.cur.as_ref()?);
        let newer = !run.over && run.execution != token.execution;
        newer.then(|| Effect::Held { leaf: leaf.leaf.clone(), execution: run.execution.clone() })
    })
}

/// The newest time, in the frame of the key, among held tokens that match. The child's own schedule does not count: it says when to
/// start, not how old the data may be.
fn newest_match(gate: &Gate, spec: &Spec) -> i64 {
    let matching = |(state, slot): (&crate::LeafState, &Slot)| {
        let token = state.cur.as_ref().filter(|t| slot.id.matches(t.status))?;
        (!slot.id.is_clock() && !slot.orphaned).then(|| slot.frame(token.at))
    };
    gate.leaves.iter().zip(&spec.slots).filter_map(matching).max().unwrap_or(i64::MIN)
}

struct View<'a> {
    gate: &'a Gate,
    spec: &'a Spec,
    newest: i64,
    with_previous: bool,
}

impl View<'_> {
    /// An optional member of an AND is left out of it; where all members are optional, one must be true.
    fn holds(&self, tree: &Tree) -> bool {
        match tree {
            Tree::Any(nodes) => nodes.iter().any(|n| self.holds(n)),
            Tree::All(nodes) => {
                let mut required = nodes.iter().filter(|n| !is_optional(n)).peekable();
                if required.peek().is_none() {
                    return nodes.iter().any(|n| self.holds(n));
                }
                required.all(|n| self.holds(n))
            }
            Tree::Leaf { slot, within, .. } => self.is_true(*slot, *within),
        }
    }

    fn is_true(&self, index: usize, within: Option<u64>) -> bool {
        let (slot, state) = (&self.spec.slots[index], &self.gate.leaves[index]);
        if slot.orphaned {
            return false;
        }
        match &state.cur {
            None if slot.id.is_clock() && self.is_backfill() => true,
            Some(token) => slot.id.matches(token.status) && (slot.id.is_clock() || self.is_young(slot, token, within)),
            None => self.with_previous && state.fired.as_ref().is_some_and(|t| slot.id.matches(t.status)),
        }
    }

    /// Whether a backfilled run is among what counts. Its date was asked for by a person, and the schedule's time of that date may lie
    /// before the pipeline's first day or not exist, so nobody waits for it.
    fn is_backfill(&self) -> bool {
        self.gate.leaves.iter().zip(&self.spec.slots).any(|(state, slot)| {
            let token = state.cur.as_ref().or(state.fired.as_ref().filter(|_| self.with_previous));
            !slot.orphaned && token.is_some_and(|token| token.backfill && slot.id.matches(token.status))
        })
    }

    fn is_young(&self, slot: &Slot, token: &Token, within: Option<u64>) -> bool {
        let age = self.newest.saturating_sub(slot.frame(token.at));
        within.is_none_or(|within| u64::try_from(age).unwrap_or(0) <= within)
    }

    fn used(self) -> Ready {
        let used = self.spec.slots.iter().enumerate().map(|(i, slot)| self.is_true(i, slot.longest)).collect();
        Ready { used, with_previous: self.with_previous }
    }
}

fn is_optional(tree: &Tree) -> bool {
    matches!(tree, Tree::Leaf { optional: true, .. })
}

/// By how much the clock may run ahead of a key's frame: the largest positive offset, in milliseconds.
pub(crate) fn lead(spec: &Spec) -> i64 {
    spec.slots.iter().map(|slot| span(slot.id.offset)).max().unwrap_or(0).max(0)
}
