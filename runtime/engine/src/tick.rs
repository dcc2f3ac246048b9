//! A gate and the clock → what has expired, whether a deadline passed, and what follows.

use pipesynth_contract::options::{Correlate, OnMiss};

use crate::decide::{Decision, Turn};
use crate::due::{expiry, unanswered};
use crate::gate::Gate;
use crate::spec::Spec;
use crate::truth::lead;
use crate::{Effect, FiringCause};

/// Looks at a gate at the time `now`, in milliseconds since 1970. Pure.
///
/// Held runs that match and are older than `within` are used up and told; a gate that an edit of the condition has made true fires;
/// a deadline that has passed is answered once for its logical date. Call it every few minutes for every gate whose [`Gate::due`] has
/// come, after an edit for every gate that holds something, and for today's gate of every child with a deadline
/// ([`Spec::has_deadline`]), which may be new and empty. Before it is due a gate stays as it is.
pub fn tick(gate: Gate, spec: &Spec, now: u64) -> Decision {
    let mut turn = Turn::new(gate, spec);
    expire(&mut turn, now);
    turn.settle(now);
    if turn.firing.is_none() {
        deadline(&mut turn, now);
    }
    turn.finish()
}

fn expire(turn: &mut Turn, now: u64) {
    let spec = turn.spec;
    let ran = turn.gate.generation > 0 && spec.correlate != Correlate::None;
    let lead = lead(spec);
    for (state, slot) in turn.gate.leaves.iter_mut().zip(&spec.slots) {
        let old = expiry(state, slot, lead).is_some_and(|expiry| now >= expiry);
        if old && let Some(token) = state.consume() {
            turn.changed = true;
            turn.effects.push(Effect::Expired { leaf: slot.id.clone(), execution: token.execution, alert: !ran });
        }
    }
}

fn deadline(turn: &mut Turn, now: u64) {
    let spec = turn.spec;
    let Some((_, on_miss)) = spec.deadline else { return };
    let Some((date, _)) = unanswered(&turn.gate, spec).filter(|(_, at)| now >= *at) else { return };
    turn.changed = true;
    turn.gate.missed = Some(date);
    match on_miss {
        OnMiss::Notify => turn.effects.push(Effect::DeadlineMissed { date }),
        OnMiss::Fire => {
            turn.effects.push(Effect::DeadlineMissed { date });
            let held = turn.gate.leaves.iter().zip(&spec.slots);
            let used: Vec<bool> = held
                .map(|(leaf, slot)| !slot.orphaned && leaf.cur.as_ref().is_some_and(|t| slot.id.matches(t.status)))
                .collect();
            turn.fire(&used, FiringCause::Deadline, now, Some(date));
        }
        OnMiss::Skip => {
            turn.gate.given_up = Some(date);
            for leaf in &mut turn.gate.leaves {
                leaf.consume();
            }
            turn.effects.push(Effect::GivenUp { date });
        }
    }
}
