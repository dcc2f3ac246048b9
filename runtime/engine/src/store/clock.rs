//! Children with `operator: AND` → the instants of their schedules, as occurrences.
//!
//! Such a pipeline has no schedule in AWS: the sweeper counts its instants. It keeps no note of where it stopped. It looks back over a
//! fixed time, and what a gate knows already it leaves alone; an instant that comes twice changes nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Child, Note, Store, StoreError, ingest};
use crate::gate::Gate;
use crate::schedule::Schedule;
use crate::{LogicalDate, Occurrence, RunKey, Source};

/// How far the sweeper looks back for instants, in milliseconds: 25 hours. That is the longest day of any zone, so after an outage of
/// whatever length the last instant of a daily schedule still counts, and it is the cost of one look: at most 1,500 instants of a
/// schedule that comes each minute, and one read for each gate that they belong to (two with `correlate: day`).
pub const LOOK_BACK: u64 = 25 * 3_600_000;

/// Tells the child's gates the instants of its schedule since [`LOOK_BACK`] that they do not know.
pub(super) fn clock(store: &dyn Store, child: &Child, now: u64, notes: &mut Vec<Note>) -> Result<(), StoreError> {
    let mut gates: BTreeMap<Arc<str>, Option<Gate>> = BTreeMap::new();
    for occurrence in instants(child, now) {
        let keys = child.spec.as_ref().map(|spec| spec.keys(&occurrence).0).unwrap_or_default();
        let mut news = false;
        for key in keys {
            if !gates.contains_key(&key) {
                let gate = store.gate(child.id(), &key)?;
                gates.insert(key.clone(), gate);
            }
            news |= !gates.get(&key).and_then(Option::as_ref).is_some_and(|gate| knows(gate, child, &occurrence));
        }
        if news {
            notes.append(&mut ingest(store, &occurrence)?);
        }
    }
    Ok(())
}

/// The instants up to `now`, in order, as occurrences. One from before the schedule was registered does not count.
fn instants(child: &Child, now: u64) -> Vec<Occurrence> {
    let trigger = &child.registered.trigger;
    let (Some(spec), Some(schedule)) = (&child.spec, &trigger.schedule) else { return Vec::new() };
    let Some(since) = spec.clock_since() else { return Vec::new() };
    // A registration whose schedule cannot be read is refused.
    let Ok(schedule) = Schedule::of(schedule) else { return Vec::new() };
    // A rate without a start counts from when it is made.
    let schedule = if schedule.floats() { schedule.starting(since) } else { schedule };
    let from = now.saturating_sub(LOOK_BACK).max(since.saturating_sub(1));
    let occurrence = |instant: u64| {
        let text = crate::utc_text(instant)?;
        let key = RunKey::new(Source::Schedule, &text, 1).ok()?;
        Some(Occurrence::clock(child.id().clone(), key, instant, LogicalDate::of_millis(instant, &spec.zone).ok()?))
    };
    schedule.after(from).take_while(|instant| *instant <= now).filter_map(occurrence).collect()
}

/// Whether the gate has taken this instant or a later one, or gave its date up.
fn knows(gate: &Gate, child: &Child, occurrence: &Occurrence) -> bool {
    let mut clocks = gate.leaves.iter().filter(|leaf| leaf.leaf.is_clock());
    let at = |at: Option<u64>| at.is_some_and(|at| at >= occurrence.at);
    let taken = clocks.any(|leaf| at(leaf.cur.as_ref().map(|t| t.at)) || at(leaf.wm.as_ref().map(|m| m.at)));
    let given_up = gate.given_up.is_some_and(|date| date >= occurrence.date);
    gate.incarnation == child.registered.incarnation && (taken || given_up)
}
