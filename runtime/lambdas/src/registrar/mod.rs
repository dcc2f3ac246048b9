//! A CloudFormation custom-resource request → the pipeline is put into or taken out of the central registry, and CloudFormation is told.
//!
//! CloudFormation waits for the answer up to an hour, so there is one on every path: success, refusal, malformed properties, no time
//! left, and a panic.

mod registry;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

use pipesynth_contract::PipelineId;
use pipesynth_contract::registration::{Properties, Registration};
use serde_json::{Value, json};

use crate::Failure;
use crate::custom_resource::{ERROR_NO_REQUEST, ERROR_NOT_DELIVERED, Event, Kind, Outcome, Stack, deliver};
use pipesynth_aws::{Outside, Settings};

/// Time kept back from the registry for telling CloudFormation; half of what is left, when that is less.
const RESERVE: Duration = Duration::from_secs(10);

/// Serves one request.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let event = Event::read(payload).map_err(|e| Failure::new(ERROR_NO_REQUEST, e.to_string()))?;
    let left = deadline.duration_since(outside.now()).unwrap_or_default();
    let end = deadline.checked_sub(RESERVE.min(left / 2)).unwrap_or(deadline);
    let outcome = guarded(&event, |sent| work(&event, end, settings, outside, sent));
    outside.log(&json!({
        "level": if outcome.failed() { "ERROR" } else { "INFO" },
        "handler": "registrar",
        "requestType": event.request_type,
        "requestId": event.request_id,
        "stack": event.stack_id,
        "physicalResourceId": outcome.physical_id,
        "reason": outcome.reason(),
    }));
    deliver(&event, &outcome, deadline, outside).map_err(|e| Failure::new(ERROR_NOT_DELIVERED, e))?;
    Ok(json!({ "status": outcome.status() }))
}

/// What went wrong, and whether the registry may have changed all the same.
enum Trouble {
    /// It is certain that nothing changed.
    Refused(String),
    /// Nobody knows: no answer, or an error on the registry's side.
    Unknown(String),
}

/// Runs the work and turns its trouble, or its panic, into an outcome. `work` notes in the cell what it is about to register.
fn guarded(event: &Event, work: impl FnOnce(&RefCell<Option<PipelineId>>) -> Result<Outcome, Trouble>) -> Outcome {
    let sent = RefCell::new(None);
    let trouble = match catch_unwind(AssertUnwindSafe(|| work(&sent))) {
        Ok(Ok(outcome)) => return outcome,
        Ok(Err(trouble)) => trouble,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Trouble::Unknown(format!(
                "the registrar itself failed; its log holds more: {}",
                text.unwrap_or("unknown panic")
            ))
        }
    };
    let (reason, unsure) = match trouble {
        Trouble::Refused(reason) => (reason, false),
        Trouble::Unknown(reason) => (reason, true),
    };
    // CloudFormation deletes by the id that a failed create answers. Where the registry may hold the pipeline, that delete must
    // find it; where it refused, the delete must not touch what somebody else may have registered.
    let created = sent.into_inner().filter(|_| unsure).map(|id| id.to_string());
    let physical_id = match &event.physical_id {
        Some(id) => id.clone(),
        None => created.unwrap_or_else(|| format!("not-registered/{}", event.logical_id)),
    };
    Outcome::failure(physical_id, reason)
}

fn work(
    event: &Event,
    end: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
    sent: &RefCell<Option<PipelineId>>,
) -> Result<Outcome, Trouble> {
    let kind = Kind::read(&event.request_type).map_err(|e| Trouble::Refused(e.to_string()))?;
    let stack = Stack::read(&event.stack_id).map_err(|e| Trouble::Refused(e.to_string()))?;
    match kind {
        Kind::Delete => {
            let physical_id = event.physical_id.clone().unwrap_or_default();
            // Another id is that of a create that failed, or of another account: nothing of ours to take out.
            let ours = physical_id.parse::<PipelineId>().ok();
            if let Some(id) = ours.filter(|id| id.account() == stack.account) {
                registry::remove(&id, end, settings, outside)?;
            }
            Ok(Outcome::success(physical_id, Vec::new()))
        }
        Kind::Create | Kind::Update => {
            let registration = Properties::read(event.properties.clone())
                .and_then(|p| Registration::new(p, &stack.account, &stack.region, &event.stack_id))
                .map_err(|e| Trouble::Refused(format!("the registration is malformed: {e}")))?;
            sent.replace(Some(registration.id.clone()));
            let warnings = registry::put(&registration, end, settings, outside)?;
            Ok(Outcome::success(registration.id.to_string(), warnings))
        }
    }
}

#[cfg(test)]
mod tests;
