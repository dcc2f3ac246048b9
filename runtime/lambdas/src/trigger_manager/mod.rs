//! Status events of all accounts, from the queue → run log, gates and firings in the state table.
//!
//! An event that is no run of a pipeline, or can never be read, is told and acknowledged: trying it again would change nothing. An event
//! that the store did not take goes back to the queue, alone, and after five tries to the dead letters.
//!
//! Step Functions leaves an execution's input or output out of the event where both together are too large (248 KB). Without them neither
//! run key nor logical date is known, and the central account may not read executions of other accounts, so such a run starts nobody.
//! Pipelines do not make such runs: their own output is small, and the claim refuses unknown input.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

use pipesynth_aws::{Outside, Settings};
use pipesynth_contract::names::{FN_TRIGGER_MANAGER, handler};
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::store::{Note, Store, StoreError, What, ingest_into};
use pipesynth_engine::{Occurrence, Refused, Zone, read_event};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::batch::{Batch, Message};
use crate::central::Invocation;
use crate::{Failure, wake};

/// The error name when the payload is no batch of SQS.
pub const ERROR_NO_BATCH: &str = "NoBatchOfMessages";

/// An event is not begun with less time than this; it usually takes a tenth of a second.
const LEAST_TIME: Duration = Duration::from_secs(3);

/// Serves one batch; the answer names the messages that are to come again.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let invocation = Invocation::new(handler(FN_TRIGGER_MANAGER), outside, deadline).owing(settings);
    let state = invocation.state(settings)?;
    let mut due = BTreeSet::new();
    let answer = serve(payload, state.store(), &invocation, &mut due);
    if !state.has_stream() {
        wake::dispatcher(&due, settings, &invocation);
    }
    answer
}

/// `due` gets the pipelines that have something to send.
fn serve(
    payload: &Value,
    store: &dyn Store,
    invocation: &Invocation<'_>,
    due: &mut BTreeSet<PipelineId>,
) -> Result<Value, Failure> {
    let batch = Batch::deserialize(payload).map_err(|e| Failure::new(ERROR_NO_BATCH, e.to_string()))?;
    let failed = batch.records.iter().filter(|message| !taken(message, store, invocation, due));
    let failed: Vec<Value> = failed.map(|message| json!({"itemIdentifier": message.message_id})).collect();
    Ok(json!({ "batchItemFailures": failed }))
}

/// Whether the message is done with. A panic is about one message, and must not take the others with it.
fn taken(message: &Message, store: &dyn Store, invocation: &Invocation<'_>, due: &mut BTreeSet<PipelineId>) -> bool {
    let failed = |level: &str, why: String| {
        invocation.log(level, json!({"message": "to be tried again", "messageId": message.message_id, "why": why}));
        false
    };
    if !invocation.has(LEAST_TIME) {
        return failed("WARN", "the time is up".to_owned());
    }
    match catch_unwind(AssertUnwindSafe(|| take(message, store, invocation, due))) {
        Ok(Ok(())) => true,
        Ok(Err(error)) => failed("ERROR", error.to_string()),
        Err(_) => failed("ERROR", "the trigger manager itself failed".to_owned()),
    }
}

fn take(
    message: &Message,
    store: &dyn Store,
    invocation: &Invocation<'_>,
    due: &mut BTreeSet<PipelineId>,
) -> Result<(), StoreError> {
    let event = match serde_json::from_str(&message.body) {
        Ok(event) => event,
        Err(error) => {
            refuse(message, &Value::Null, &Refused::Malformed(error.to_string()), invocation);
            return Ok(());
        }
    };
    match occurrence(&event, store, invocation.now())? {
        Ok(occurrence) => {
            let mut notes = Vec::new();
            let result = ingest_into(store, &occurrence, &mut notes);
            invocation.tell(&notes);
            due.extend(to_send(&occurrence, &notes));
            result?;
            invocation.log(
                "INFO",
                json!({
                    "message": "taken", "pipeline": occurrence.parent, "runKey": occurrence.run_key.to_string(),
                    "status": occurrence.status, "execution": occurrence.execution, "logicalDate": occurrence.date,
                }),
            );
        }
        Err(refused) => refuse(message, &event, &refused, invocation),
    }
    Ok(())
}

/// Who may have something to send now: children that fired, and the pipeline whose run ended, for the next one may start.
fn to_send(run: &Occurrence, notes: &[Note]) -> BTreeSet<PipelineId> {
    let fired = notes.iter().filter(|note| matches!(note.what, What::Fired(_))).map(|note| note.child.clone());
    let ended = (run.status != Status::Running).then(|| run.parent.clone());
    fired.chain(ended).collect()
}

/// The event as an occurrence. A pipeline that nobody has registered has its dates in UTC.
fn occurrence(event: &Value, store: &dyn Store, now: u64) -> Result<Result<Occurrence, Refused>, StoreError> {
    let utc: Zone = "UTC".parse().map_err(|error| StoreError::Broken(format!("{error}")))?;
    let trouble = RefCell::new(None);
    let zone = |id: &PipelineId| {
        let child = store.child(id).unwrap_or_else(|error| {
            trouble.replace(Some(error));
            None
        });
        child.and_then(|child| child.registered.timezone.parse().ok()).unwrap_or(utc)
    };
    let read = read_event(event, now, zone);
    trouble.into_inner().map_or(Ok(read), Err)
}

/// Tells that an event is not taken, and why.
fn refuse(message: &Message, event: &Value, refused: &Refused, invocation: &Invocation<'_>) {
    let (level, reason) = match refused {
        Refused::Replayed(_) => ("INFO", "Replayed"),
        Refused::OtherStatus(_) => ("INFO", "OtherStatus"),
        Refused::Foreign(_) => ("WARN", "Foreign"),
        Refused::Malformed(_) => ("ERROR", "Malformed"),
        Refused::Future(_) => ("ERROR", "Future"),
        Refused::TooLarge => ("ERROR", "TooLarge"),
    };
    let told = json!({
        "message": refused.to_string(), "messageId": message.message_id, "eventId": event["id"], "account": event["account"],
        "execution": event["detail"]["executionArn"], "status": event["detail"]["status"],
    });
    invocation.count(level, "EventsRefused", reason, told);
}

#[cfg(test)]
mod tests;
