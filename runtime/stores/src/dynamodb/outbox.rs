//! Firings on their way, and the lane that lets them in, in DynamoDB.

use pipesynth_contract::names::{ATTR_AT, ATTR_SK, ATTR_STATE, ATTR_TODO, ATTR_TTL, ATTR_VERSION, TODO_FIRE};
use pipesynth_contract::{PipelineId, keys};
use pipesynth_engine::store::{Committed, Move, Outgoing, Sending, StoreError};
use pipesynth_engine::{Firing, Lane};
use serde_json::Value;

use super::DynamoStore;
use super::call::DynamoDb;
use super::item::{Item, broken, parsed, text, text_of, value_of};
use super::table::{Action, Condition, Written};
use crate::expiry;

/// When the way of a firing may be deleted once it is settled; its `ttl` from then on.
const ATTR_KEEP: &str = "keep";

impl<D: DynamoDb> DynamoStore<D> {
    /// The items of a new firing: what it is, in a free slot, and that it waits.
    pub(super) fn posted(&self, child: &PipelineId, firing: &Firing) -> Result<[Action; 2], StoreError> {
        let expiry = expiry::of_event(firing.at);
        let what = Item::new(&keys::firing(child, &firing.key, firing.generation))
            .number(ATTR_TTL, expiry)
            .value(firing)?
            .sized()?;
        let way = Item::new(&keys::outgoing(child, &firing.key, firing.generation))
            .text(ATTR_STATE, &text_of(&Sending::Pending)?)
            .text(ATTR_TODO, TODO_FIRE)
            .text(ATTR_AT, &child.to_string())
            .number(ATTR_KEEP, expiry::of_settled(firing.at))
            .sized()?;
        Ok([Action::put(what, Some(Condition::absent())), Action::put(way, None)])
    }

    /// What is not settled: a query of where it is, and a batch of what it is. Firings that are settled in between are still told: the
    /// condition of their next move fails.
    pub(super) fn read_outbox(&self, child: &PipelineId) -> Result<Vec<Outgoing>, StoreError> {
        let ways = self.table.partition(&keys::outbox_partition(child), "")?;
        let mut keys = Vec::new();
        let mut states: Vec<((String, u64), Sending)> = Vec::new();
        for way in &ways {
            let (key, generation) = slot(way)?;
            let state: Sending = parsed(way, ATTR_STATE)?;
            if !state.is_settled() {
                keys.push(keys::firing(child, key, generation));
                states.push(((key.to_owned(), generation), state));
            }
        }
        let mut open = Vec::new();
        let mut states = states.into_iter();
        for item in self.table.get_all(&keys)? {
            let firing: Firing = value_of(&item)?;
            // Both are in the order of the slots.
            let state =
                states.find(|((key, generation), _)| key[..] == *firing.key && *generation == firing.generation);
            open.extend(state.map(|(_, state)| Outgoing { firing: firing.into(), state }));
        }
        open.sort_by(|a, b| {
            let place = |o: &Outgoing| (o.firing.at, o.firing.generation);
            place(a).cmp(&place(b)).then_with(|| a.firing.key.cmp(&b.firing.key))
        });
        Ok(open)
    }

    /// Moves firings on, with the lane where it is given. One item is written alone, unless people are told of it: a transaction that is
    /// tried again after a lost answer is told as written, a single write is a conflict then.
    pub(super) fn write_outbox(
        &self,
        child: &PipelineId,
        lane: Option<&Lane>,
        moves: &[Move],
    ) -> Result<Committed, StoreError> {
        let mut actions = Vec::new();
        if let Some(lane) = lane {
            let before = Condition::follows(ATTR_VERSION, lane.ver);
            let item = Item::new(&keys::lane(child)).number(ATTR_VERSION, lane.ver).value(lane)?.sized()?;
            actions.push(Action::put(item, Some(before)));
        }
        for step in moves {
            actions.push(moved(child, step)?);
        }
        let told = moves.iter().any(|step| matches!(step.to, Sending::Dropped | Sending::Dead));
        let done = match (actions.len(), actions.pop()) {
            (1, Some(action)) if !told => matches!(action.alone(&self.table)?, Written::Done),
            (_, Some(last)) => {
                actions.push(last);
                self.table.transact(actions)?.is_ok()
            }
            (_, None) => true,
        };
        Ok(if done { Committed::Done } else { Committed::Conflict })
    }
}

/// A step of a firing. Once it is settled it leaves the index and has its end; it keeps both while it is on its way.
fn moved(child: &PipelineId, step: &Move) -> Result<Action, StoreError> {
    let names = |there: Condition, names: &[(&str, &str)]| names.iter().fold(there, |c, (to, name)| c.name(to, name));
    let there = Condition::new("#state = :from").name("#state", ATTR_STATE);
    let there = there.text(":from", &text_of(&step.from)?).text(":to", &text_of(&step.to)?);
    let index = [("#todo", ATTR_TODO), ("#at", ATTR_AT), ("#ttl", ATTR_TTL)];
    let (update, there) = match (step.from.is_settled(), step.to.is_settled()) {
        (_, true) => {
            let there = names(there, &index).name("#keep", ATTR_KEEP);
            ("SET #state = :to, #ttl = #keep REMOVE #todo, #at", there)
        }
        (true, false) => {
            let there = names(there, &index).text(":todo", TODO_FIRE).text(":at", &child.to_string());
            ("SET #state = :to, #todo = :todo, #at = :at REMOVE #ttl", there)
        }
        (false, false) => ("SET #state = :to", there),
    };
    Ok(Action::update(&keys::outgoing(child, &step.key, step.generation), update, there))
}

/// Correlation key and number in a firing's sort key. The key itself may hold `#`, the number does not.
fn slot(item: &Value) -> Result<(&str, u64), StoreError> {
    let place = text(item, ATTR_SK)?;
    let parts = place.rsplit_once('#').and_then(|(key, number)| Some((key, number.parse().ok()?)));
    parts.ok_or_else(|| broken(item, "no number of a firing"))
}
