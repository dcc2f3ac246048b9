//! The run key, claimed by a conditional put.

use pipesynth_contract::claim::{CLAIM_DAYS, ClaimRequest};
use pipesynth_contract::keys;
use pipesynth_contract::names::{ATTR_EXEC_ARN, ATTR_LOGICAL_DATE, ATTR_PK, ATTR_SK, ATTR_TTL};
use pipesynth_engine::claim::Plan;
use serde_json::{Value, json};

use super::call::{Calls, Reply};
use crate::Failure;

/// Who holds a run key after the put.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// The execution that asked.
    Us,
    /// Another one, with its ARN where the table told it.
    Other(Option<String>),
}

/// Claims the key.
pub(super) fn claim(request: &ClaimRequest, plan: &Plan, calls: &Calls<'_>) -> Result<Holder, Failure> {
    Ok(match calls.dynamodb("PutItem", &put_item(request, plan, calls))? {
        Reply::Done(_) => Holder::Us,
        Reply::ConditionFailed(item) => Holder::Other(item[ATTR_EXEC_ARN]["S"].as_str().map(str::to_owned)),
    })
}

/// The request's JSON. The condition lets the same execution claim again, so that a repeated call finds its own claim.
fn put_item(request: &ClaimRequest, plan: &Plan, calls: &Calls<'_>) -> Value {
    let key = keys::claim(&request.pipeline, &plan.run_key.to_string());
    let ttl = calls.now().as_secs() + CLAIM_DAYS * 86_400;
    json!({
        "TableName": calls.table(),
        "Item": {
            ATTR_PK: {"S": key.pk},
            ATTR_SK: {"S": key.sk},
            ATTR_EXEC_ARN: {"S": request.execution.id},
            ATTR_LOGICAL_DATE: {"S": plan.date.to_string()},
            ATTR_TTL: {"N": ttl.to_string()},
        },
        "ConditionExpression": format!("attribute_not_exists({ATTR_PK}) OR {ATTR_EXEC_ARN} = :me"),
        "ExpressionAttributeValues": {":me": {"S": request.execution.id}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    })
}
