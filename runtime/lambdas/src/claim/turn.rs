//! The run's turn among those of its pipeline: who runs and who waits stands in one item, written under the condition of its version.

use pipesynth_contract::claim::{
    ClaimRequest, ERROR_QUEUE_FULL, ERROR_REFUSED, ERROR_UNAVAILABLE, ERROR_WAITED_TOO_LONG, MAX_WAIT_SECONDS,
    MAX_WAITING, Turn,
};
use pipesynth_contract::keys;
use pipesynth_contract::names::{ATTR_PK, ATTR_SK};
use pipesynth_contract::options::Concurrency;
use pipesynth_engine::{Asks, Lineup, started_at, take_turn};
use serde_json::{Value, json};

use super::call::{Calls, Reply};
use crate::Failure;

/// How often the item is read again when another run wrote first.
const TRIES: u32 = 10;

const ATTR_LINEUP: &str = "lineup";
const ATTR_VERSION: &str = "ver";

/// Asks for the turn; with it comes the execution that has it.
pub(super) fn ask(request: &ClaimRequest, calls: &Calls<'_>) -> Result<(Turn, Option<String>), Failure> {
    let me = &request.execution.id;
    if request.concurrency == Concurrency::Allow {
        return Ok((Turn::Go, None));
    }
    let started = started_at(&request.execution.start_time)
        .map_err(|e| Failure::new(ERROR_REFUSED, format!("`startTime`: {e}")))?;
    let asks = Asks { execution: me, started };
    for _ in 0..TRIES {
        let lineup = read(request, calls)?;
        let (next, turn) = take_turn(request.concurrency, &lineup, asks, |other| is_over(other, calls))?;
        let Some(turn) = turn else {
            let message = format!("{MAX_WAITING} runs of `{}` wait already", request.pipeline);
            return Err(Failure::new(ERROR_QUEUE_FULL, message));
        };
        if next.ver != lineup.ver && !write(request, &next, lineup.ver, calls)? {
            continue;
        }
        if turn == Turn::Wait && calls.now().as_secs().saturating_sub(started / 1000) >= MAX_WAIT_SECONDS {
            let holder = next.holder.unwrap_or_default();
            let message = format!("`{holder}` has been running for more than {MAX_WAIT_SECONDS} s");
            return Err(Failure::new(ERROR_WAITED_TOO_LONG, message));
        }
        return Ok((turn, next.holder.filter(|holder| holder != me)));
    }
    Err(Failure::new(ERROR_UNAVAILABLE, format!("others wrote first {TRIES} times in a row")))
}

fn key(request: &ClaimRequest) -> Value {
    let key = keys::lineup(&request.pipeline);
    json!({ATTR_PK: {"S": key.pk}, ATTR_SK: {"S": key.sk}})
}

fn read(request: &ClaimRequest, calls: &Calls<'_>) -> Result<Lineup, Failure> {
    let body = json!({"TableName": calls.table(), "Key": key(request), "ConsistentRead": true});
    let Reply::Done(answer) = calls.dynamodb("GetItem", &body)? else { return Ok(Lineup::default()) };
    match answer["Item"][ATTR_LINEUP]["S"].as_str() {
        None => Ok(Lineup::default()),
        Some(text) => serde_json::from_str(text).map_err(|e| {
            Failure::new(ERROR_REFUSED, format!("item `{}` cannot be read: {e}", keys::lineup(&request.pipeline).pk))
        }),
    }
}

/// Whether the item was written: nobody has written it since it was read.
fn write(request: &ClaimRequest, next: &Lineup, before: u64, calls: &Calls<'_>) -> Result<bool, Failure> {
    let mut item = key(request);
    item[ATTR_LINEUP] = json!({"S": serde_json::to_string(next).unwrap_or_default()});
    item[ATTR_VERSION] = json!({"N": next.ver.to_string()});
    let mut body = json!({"TableName": calls.table(), "Item": item});
    if before == 0 {
        body["ConditionExpression"] = format!("attribute_not_exists({ATTR_PK})").into();
    } else {
        body["ConditionExpression"] = format!("{ATTR_VERSION} = :before").into();
        body["ExpressionAttributeValues"] = json!({":before": {"N": before.to_string()}});
    }
    Ok(matches!(calls.dynamodb("PutItem", &body)?, Reply::Done(_)))
}

/// Whether an execution has ended. One that Step Functions has forgotten has (90 days after its end).
fn is_over(execution: &str, calls: &Calls<'_>) -> Result<bool, Failure> {
    match calls.states("DescribeExecution", &json!({"executionArn": execution})) {
        Ok(Reply::Done(answer)) => Ok(!matches!(answer["status"].as_str(), Some("RUNNING" | "PENDING_REDRIVE"))),
        Ok(Reply::ConditionFailed(_)) => Ok(false),
        Err(failure) if failure.message.contains("ExecutionDoesNotExist") => Ok(true),
        Err(failure) => Err(failure),
    }
}
