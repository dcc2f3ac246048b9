//! The store in DynamoDB: one table, and transactions with conditions.
//!
//! # Layout
//! Keys are in `pipesynth_contract::keys`. A value is JSON in the one string `json`: the engine's types are written and read by their
//! own rules, and no change of theirs changes the table. Beside it stand only the attributes that DynamoDB itself has to look at:
//!
//! | item | attributes beside `json` | what for |
//! |---|---|---|
//! | `PIPE#<id>` / `META` | `ver`, `live`; `todo` = `CLOCK`, `at` = id | condition of every decision and registration; the sweeper |
//! | `GRAPH` / `VERSION` | `ver`, no `json` | no two registrations decide on the same graph |
//! | `GRAPH` / `PIPE#<id>` | no `json` | all entries by one consistent query |
//! | `PARENT#<p>` / `CHILD#<c>` | `ver`, no `json` | the children of a parent; a late writer neither sets a link back nor removes a newer one |
//! | `RUN#<p>` / `<at>#<arn>#<status>` | `ttl` | the run log |
//! | `RUN#<p>` / `KEY#<run key>#<status>` | `execArn`, `ttl`, no `json` | who first came with an identity |
//! | `GATE#<child>` / `<key>` | `ver`, `held`, `ttl`, `whole`; `todo` = `GATE`, `at` = due | condition of a decision; the look after an edit; the sweeper |
//! | `FIRE#<child>` / `<key>#<gen>` | `ttl` | a firing; it is never changed |
//! | `OUT#<child>` / `<key>#<gen>` | `state`, no `json`; `todo` = `FIRE`, `at` = child; once settled `ttl` in their place | how far a firing is |
//! | `LANE#<child>` / `STATE` | `ver` | condition of letting firings in |
//!
//! A firing and its way stand apart. The way changes three times and is small, so a step costs one write unit and not one for each
//! kilobyte of the firing. A settled way goes after a day, so the outbox is a consistent query of little, however long the history.
//!
//! # Units
//! A single conditional write costs half of a transaction of one, so whatever touches one item is no transaction. Failures: a condition
//! that does not hold and a conflict of transactions are [`Committed::Conflict`], the check of the registration is [`Committed::Gone`],
//! everything else is a [`StoreError`].
//!
//! [`Committed::Conflict`]: pipesynth_engine::store::Committed::Conflict
//! [`Committed::Gone`]: pipesynth_engine::store::Committed::Gone
//! [`StoreError`]: pipesynth_engine::store::StoreError

mod call;
mod claims;
mod gate;
mod item;
mod outbox;
mod registry;
mod store;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use pipesynth_contract::{PipelineId, keys};
use pipesynth_engine::store::{Child, Entry, StoreError};
use serde_json::Value;

pub use call::{DynamoDb, Failure, Reason};
pub use claims::DynamoClaims;
pub use item::{MAX_ITEM, size};
use item::{broken, value_of};
use table::{Table, after};

/// The central state: [`Store`](pipesynth_engine::store::Store) and [`Registry`](pipesynth_engine::store::Registry).
#[derive(Debug)]
pub struct DynamoStore<D> {
    table: Table<D>,
}

impl<D: DynamoDb> DynamoStore<D> {
    /// The store in this table, which has the keys and the index of the central stack.
    pub fn new(db: D, table: impl Into<String>) -> Self {
        Self { table: Table { db, name: table.into() } }
    }

    /// Entries of these pipelines, in their order, without those that were never registered.
    fn entries_of(&self, ids: &[PipelineId]) -> Result<Vec<Entry>, StoreError> {
        let keys: Vec<_> = ids.iter().map(keys::pipeline).collect();
        self.table.get_all(&keys)?.iter().map(value_of).collect()
    }

    /// The live ones of these pipelines, ready for decisions.
    fn live(&self, ids: &[PipelineId]) -> Result<Vec<Arc<Child>>, StoreError> {
        self.entries_of(ids)?.iter().filter_map(compiled).collect()
    }
}

/// A live entry's child.
fn compiled(entry: &Entry) -> Option<Result<Arc<Child>, StoreError>> {
    let registered = entry.registered()?.clone();
    let child = Child::new(registered).map(Arc::new);
    Some(child.map_err(|error| StoreError::Broken(format!("`{}`: {error}", entry.id))))
}

/// The pipeline that a key names after its first words.
fn id_in(item: &Value, attribute: &str, beginning: &str) -> Result<PipelineId, StoreError> {
    let name = after(item, attribute, beginning)?;
    name.parse().map_err(|error| broken(item, &format!("`{name}`: {error}")))
}
