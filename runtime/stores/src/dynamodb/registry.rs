//! The graph of all pipelines in DynamoDB: its version, entries and links.

use pipesynth_contract::names::{ATTR_AT, ATTR_LIVE, ATTR_SK, ATTR_TODO, ATTR_VERSION, TODO_CLOCK};
use pipesynth_contract::{PipelineId, keys};
use pipesynth_engine::Spec;
use pipesynth_engine::store::{Change, Committed, Entry, Link, Registry, StoreError};
use serde_json::Value;

use super::call::DynamoDb;
use super::item::{Item, number, value_of};
use super::table::{Action, Condition, Written};
use super::{DynamoStore, compiled, id_in};

impl<D: DynamoDb> Registry for DynamoStore<D> {
    fn graph_version(&self) -> Result<u64, StoreError> {
        let found = self.table.get(&keys::graph())?;
        found.as_ref().map_or(Ok(0), |item| number(item, ATTR_VERSION))
    }

    fn entry(&self, id: &PipelineId) -> Result<Option<Entry>, StoreError> {
        self.table.get(&keys::pipeline(id))?.as_ref().map(value_of).transpose()
    }

    fn dependants(&self, parent: &PipelineId) -> Result<Vec<PipelineId>, StoreError> {
        let links = self.table.partition(&keys::children_partition(parent), "CHILD#")?;
        links.iter().map(|item| id_in(item, ATTR_SK, "CHILD#")).collect()
    }

    fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        let members = self.table.partition(keys::GRAPH, "PIPE#")?;
        let ids: Vec<PipelineId> =
            members.iter().map(|item| id_in(item, ATTR_SK, "PIPE#")).collect::<Result<_, _>>()?;
        self.entries_of(&ids)
    }

    /// Links and members are written before, so that an entry that is there is found; what is left over where the transaction does not
    /// happen is harmless.
    fn apply(&self, change: &Change) -> Result<Committed, StoreError> {
        let mut actions = vec![graph(change.graph)?];
        for entry in &change.entries {
            let before = Condition::follows(ATTR_VERSION, entry.version);
            actions.push(Action::put(item_of(entry)?, Some(before)));
        }
        for entry in change.entries.iter().filter(|entry| entry.version <= 1) {
            let member = Item::new(&keys::graph_member(&entry.id)).sized()?;
            expect_settled(Action::put(member, None).alone(&self.table)?)?;
        }
        for link in &change.link {
            self.link(link)?;
        }
        if self.table.transact(actions)?.is_err() {
            return Ok(Committed::Conflict);
        }
        for link in &change.unlink {
            self.unlink(link)?;
        }
        Ok(Committed::Done)
    }
}

impl<D: DynamoDb> DynamoStore<D> {
    /// Writes a link, unless it is there with a newer version: a late writer must not set it back, for an unlink would then take it.
    fn link(&self, link: &Link) -> Result<(), StoreError> {
        let item = Item::new(&keys::child_of(&link.parent, &link.child)).number(ATTR_VERSION, link.version);
        let condition = format!("attribute_not_exists({ATTR_VERSION}) OR {ATTR_VERSION} <= :ver");
        let condition = Condition::new(condition).number(":ver", link.version);
        expect_settled(Action::put(item.sized()?, Some(condition)).alone(&self.table)?)
    }

    /// Removes a link, if it is older than the entry that does without it. It is gone, or belongs to a newer one, otherwise.
    fn unlink(&self, link: &Link) -> Result<(), StoreError> {
        let older = Condition::new(format!("{ATTR_VERSION} < :ver")).number(":ver", link.version);
        expect_settled(Action::delete(&keys::child_of(&link.parent, &link.child), older).alone(&self.table)?)
    }
}

/// Links and members are written by nothing but single writes, so a transaction is never in the way.
fn expect_settled(written: Written) -> Result<(), StoreError> {
    match written {
        Written::Done | Written::Refused(_) => Ok(()),
        Written::Conflict => Err(StoreError::Contended),
    }
}

fn graph(before: u64) -> Result<Action, StoreError> {
    let item = Item::new(&keys::graph()).number(ATTR_VERSION, before + 1).sized()?;
    Ok(Action::put(item, Some(Condition::follows(ATTR_VERSION, before + 1))))
}

/// An entry's item. It is in the index while its condition has to be looked at from time to time.
fn item_of(entry: &Entry) -> Result<Value, StoreError> {
    let mut item = Item::new(&keys::pipeline(&entry.id)).number(ATTR_VERSION, entry.version);
    if entry.registered().is_some() {
        item = item.flag(ATTR_LIVE);
    }
    let child = compiled(entry).transpose()?;
    if child.and_then(|child| child.spec.as_ref().map(Spec::needs_clock)).unwrap_or_default() {
        item = item.text(ATTR_TODO, TODO_CLOCK).text(ATTR_AT, &entry.id.to_string());
    }
    item.value(entry)?.sized()
}
