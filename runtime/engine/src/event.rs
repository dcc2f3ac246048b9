//! `Step Functions Execution Status Change` as EventBridge delivers it → an occurrence, or why it is none.

use std::fmt;

use jiff::Timestamp;
use pipesynth_contract::trigger::{CauseKind, ExecutionInput};
use pipesynth_contract::{PipelineId, Status, claim, names};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::logical_date::{excerpt, read_instant};
use crate::{Occurrence, Origin, RunKey, Zone, logical_date};

/// An event from further in the future than this is refused: 15 minutes, in milliseconds. Its watermark would lock out every run until
/// then.
pub const MAX_AHEAD: u64 = 15 * 60_000;

/// Why an event is no occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Not about a run of a pipesynth machine, or the accounts in it contradict each other.
    Foreign(String),
    /// A part is missing or cannot be read.
    Malformed(String),
    /// From the future.
    Future(String),
    /// Step Functions left the input or output out for its size: read the execution and put it in (`DescribeExecution`).
    TooLarge,
    /// A replay of the archive, which the reconciler does better.
    Replayed(String),
    /// A status that says nothing to children, such as `PENDING_REDRIVE`.
    OtherStatus(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Foreign(why) => write!(f, "not an event of a pipeline: {why}"),
            Refused::Malformed(why) => write!(f, "malformed event: {why}"),
            Refused::Future(why) => write!(f, "event from the future: {why}"),
            Refused::TooLarge => write!(f, "the event leaves the execution's input or output out"),
            Refused::Replayed(name) => write!(f, "event of the replay `{}`", excerpt(name)),
            Refused::OtherStatus(status) => write!(f, "status `{}` is not followed", excerpt(status)),
        }
    }
}

impl std::error::Error for Refused {}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Event {
    source: String,
    detail_type: String,
    account: String,
    replay_name: Option<String>,
    detail: Detail,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    execution_arn: String,
    state_machine_arn: String,
    name: String,
    status: String,
    start_date: u64,
    stop_date: Option<u64>,
    input: Option<String>,
    input_details: Option<Included>,
    output: Option<String>,
    output_details: Option<Included>,
}

#[derive(Deserialize)]
struct Included {
    included: bool,
}

/// Reads an event that arrived at `now`, in milliseconds since 1970. `zone_of` gives a pipeline's time zone, for runs whose input has
/// no logical date.
///
/// The execution's input is the user's: where it is no [`ExecutionInput`], the run counts as started by hand.
pub fn read_event(event: &Value, now: u64, zone_of: impl FnOnce(&PipelineId) -> Zone) -> Result<Occurrence, Refused> {
    let event = Event::deserialize(event).map_err(|e| Refused::Malformed(e.to_string()))?;
    if event.source != names::STATES_SOURCE || event.detail_type != names::DETAIL_TYPE_STATUS {
        return Err(Refused::Foreign(format!("source `{}`", excerpt(&event.source))));
    }
    if let Some(name) = event.replay_name {
        return Err(Refused::Replayed(name));
    }
    let parent = parent(&event.account, &event.detail)?;
    let detail = event.detail;
    let status = match detail.status.as_str() {
        "PENDING_REDRIVE" => return Err(Refused::OtherStatus(detail.status)),
        word => match Status::ALL.into_iter().find(|s| s.as_str() == word) {
            Some(status) => status,
            None => return Err(Refused::Malformed(format!("status `{}`", excerpt(word)))),
        },
    };
    let left_out = |included: &Option<Included>| included.as_ref().is_some_and(|i| !i.included);
    if left_out(&detail.input_details) || (status == Status::Succeeded && left_out(&detail.output_details)) {
        return Err(Refused::TooLarge);
    }
    let at = times(&detail, status, now)?;
    let raw = object(detail.input.as_deref());
    let input = ExecutionInput::deserialize(Value::Object(raw.clone())).unwrap_or_default();
    let malformed = |e: &dyn fmt::Display| Refused::Malformed(e.to_string());
    let run_key = RunKey::of_execution(input.run_key.as_deref(), &detail.name).map_err(|e| malformed(&e))?;
    let start = i64::try_from(detail.start_date).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    let start = start.ok_or_else(|| malformed(&"`startDate` is outside the calendar"))?.to_string();
    let given = input.logical_date.as_deref().or(run_key.scheduled());
    let date = logical_date(given, &start, &zone_of(&parent)).map_err(|e| malformed(&e))?;
    let trigger = input.trigger.unwrap_or_default();
    let instant = run_key.scheduled().or(trigger.instant.as_deref()).and_then(millis);
    let skipped = object(detail.output.as_deref()).get(claim::SKIPPED) == Some(&Value::Bool(true));
    Ok(Occurrence {
        parent,
        execution: detail.execution_arn,
        status,
        at,
        started: detail.start_date,
        date,
        instant,
        rerun_of: input.rerun_of,
        backfill: trigger.kind == CauseKind::Backfill,
        skipped: skipped && status == Status::Succeeded,
        chain: trigger.chain,
        input: raw,
        origin: Origin::Run,
        run_key,
    })
}

/// The pipeline: its machine's name, where the event's account and both ARNs agree.
fn parent(account: &str, detail: &Detail) -> Result<PipelineId, Refused> {
    let foreign = |why: String| Refused::Foreign(why);
    // arn:<partition>:states:<region>:<account>:stateMachine:<name>, and …:execution:<machine>:<name>
    let machine: Vec<&str> = detail.state_machine_arn.split(':').collect();
    let execution: Vec<&str> = detail.execution_arn.split(':').collect();
    let ([.., in_machine, "stateMachine", name], [.., in_execution, "execution", of, _]) =
        (&machine[..], &execution[..])
    else {
        return Err(foreign(format!("execution `{}`", excerpt(&detail.execution_arn))));
    };
    if *in_machine != account || *in_execution != account || of != name {
        return Err(foreign(format!(
            "account `{}` sends an execution of `{}`",
            excerpt(account),
            excerpt(&detail.state_machine_arn)
        )));
    }
    let name = name
        .strip_prefix(names::PREFIX)
        .ok_or_else(|| foreign(format!("machine `{}` does not begin with `{}`", excerpt(name), names::PREFIX)))?;
    PipelineId::new(account, name).map_err(|e| foreign(e.to_string()))
}

/// When it happened.
fn times(detail: &Detail, status: Status, now: u64) -> Result<u64, Refused> {
    let at = if status.is_terminal() {
        let stop = detail.stop_date.ok_or_else(|| Refused::Malformed("`stopDate` is missing".to_owned()))?;
        if stop < detail.start_date {
            return Err(Refused::Malformed("`stopDate` is before `startDate`".to_owned()));
        }
        stop
    } else {
        detail.start_date
    };
    if at > now.saturating_add(MAX_AHEAD) {
        return Err(Refused::Future(format!("it is dated {} ms after its arrival", at - now)));
    }
    Ok(at)
}

fn object(text: Option<&str>) -> Map<String, Value> {
    match text.map(serde_json::from_str) {
        Some(Ok(Value::Object(map))) => map,
        _ => Map::new(),
    }
}

fn millis(text: &str) -> Option<u64> {
    u64::try_from(read_instant(text).ok()?.as_millisecond()).ok()
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
