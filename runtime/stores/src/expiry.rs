//! What is kept → when it may be deleted, in seconds since 1970. The times are those of the events: there is no clock here.
//!
//! DynamoDB deletes by itself what is past its attribute `ttl`; from PostgreSQL the sweep does (its module `forget`).

use pipesynth_contract::names::STATE_DAYS;
use pipesynth_engine::{Gate, LeafState, LogicalDate, Zone};

/// A gate outlives its firings by so many days: were a gate gone first, its next firing would find the number of an old one taken.
const GATES_LATER: u64 = 30;

const DAY: u64 = 86_400;

/// Of the run log and of firings: so long after their time, in milliseconds since 1970.
pub(crate) fn of_event(at: u64) -> u64 {
    at / 1000 + STATE_DAYS * DAY
}

/// Of the way of a settled firing: a day. It is read with each look at the outbox, so it must not pile up; the firing itself stays.
pub(crate) fn of_settled(at: u64) -> u64 {
    at / 1000 + DAY
}

/// Of a gate: none while it waits for a run of a parent without limit.
pub(crate) fn of_gate(gate: &Gate) -> Option<u64> {
    if gate.holds() && gate.due.is_none() {
        return None;
    }
    let answered = [gate.fired_date, gate.missed, gate.given_up].into_iter().flatten().max();
    let last = gate.leaves.iter().flat_map(times).chain(gate.due).chain(answered.and_then(noon)).max();
    last.map(|at| of_event(at) + GATES_LATER * DAY)
}

fn times(leaf: &LeafState) -> impl Iterator<Item = u64> {
    let held = leaf.cur.as_ref().map(|token| token.at);
    let used = leaf.fired.as_ref().map(|token| token.at);
    let seen = leaf.wm.as_ref().map(|mark| mark.at);
    let open = leaf.newest.as_ref().map(|run| run.started);
    [held, used, seen, open].into_iter().flatten()
}

fn noon(date: LogicalDate) -> Option<u64> {
    date.at("12:00".parse().ok()?, &"UTC".parse::<Zone>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(leaf: &str, more: &str) -> Gate {
        let text = format!(
            r#"{{"key": "all", "rev": "r", "ver": 1, "generation": 0, "leaves": [{{"leaf":
                {{"parent": "111111111111/a", "status": ["SUCCEEDED"]}} {leaf}}}] {more}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    const TOKEN: &str = r#"{"at": 86400000, "execution": "arn:a", "status": "SUCCEEDED", "runKey": "manual/a#1", "date": "1970-01-02"}"#;
    const USED: &str = r#", "wm": {"at": 86400000, "execution": "arn:a", "status": "SUCCEEDED"}"#;

    #[test]
    fn a_gate_that_waits_without_limit_is_kept() {
        assert_eq!(of_gate(&gate(&format!(r#", "cur": {TOKEN}"#), "")), None);
    }

    #[test]
    fn a_gate_that_holds_nothing_goes_after_its_firings() {
        assert_eq!(of_gate(&gate(USED, "")), Some(431 * DAY));
        assert_eq!(of_gate(&gate("", r#", "missed": "1970-01-03""#)), Some((432 * DAY) + DAY / 2));
        assert!(of_gate(&gate(USED, "")) > Some(of_event(86_400_000)));
    }

    #[test]
    fn a_gate_that_nobody_looks_at_any_more_goes_after_its_time() {
        let abandoned = gate(&format!(r#", "cur": {TOKEN}"#), r#", "due": 172800000"#);
        assert_eq!(of_gate(&abandoned), Some(432 * DAY));
    }
}
