//! The clock → all gates that hold something, and today's gates of children with a deadline.

use super::{Committed, MAX_TRIES, Note, Store, StoreError, What};
use crate::spec::Spec;
use crate::{Gate, LogicalDate, tick};

/// Looks at every gate that the clock may change, at the time `now` in milliseconds since 1970. To be called every few minutes; safe to
/// repeat.
pub fn sweep(store: &dyn Store, now: u64) -> Result<Vec<Note>, StoreError> {
    let mut places = store.open_gates()?;
    for child in store.with_deadline()? {
        let today = child.spec.as_ref().and_then(|spec| today(spec, now));
        places.extend(today.map(|key| (child.id().clone(), key)));
    }
    places.sort();
    places.dedup();
    let mut notes = Vec::new();
    for (child, key) in places {
        for tries in 1.. {
            let Some(registered) = store.child(&child)? else { break };
            let Some(spec) = &registered.spec else { break };
            let gate = store.gate(&child, &key)?.unwrap_or_else(|| Gate::new(spec, &key));
            let decision = tick(gate, spec, now);
            if decision.changed && store.commit(&child, &decision.gate, decision.firing.as_ref())? != Committed::Done {
                if tries == MAX_TRIES {
                    return Err(StoreError::Contended);
                }
                continue;
            }
            let told = |effect| Note::new(&child, What::Gate(key.clone(), effect));
            notes.extend(decision.effects.into_iter().map(told));
            notes.extend(decision.firing.map(|f| Note::new(&child, What::Fired(Box::new(f)))));
            break;
        }
    }
    Ok(notes)
}

/// The key of today's gate, for `correlate: day`.
fn today(spec: &Spec, now: u64) -> Option<String> {
    let day = spec.correlate == pipesynth_contract::options::Correlate::Day;
    day.then(|| LogicalDate::of_millis(now, &spec.zone).ok()).flatten().map(|date| date.to_string())
}
