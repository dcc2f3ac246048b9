//! A gate → the time at which the clock alone changes it: what a store's index of due gates is kept by.

use pipesynth_contract::options::Correlate;

use crate::LogicalDate;
use crate::correlate::date_of_key;
use crate::gate::{Gate, LeafState};
use crate::spec::{Slot, Spec};
use crate::truth::lead;

/// The earliest time at which [`crate::tick()`] changes the gate, in milliseconds since 1970: a held run expires, or a deadline passes.
pub(crate) fn due(gate: &Gate, spec: &Spec) -> Option<u64> {
    let lead = lead(spec);
    let expiries = gate.leaves.iter().zip(&spec.slots).filter_map(|(state, slot)| expiry(state, slot, lead));
    let deadline = unanswered(gate, spec).map(|(_, at)| at);
    expiries.chain(deadline).min()
}

/// The first millisecond at which a held run that matches is older than `within`. The child's other parents may come as much later
/// as the greatest offset says: `lead`.
pub(crate) fn expiry(state: &LeafState, slot: &Slot, lead: i64) -> Option<u64> {
    let limit = slot.longest.filter(|_| !slot.id.is_clock())?;
    let token = state.cur.as_ref().filter(|token| slot.id.matches(token.status))?;
    let last = slot.frame(token.at).saturating_add(lead).saturating_add(i64::try_from(limit).unwrap_or(i64::MAX));
    Some(u64::try_from(last.saturating_add(1)).unwrap_or(0))
}

/// The logical date whose deadline the gate may still miss, and the deadline. One before the child was registered does not count.
pub(crate) fn unanswered(gate: &Gate, spec: &Spec) -> Option<(LogicalDate, u64)> {
    let (time, _) = spec.deadline?;
    let date = date_at_stake(gate, spec)?;
    let answered = gate.fired_date.max(gate.missed) >= Some(date);
    let at = if answered { None } else { date.at(time, &spec.zone) };
    at.filter(|at| *at >= spec.since()).map(|at| (date, at))
}

/// The key's own date, without one that of the newest run that the gate holds.
fn date_at_stake(gate: &Gate, spec: &Spec) -> Option<LogicalDate> {
    match spec.correlate {
        Correlate::Day => date_of_key(&spec.correlate, &gate.key),
        Correlate::Hour => None,
        Correlate::None | Correlate::Key(_) => {
            gate.leaves.iter().filter_map(|leaf| leaf.cur.as_ref()).map(|token| token.date).max()
        }
    }
}
