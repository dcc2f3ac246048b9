//! The clock → all gates that are due, today's gates of children with a deadline, and instants of schedules joined by AND.

use pipesynth_contract::PipelineId;
use pipesynth_contract::options::Correlate;

use super::clock::clock;
use super::{Committed, MAX_TRIES, Note, Store, StoreError, What};
use crate::spec::Spec;
use crate::{Gate, LogicalDate, tick};

/// A deadline of yesterday is still looked at for so long after it, in milliseconds: an hour. Today's is looked at whenever it is past.
const LATE: u64 = 3_600_000;

/// Looks at every gate that the clock may change, at the time `now` in milliseconds since 1970, and counts the instants of schedules
/// that are joined by AND. To be called every few minutes; safe to repeat.
pub fn sweep(store: &dyn Store, now: u64) -> Result<Vec<Note>, StoreError> {
    let mut notes = Vec::new();
    sweep_into(store, now, &mut notes).map(|()| notes)
}

/// [`sweep()`] with the notes of what it did also where something failed. One pipeline that cannot be looked at does not keep the others
/// waiting: all are looked at, and the first failure comes back.
pub fn sweep_into(store: &dyn Store, now: u64, notes: &mut Vec<Note>) -> Result<(), StoreError> {
    let mut result = Ok(());
    let mut places = store.due_gates(now)?;
    for child in store.with_deadline()? {
        result = result.and(clock(store, &child, now, notes));
        let keys = child.spec.iter().flat_map(|spec| missed(spec, now));
        places.extend(keys.map(|key| (child.id().clone(), key)));
    }
    places.sort();
    places.dedup();
    for (child, key) in places {
        result = result.and(look(store, &child, &key, now, notes));
    }
    result
}

/// Looks at one gate. A pipeline that is not there, or has no condition, has none.
pub(crate) fn look(
    store: &dyn Store,
    id: &PipelineId,
    key: &str,
    now: u64,
    notes: &mut Vec<Note>,
) -> Result<(), StoreError> {
    for _ in 0..MAX_TRIES {
        let Some(child) = store.child(id)? else { return Ok(()) };
        let Some(spec) = &child.spec else { return Ok(()) };
        let gate = store.gate(id, key)?.unwrap_or_else(|| Gate::new(spec, key));
        let decision = tick(gate, spec, now);
        if !decision.changed {
            // What holds a start back has been told when it came; it is no news every few minutes.
            return Ok(());
        }
        if store.commit(&child, &decision.gate, decision.firing.as_ref())? != Committed::Done {
            continue;
        }
        let told = |effect| Note::new(id, What::Gate(key.into(), effect));
        notes.extend(decision.effects.into_iter().map(told));
        notes.extend(decision.firing.map(|f| Note::new(id, What::Fired(f))));
        return Ok(());
    }
    Err(StoreError::Contended)
}

/// The keys of `correlate: day` whose deadline has passed, today's and that of shortly before midnight: nothing may have come for them,
/// so no gate is due.
fn missed(spec: &Spec, now: u64) -> Vec<String> {
    let Some((time, _)) = spec.deadline.filter(|_| spec.correlate == Correlate::Day) else { return Vec::new() };
    let date = |at: u64| LogicalDate::of_millis(at, &spec.zone).ok();
    let (today, before) = (date(now), date(now.saturating_sub(LATE)));
    let at = |date: &LogicalDate| date.at(time, &spec.zone);
    let today_passed = today.filter(|date| at(date).is_some_and(|at| at <= now));
    let before = before.filter(|date| Some(*date) != today && at(date).is_some_and(|at| at.saturating_add(LATE) > now));
    before.into_iter().chain(today_passed).map(|date| date.to_string()).collect()
}
