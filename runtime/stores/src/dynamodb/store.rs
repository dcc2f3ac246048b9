//! Run log, children, gates and decisions in DynamoDB.

use std::sync::Arc;

use pipesynth_contract::names::{
    ATTR_EXEC_ARN, ATTR_HELD, ATTR_LIVE, ATTR_PK, ATTR_SK, ATTR_TTL, ATTR_VERSION, TODO_CLOCK, TODO_FIRE, TODO_GATE,
};
use pipesynth_contract::{PipelineId, keys};
use pipesynth_engine::store::{Child, Committed, Entry, Move, Outgoing, Registry, Store, StoreError};
use pipesynth_engine::{Admission, Firing, Gate, Lane, Occurrence, admission};
use serde_json::{Value, json};

use super::call::{DynamoDb, Reason};
use super::item::{Item, text, value_of};
use super::table::{Action, Condition, Written};
use super::{DynamoStore, compiled, gate, id_in};
use crate::expiry;

impl<D: DynamoDb> Store for DynamoStore<D> {
    /// Two single writes: the entry of the run log is there before its holder, and a repeated event finds either.
    fn log(&self, occurrence: &Occurrence) -> Result<Admission, StoreError> {
        let Occurrence { parent, run_key, execution, status, at, .. } = occurrence;
        let entry = Item::new(&keys::run_log(parent, *at, execution, *status))
            .number(ATTR_TTL, expiry::of_event(*at))
            .value(occurrence)?
            .sized()?;
        self.put_new(entry, false)?;
        if !occurrence.holds_its_key() {
            return Ok(Admission::Again);
        }
        let holder = Item::new(&keys::holder(parent, &run_key.to_string(), *status))
            .number(ATTR_TTL, expiry::of_event(*at))
            .text(ATTR_EXEC_ARN, execution)
            .sized()?;
        let there = self.put_new(holder, true)?;
        let holder = there.as_ref().map(|item| text(item, ATTR_EXEC_ARN)).transpose()?;
        Ok(admission(holder, execution))
    }

    fn children(&self, parent: &PipelineId) -> Result<Vec<Arc<Child>>, StoreError> {
        let mut children = self.live(&self.dependants(parent)?)?;
        children.retain(|child| child.listens_to(parent));
        Ok(children)
    }

    fn child(&self, id: &PipelineId) -> Result<Option<Arc<Child>>, StoreError> {
        self.entry(id)?.as_ref().and_then(compiled).transpose()
    }

    fn successor(&self, id: &PipelineId) -> Result<Option<PipelineId>, StoreError> {
        Ok(self.entry(id)?.as_ref().and_then(Entry::successor).cloned())
    }

    fn gate(&self, child: &PipelineId, key: &str) -> Result<Option<Gate>, StoreError> {
        self.table.get(&keys::gate(child, key))?.as_ref().map(gate::read).transpose()
    }

    fn commit(&self, child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>) -> Result<Committed, StoreError> {
        let id = child.id();
        let registered = Condition::new(format!("{ATTR_VERSION} = :ver AND attribute_exists({ATTR_LIVE})"));
        let registered = registered.number(":ver", child.registered.version);
        let before = Condition::follows(ATTR_VERSION, gate.ver);
        let mut actions =
            vec![Action::check(&keys::pipeline(id), registered), Action::put(gate::item(id, gate)?, Some(before))];
        if let Some(firing) = firing {
            actions.extend(self.posted(id, firing)?);
        }
        Ok(match self.table.transact(actions)? {
            Ok(()) => Committed::Done,
            Err(reasons) if reasons.first() == Some(&Reason::ConditionFailed) => Committed::Gone,
            Err(_) => Committed::Conflict,
        })
    }

    fn due_gates(&self, now: u64) -> Result<Vec<(PipelineId, String)>, StoreError> {
        let found = self.table.todo(TODO_GATE, Some(&keys::time(now)))?;
        let place = |item: &Value| Ok((id_in(item, ATTR_PK, "GATE#")?, text(item, ATTR_SK)?.to_owned()));
        let mut due = found.iter().map(place).collect::<Result<Vec<_>, StoreError>>()?;
        due.sort();
        Ok(due)
    }

    fn gates(&self, child: &PipelineId) -> Result<Vec<String>, StoreError> {
        let found = self.table.having(&keys::gates_partition(child), ATTR_HELD)?;
        found.iter().map(|item| text(item, ATTR_SK).map(str::to_owned)).collect()
    }

    fn with_deadline(&self) -> Result<Vec<Arc<Child>>, StoreError> {
        let found = self.table.todo(TODO_CLOCK, None)?;
        let mut ids = found.iter().map(|item| id_in(item, ATTR_PK, "PIPE#")).collect::<Result<Vec<_>, _>>()?;
        ids.sort();
        let mut children = self.live(&ids)?;
        children.retain(|child| child.spec.as_ref().is_some_and(pipesynth_engine::Spec::needs_clock));
        Ok(children)
    }

    fn unsettled(&self) -> Result<Vec<PipelineId>, StoreError> {
        let found = self.table.todo(TODO_FIRE, None)?;
        let mut children = found.iter().map(|item| id_in(item, ATTR_PK, "OUT#")).collect::<Result<Vec<_>, _>>()?;
        children.sort();
        children.dedup();
        Ok(children)
    }

    fn outbox(&self, child: &PipelineId) -> Result<Vec<Outgoing>, StoreError> {
        self.read_outbox(child)
    }

    fn lane(&self, child: &PipelineId) -> Result<Lane, StoreError> {
        let found = self.table.get(&keys::lane(child))?;
        Ok(found.as_ref().map(value_of).transpose()?.unwrap_or_default())
    }

    fn settle(&self, child: &PipelineId, lane: Option<&Lane>, moves: &[Move]) -> Result<Committed, StoreError> {
        self.write_outbox(child, lane, moves)
    }
}

impl<D: DynamoDb> DynamoStore<D> {
    /// Puts an item unless there is one; the answer is the one that was there, where that is asked for.
    fn put_new(&self, item: Value, told: bool) -> Result<Option<Value>, StoreError> {
        let Action(_, mut body) = Action::put(item, Some(Condition::absent()));
        if told {
            body["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
        }
        match self.table.write("PutItem", body)? {
            Written::Done => Ok(None),
            Written::Refused(there) => Ok(there),
            Written::Conflict => Err(StoreError::Contended),
        }
    }
}
