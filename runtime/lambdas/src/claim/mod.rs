//! The first state of a machine → its input checked, its logical date, its run key claimed by a conditional put, and its turn.

mod call;
mod key;
mod turn;

use std::time::SystemTime;

use pipesynth_aws::{Outside, Settings};
use pipesynth_contract::claim::{ClaimAnswer, ClaimRequest, ERROR_INVALID_INPUT, ERROR_REFUSED, Turn};
use pipesynth_engine::claim::Plan;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Failure;
use call::Calls;
use key::Holder;

/// Serves one request.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let request = ClaimRequest::deserialize(payload)
        .map_err(|e| Failure::new(ERROR_INVALID_INPUT, format!("the claim's request is malformed: {e}")))?;
    let plan = Plan::of(&request).map_err(|e| Failure::new(ERROR_INVALID_INPUT, e))?;
    let calls = Calls::new(settings, outside, deadline);
    let holder = key::claim(&request, &plan, &calls)?;
    let (turn, held_by) = match &holder {
        Holder::Us => turn::ask(&request, &calls)?,
        Holder::Other(arn) => (Turn::Skip, arn.clone()),
    };
    let answer = ClaimAnswer {
        claimed: holder == Holder::Us,
        turn,
        run_key: plan.run_key.to_string(),
        logical_date: plan.date.to_string(),
        attempt: plan.run_key.attempt(),
        params: plan.params,
        resume_from: plan.resume_from,
        held_by,
    };
    outside.log(&json!({
        "level": "INFO", "handler": "claim", "pipeline": request.pipeline, "execution": request.execution.id,
        "claimed": answer.claimed, "turn": answer.turn, "runKey": answer.run_key, "logicalDate": answer.logical_date,
        "heldBy": answer.held_by,
    }));
    serde_json::to_value(answer).map_err(|e| Failure::new(ERROR_REFUSED, e.to_string()))
}

#[cfg(test)]
mod tests;
