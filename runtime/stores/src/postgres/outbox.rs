//! Firings and how far they are ↔ rows of the outbox.

use pipesynth_contract::PipelineId;
use pipesynth_engine::Lane;
use pipesynth_engine::store::{Committed, Move, Outgoing, Sending, StoreError};
use serde_json::json;

use super::data_api::{DataApi, Field};
use super::read::{self, Item};
use super::statements::{LaneWrite, settle};
use super::{PostgresStore, long, out_of_range, read_json, unavailable, write_json};

/// A firing's unsettled siblings; `mark` is how far each is. Numbers are padded so that texts sort as they do.
const OUTBOX: &str =
    "SELECT lpad(CAST(at AS text), 19, '0') || ' ' || lpad(CAST(generation AS text), 19, '0') || ' ' || key AS place,
    state || ' ' || coalesce(CAST(sent_at AS text), '-') || ' ' || coalesce(CAST(tries AS text), '-') AS mark, doc
  FROM pipesynth.firing WHERE child = CAST(:child AS text) AND NOT settled";

/// The columns `state`, `sent_at` and `tries`.
pub(super) fn columns(state: Sending) -> Result<(&'static str, Option<i64>, Option<i64>), StoreError> {
    let at = |at: u64| i64::try_from(at).map_err(|_| out_of_range("the time of a sending", at));
    Ok(match state {
        Sending::Pending => ("PENDING", None, None),
        Sending::Admitted => ("ADMITTED", None, None),
        Sending::Sent { at: sent, tries } => ("SENT", Some(at(sent)?), Some(i64::from(tries))),
        Sending::Started => ("STARTED", None, None),
        Sending::Dropped => ("DROPPED", None, None),
        Sending::Dead => ("DEAD", None, None),
    })
}

/// The state in a mark of [`OUTBOX`].
fn state_of(mark: &str) -> Result<Sending, StoreError> {
    let broken = || StoreError::Broken(format!("the state of a firing is `{mark}`"));
    let words: Vec<&str> = mark.split(' ').collect();
    Ok(match words[..] {
        ["PENDING", "-", "-"] => Sending::Pending,
        ["ADMITTED", "-", "-"] => Sending::Admitted,
        ["SENT", at, tries] => {
            Sending::Sent { at: at.parse().map_err(|_| broken())?, tries: tries.parse().map_err(|_| broken())? }
        }
        _ => return Err(broken()),
    })
}

impl<D: DataApi> PostgresStore<D> {
    pub(super) fn read_outbox(&self, child: &PipelineId) -> Result<Vec<Outgoing>, StoreError> {
        let query = format!("SELECT * FROM ({OUTBOX}) o WHERE place >= CAST(:place AS text)");
        let items = self.items(&format!("the outbox of `{child}`"), &query, &[("child", child.to_string().into())])?;
        let outgoing = |item: Item| {
            let firing = read_json(&format!("a firing of `{child}`"), &item.doc)?;
            Ok(Outgoing { firing, state: state_of(&item.mark)? })
        };
        items.into_iter().map(outgoing).collect()
    }

    pub(super) fn write_settlement(
        &self,
        child: &PipelineId,
        lane: Option<&Lane>,
        moves: &[Move],
    ) -> Result<Committed, StoreError> {
        if lane.is_none() && moves.is_empty() {
            return Ok(Committed::Done);
        }
        let what = format!("what becomes of firings of `{child}`");
        let mut parameters = vec![("child", Field::from(child.to_string())), ("moves", moves_json(moves)?)];
        let kind = match lane {
            None => LaneWrite::None,
            Some(lane) => {
                parameters.push(("ver", long("the version of a lane", lane.ver)?));
                parameters.push(("lane", write_json("a lane", lane)?));
                if lane.ver == 1 { LaneWrite::First } else { LaneWrite::Later }
            }
        };
        let Some(row) = self.write(&what, &settle(kind), &parameters)? else { return Ok(Committed::Conflict) };
        let written = read::boolean(&row, 0).map_err(|failure| unavailable(&what, &failure))?;
        Ok(if written { Committed::Done } else { Committed::Conflict })
    }
}

/// The moves as the statement reads them: the Data API takes no arrays.
fn moves_json(moves: &[Move]) -> Result<Field, StoreError> {
    let mut list = Vec::new();
    for change in moves {
        let (from_state, from_at, from_tries) = columns(change.from)?;
        let (to_state, to_at, to_tries) = columns(change.to)?;
        list.push(json!({
            "key": change.key, "generation": change.generation,
            "from_state": from_state, "from_at": from_at, "from_tries": from_tries,
            "to_state": to_state, "to_at": to_at, "to_tries": to_tries,
            "settled": change.to.is_settled(),
        }));
    }
    write_json("moves of firings", &list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_is_not_settled_reads_as_it_was_written() {
        for state in [Sending::Pending, Sending::Admitted, Sending::Sent { at: 1_763_900_000_000, tries: 3 }] {
            let (word, at, tries) = columns(state).unwrap();
            let text = |number: Option<i64>| number.map_or("-".to_owned(), |number| number.to_string());
            assert_eq!(state_of(&format!("{word} {} {}", text(at), text(tries))).unwrap(), state);
        }
    }

    #[test]
    fn a_state_that_this_version_does_not_know_is_a_broken_item() {
        for mark in ["", "LOST - -", "SENT - -", "SENT x 1", "SENT 1 -1", "PENDING 1 -", "STARTED - -"] {
            assert_eq!(state_of(mark).unwrap_err(), StoreError::Broken(format!("the state of a firing is `{mark}`")));
        }
    }

    #[test]
    fn a_time_that_is_no_bigint_is_refused() {
        let error = columns(Sending::Sent { at: u64::MAX, tries: 1 }).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a stored item cannot be read: the time of a sending is 18446744073709551615, which is out of range"
        );
    }
}
