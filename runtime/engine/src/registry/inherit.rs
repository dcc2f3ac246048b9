//! What came of a registration or deletion → the gates of those whose entry was written, brought up to it.

use pipesynth_contract::PipelineId;

use super::{Outcome, recheck};
use crate::decide::Turn;
use crate::store::{Committed, MAX_TRIES, Note, Store, StoreError, What};
use crate::{Decision, Gate, Spec};

/// To be called after [`super::register`] and [`super::deregister`], at the time `now` in milliseconds since 1970: a renamed pipeline
/// takes over what its gates held under its old name, and every gate that an edit may have made true is looked at. Safe to repeat.
pub fn follow_up(store: &dyn Store, outcome: &Outcome, now: u64) -> Result<Vec<Note>, StoreError> {
    let mut notes = Vec::new();
    if let Some(old) = &outcome.inherits {
        for key in store.gates(old)? {
            inherit(store, (old, &outcome.id), &key, now, &mut notes)?;
        }
    }
    for id in &outcome.recheck {
        notes.append(&mut recheck(store, id, now)?);
    }
    Ok(notes)
}

fn inherit(
    store: &dyn Store,
    (old, new): (&PipelineId, &PipelineId),
    key: &str,
    now: u64,
    notes: &mut Vec<Note>,
) -> Result<(), StoreError> {
    for _ in 0..MAX_TRIES {
        let Some(child) = store.child(new)? else { return Ok(()) };
        let Some(spec) = &child.spec else { return Ok(()) };
        let Some(from) = store.gate(old, key)? else { return Ok(()) };
        let gate = store.gate(new, key)?.unwrap_or_else(|| Gate::new(spec, key));
        let decision = joined(gate, from, spec, now);
        if !decision.changed {
            return Ok(());
        }
        if store.commit(&child, &decision.gate, decision.firing.as_ref())? == Committed::Done {
            let told = |effect| Note::new(new, What::Gate(key.into(), effect));
            notes.extend(decision.effects.into_iter().map(told));
            notes.extend(decision.firing.map(|f| Note::new(new, What::Fired(f))));
            return Ok(());
        }
    }
    Err(StoreError::Contended)
}

/// The gate with what the other one held, leaf by leaf, where that is newer than what it knows.
fn joined(gate: Gate, from: Gate, spec: &Spec, now: u64) -> Decision {
    let mut turn = Turn::new(gate, spec);
    for held in from.leaves {
        let leaf = turn.gate.leaves.iter_mut().find(|leaf| leaf.leaf == held.leaf);
        let (Some(leaf), Some(token)) = (leaf, held.cur) else { continue };
        let newer = leaf.cur.as_ref().is_none_or(|known| known.order() < token.order())
            && leaf.wm.as_ref().is_none_or(|used| used.order() < token.order());
        if newer {
            leaf.cur = Some(token);
            turn.changed = true;
        }
    }
    if turn.changed {
        turn.settle(now);
    }
    turn.finish()
}
