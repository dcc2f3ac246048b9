//! A gate and an occurrence → the gate after it, at most one firing, and what else happened. The one place where that is decided.

use std::sync::Arc;

use pipesynth_contract::options::{Backfill, Correlate, OnRerun, WhileRunning};

use crate::correlate::correlation_key;
use crate::due::due;
use crate::effect::Ignored;
use crate::fire::fire;
use crate::gate::{Gate, LeafState, Run};
use crate::rerun::{Repeat, repeat};
use crate::spec::{Slot, Spec};
use crate::truth::{Ready, held_by, ready};
use crate::{Effect, Firing, FiringCause, LogicalDate, Occurrence};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The gate as it is to be written, where `changed`.
    pub gate: Gate,
    /// Whether there is anything to write: `gate.ver` is then one more than before.
    pub changed: bool,
    /// The start of the child.
    pub firing: Option<Arc<Firing>>,
    /// What happened, in order.
    pub effects: Vec<Effect>,
}

/// Decides what an occurrence does to a gate. Pure: the answer depends on nothing else, and on the time in the occurrence only.
///
/// 1. A leaf takes the occurrence iff it is newer than what the leaf holds and than its watermark, by (time, execution, status).
///    That is dedup, order and redrive (a new `stopDate`) in one comparison.
/// 2. A leaf is true iff it holds a status of its set, no older than `within` before the newest held one that matches. A newer
///    terminal status that does not match revokes; `RUNNING` never does.
/// 3. When the condition holds there is one firing, and every leaf's token is used up.
///
/// Occurrences of other parents or for other keys change nothing, so an occurrence may be offered to any gate of the child.
pub fn decide(gate: Gate, occurrence: &Occurrence, spec: &Spec) -> Decision {
    let mut turn = Turn::new(gate, spec);
    for (index, slot) in spec.slots.iter().enumerate() {
        if slot.id.concerns(occurrence)
            && correlation_key(&spec.correlate, slot.id.offset, occurrence).is_ok_and(|key| *key == *turn.gate.key)
        {
            turn.offer(index, slot, occurrence);
        }
    }
    if turn.changed {
        turn.settle(occurrence.at);
    }
    turn.finish()
}

/// A decision in the making.
pub(crate) struct Turn<'a> {
    pub spec: &'a Spec,
    pub gate: Gate,
    pub changed: bool,
    pub firing: Option<Arc<Firing>>,
    pub effects: Vec<Effect>,
}

impl<'a> Turn<'a> {
    /// Brings the gate up to the present condition.
    pub fn new(mut gate: Gate, spec: &'a Spec) -> Self {
        let changed = gate.adopt(spec);
        Self { spec, gate, changed, firing: None, effects: Vec::new() }
    }

    pub fn finish(mut self) -> Decision {
        // A gate that was never written is due by nobody's index.
        if self.changed || self.gate.ver > 0 {
            let due = due(&self.gate, self.spec);
            self.changed |= due != self.gate.due;
            self.gate.due = due;
        }
        if self.changed {
            self.gate.ver += 1;
        }
        Decision { gate: self.gate, changed: self.changed, firing: self.firing, effects: self.effects }
    }

    /// Fires if the condition holds and nothing holds it back.
    pub fn settle(&mut self, at: u64) {
        let Some(ready) = ready(&self.gate, self.spec) else { return };
        if let Some(held) = held_by(&self.gate, self.spec, &ready) {
            self.effects.push(held);
            return;
        }
        let cause = self.cause(&ready);
        self.fire(&ready.used, cause, at, None);
    }

    pub fn fire(&mut self, used: &[bool], cause: FiringCause, at: u64, date: Option<LogicalDate>) {
        self.changed = true;
        match fire(&mut self.gate, self.spec, used, cause, at, date) {
            Ok(firing) => self.firing = Some(firing.into()),
            Err(chain) => self.effects.push(Effect::ChainDropped { chain }),
        }
    }

    fn cause(&self, ready: &Ready) -> FiringCause {
        let repeated = |(leaf, used): (&LeafState, &bool)| *used && leaf.cur.as_ref().is_some_and(|t| t.rerun);
        let rerun = ready.with_previous || self.gate.leaves.iter().zip(&ready.used).any(repeated);
        if rerun { FiringCause::Rerun } else { FiringCause::Executions }
    }

    /// Rule 1, for one leaf.
    fn offer(&mut self, index: usize, slot: &Slot, occurrence: &Occurrence) {
        let leaf = slot.id.clone();
        if let Some(why) = self.ignores(slot, occurrence) {
            self.effects.push(Effect::Ignored { leaf, why });
            return;
        }
        self.note_run(index, occurrence);
        let why = match (occurrence.skipped, occurrence.status.is_terminal() || slot.id.matches(occurrence.status)) {
            (true, _) => Some(Ignored::Skipped),
            (false, false) => Some(Ignored::Running),
            (false, true) => None,
        };
        if let Some(why) = why {
            self.effects.push(Effect::Ignored { leaf, why });
            return;
        }
        let state = &self.gate.leaves[index];
        let newer_than_held = state.cur.as_ref().is_none_or(|t| t.order() < occurrence.order());
        let newer_than_used = state.wm.as_ref().is_none_or(|m| m.order() < occurrence.order());
        if newer_than_held && newer_than_used {
            self.accept(index, slot, occurrence);
        } else {
            self.effects.push(Effect::Stale { leaf });
        }
    }

    /// What never counts, whatever the leaf holds.
    fn ignores(&self, slot: &Slot, occurrence: &Occurrence) -> Option<Ignored> {
        let given_up = |until| match self.spec.correlate {
            // The gate is that date's own.
            Correlate::Day => true,
            _ => occurrence.date <= until,
        };
        if slot.orphaned {
            Some(Ignored::Orphaned)
        } else if occurrence.backfill && self.spec.backfill == Backfill::None {
            Some(Ignored::Backfill)
        } else if occurrence.at < slot.since {
            Some(Ignored::BeforeRegistration)
        } else if self.gate.given_up.is_some_and(given_up) {
            Some(Ignored::GivenUp)
        } else {
            None
        }
    }

    /// For `whileRunning: hold`: which run of the parent is the newest, and whether it is over. A run that found its key taken counts
    /// here, else its end would be waited for forever.
    fn note_run(&mut self, index: usize, occurrence: &Occurrence) {
        if self.spec.while_running != WhileRunning::Hold {
            return;
        }
        let run = Run {
            started: occurrence.started,
            execution: occurrence.execution.clone(),
            over: occurrence.status.is_terminal(),
        };
        let newest = &mut self.gate.leaves[index].newest;
        if newest.as_ref().is_none_or(|n| *n < run) {
            *newest = Some(run);
            self.changed = true;
        }
    }

    fn accept(&mut self, index: usize, slot: &Slot, occurrence: &Occurrence) {
        let keyed = self.spec.correlate != Correlate::None;
        let state = &mut self.gate.leaves[index];
        let repeat = if self.gate.generation == 0 { Repeat::No } else { repeat(occurrence, state) };
        self.changed = true;
        let leaf = slot.id.clone();
        if repeat == Repeat::Known && self.spec.on_rerun == OnRerun::Ignore {
            state.wm = Some(occurrence.mark());
            self.effects.push(Effect::Ignored { leaf, why: Ignored::Rerun });
            return;
        }
        // Without a key a mark alone would let today's rerun meet yesterday's data.
        let rerun = repeat == Repeat::Known || (repeat == Repeat::Marked && keyed);
        let old = state.cur.replace(occurrence.token(rerun));
        let matching = slot.id.matches(occurrence.status);
        if let Some(old) = old {
            let (leaf, execution) = (leaf.clone(), old.execution);
            self.effects.push(match slot.id.matches(old.status) && !matching {
                true => Effect::Revoked { leaf, execution },
                false => Effect::Superseded { leaf, execution },
            });
        }
        self.effects.push(Effect::Accepted { leaf, matching });
    }
}
