//! Claims of run keys in DynamoDB, in the table of a user account.

use pipesynth_contract::names::{ATTR_EXEC_ARN, ATTR_TTL};
use pipesynth_contract::{PipelineId, keys};
use pipesynth_engine::RunKey;
use pipesynth_engine::store::{Claims, StoreError};
use serde_json::json;

use super::call::DynamoDb;
use super::item::{Item, text};
use super::table::{Action, Condition, Table, Written};

/// The claims of one account. The function `pipesynth-claim` writes the same item.
#[derive(Debug)]
pub struct DynamoClaims<D> {
    table: Table<D>,
    expiry: u64,
}

impl<D: DynamoDb> DynamoClaims<D> {
    /// The claims in this table; what is claimed now may be deleted from `expiry` on, in seconds since 1970.
    pub fn new(db: D, table: impl Into<String>, expiry: u64) -> Self {
        Self { table: Table { db, name: table.into() }, expiry }
    }
}

impl<D: DynamoDb> Claims for DynamoClaims<D> {
    fn claim(&self, pipeline: &PipelineId, key: &RunKey, execution: &str) -> Result<String, StoreError> {
        let item = Item::new(&keys::claim(pipeline.name(), &key.to_string()))
            .text(ATTR_EXEC_ARN, execution)
            .number(ATTR_TTL, self.expiry)
            .sized()?;
        let Action(_, mut body) = Action::put(item, Some(Condition::absent()));
        body["ReturnValuesOnConditionCheckFailure"] = json!("ALL_OLD");
        match self.table.write("PutItem", body)? {
            Written::Done => Ok(execution.to_owned()),
            Written::Refused(Some(there)) => text(&there, ATTR_EXEC_ARN).map(str::to_owned),
            Written::Refused(None) => Err(StoreError::Unavailable("the table does not tell who holds the key".into())),
            Written::Conflict => Err(StoreError::Contended),
        }
    }
}
