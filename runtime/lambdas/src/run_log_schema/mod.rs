//! A custom-resource request of the central stack → the tables of the run log in Aurora PostgreSQL, at this program's version.
//!
//! Create and update install; a deletion deletes nothing, for the cluster stays when its stack goes. CloudFormation waits for the answer
//! until the resource's `ServiceTimeout`, so there is one on every path, a panic too.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

use pipesynth_aws::{Outside, Settings, rds_data};
use pipesynth_contract::names::{ENV_RUN_LOG_CLUSTER, FN_RUN_LOG_SCHEMA, RUN_LOG_DATABASE, handler};
use pipesynth_stores::postgres::schema;
use serde_json::{Value, json};

use crate::Failure;
use crate::custom_resource::{ERROR_NO_REQUEST, ERROR_NOT_DELIVERED, Event, Kind, Outcome, deliver};

/// Time kept back for telling CloudFormation.
const RESERVE: Duration = Duration::from_secs(10);

/// Serves one request.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let event = Event::read(payload).map_err(|e| Failure::new(ERROR_NO_REQUEST, e.to_string()))?;
    let end = deadline.checked_sub(RESERVE).unwrap_or(deadline);
    let done = catch_unwind(AssertUnwindSafe(|| work(&event, end, settings, outside)));
    // One id for good: a new one would make CloudFormation delete the old, which means nothing here.
    let id = event.physical_id.clone().unwrap_or_else(|| RUN_LOG_DATABASE.to_owned());
    let outcome = match done.unwrap_or_else(|_| Err("the installation itself failed; its log holds more".to_owned())) {
        Ok(()) => Outcome::success(id, Vec::new()),
        Err(why) => Outcome::failure(id, format!("the tables of the run log could not be installed: {why}")),
    };
    outside.log(&json!({
        "level": if outcome.failed() { "ERROR" } else { "INFO" }, "handler": handler(FN_RUN_LOG_SCHEMA),
        "requestType": event.request_type, "requestId": event.request_id, "stack": event.stack_id, "reason": outcome.reason(),
    }));
    deliver(&event, &outcome, deadline, outside).map_err(|e| Failure::new(ERROR_NOT_DELIVERED, e))?;
    Ok(json!({ "status": outcome.status() }))
}

fn work(event: &Event, end: SystemTime, settings: &Settings, outside: &dyn Outside) -> Result<(), String> {
    if Kind::read(&event.request_type).map_err(|e| e.to_string())? == Kind::Delete {
        return Ok(());
    }
    let database =
        settings.run_log()?.ok_or_else(|| format!("environment variable `{ENV_RUN_LOG_CLUSTER}` is not set"))?;
    let installed = schema::install(&rds_data::Client::new(outside, settings, database, end));
    let installed = installed.map_err(|failure| failure.to_string())?;
    outside.log(&json!({
        "level": "INFO", "handler": handler(FN_RUN_LOG_SCHEMA), "message": "installed",
        "before": installed.before, "after": installed.after,
    }));
    Ok(())
}

#[cfg(test)]
mod tests;
