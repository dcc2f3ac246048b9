//! `Step Functions Execution Status Change` as EventBridge delivers it → an occurrence, or why it is none.

use std::fmt;

use jiff::Timestamp;
use pipesynth_contract::trigger::ExecutionInput;
use pipesynth_contract::{PipelineId, Status, claim, names};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::logical_date::{excerpt, read_instant};
use crate::{Input, LogicalDate, MAX_CHAIN, Occurrence, Origin, RunKey, Zone, logical_date};

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

/// The event as far as it is read.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StatusEvent<'e> {
    /// Of all events of Step Functions the same.
    pub source: &'e str,
    /// As the source.
    pub detail_type: &'e str,
    /// The account that it comes from.
    pub account: &'e str,
    /// Only in a replay of an archive.
    pub replay_name: Option<&'e str>,
    /// What Step Functions tells.
    pub detail: StatusDetail<'e>,
}

/// The event's `detail`, with the names that Step Functions gives.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names are Step Functions' own")]
pub struct StatusDetail<'e> {
    pub execution_arn: &'e str,
    pub state_machine_arn: &'e str,
    pub name: &'e str,
    pub status: &'e str,
    pub start_date: u64,
    pub stop_date: Option<u64>,
    pub input: Option<&'e str>,
    pub input_details: Option<Included>,
    pub output: Option<&'e str>,
    pub output_details: Option<Included>,
}

/// Whether Step Functions has put a text into the event, or left it out for its size.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Included {
    /// Whether it is there.
    pub included: bool,
}

/// Reads an event that arrived at `now`, in milliseconds since 1970. `zone_of` gives a pipeline's time zone, for runs whose input has
/// no logical date.
///
/// The execution's input is the user's: where it is no [`pipesynth_contract::trigger::ExecutionInput`], the run counts as started by hand.
pub fn read_event(event: &Value, now: u64, zone_of: impl FnOnce(&PipelineId) -> Zone) -> Result<Occurrence, Refused> {
    let event = StatusEvent::deserialize(event).map_err(|e| Refused::Malformed(e.to_string()))?;
    event.is_ours()?;
    let parent = parent(event.account, &event.detail)?;
    let status = event.status()?;
    let at = times(&event.detail, status, now)?;
    let input = Input::of_text(event.detail.input.unwrap_or_default());
    Ok(Execution::of(parent, &event.detail, &input, zone_of)?.occurrence(&event, status, at))
}

/// What the events of one execution have in common.
#[derive(Debug, Clone)]
pub struct Execution(Occurrence);

impl Execution {
    /// Reads what no status changes: pipeline, ARN, run key, logical date, input.
    pub fn read(event: &StatusEvent<'_>, zone_of: impl FnOnce(&PipelineId) -> Zone) -> Result<Self, Refused> {
        Self::read_with(event, &Input::of_text(event.detail.input.unwrap_or_default()), zone_of)
    }

    /// The same where the event's input is at hand, so that nobody reads its text twice.
    pub fn read_with(
        event: &StatusEvent<'_>,
        input: &Input,
        zone_of: impl FnOnce(&PipelineId) -> Zone,
    ) -> Result<Self, Refused> {
        event.is_ours()?;
        Self::of(parent(event.account, &event.detail)?, &event.detail, input, zone_of)
    }

    fn of(
        parent: PipelineId,
        detail: &StatusDetail<'_>,
        raw: &Input,
        zone_of: impl FnOnce(&PipelineId) -> Zone,
    ) -> Result<Self, Refused> {
        let nothing = ExecutionInput::default();
        let input = raw.known().unwrap_or(&nothing);
        let malformed = |e: &dyn fmt::Display| Refused::Malformed(e.to_string());
        let run_key = RunKey::of_execution(input.run_key.as_deref(), detail.name).map_err(|e| malformed(&e))?;
        let start = i64::try_from(detail.start_date).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
        start.ok_or_else(|| malformed(&"`startDate` is outside the calendar"))?;
        let date = match input.logical_date.as_deref().or(run_key.scheduled()) {
            Some(given) => logical_date(Some(given), "", &zone_of(&parent)),
            None => LogicalDate::of_millis(detail.start_date, &zone_of(&parent)),
        };
        let date = date.map_err(|e| malformed(&e))?;
        let trigger = input.trigger.as_ref();
        let handed_down = || trigger.and_then(|trigger| trigger.instant.as_deref());
        let instant = run_key.scheduled().or_else(handed_down).and_then(millis);
        Ok(Self(Occurrence {
            parent,
            execution: detail.execution_arn.into(),
            status: Status::Running,
            at: detail.start_date,
            started: detail.start_date,
            date,
            instant,
            rerun_of: input.rerun_of.clone(),
            backfill: trigger.is_some_and(|trigger| trigger.is_backfill()),
            skipped: false,
            given_up: false,
            // One name more than is allowed is enough to drop what follows; the input is the user's, and gates keep it.
            chain: trigger.into_iter().flat_map(|trigger| &trigger.chain).take(MAX_CHAIN + 1).cloned().collect(),
            input: raw.clone(),
            origin: Origin::Run,
            run_key,
        }))
    }

    /// The same as [`read_event`] for another event of this execution: one with the same account, ARNs, name, start and input.
    pub fn event(self, event: &StatusEvent<'_>, now: u64) -> Result<Occurrence, Refused> {
        event.is_ours()?;
        let status = event.status()?;
        let at = times(&event.detail, status, now)?;
        Ok(self.occurrence(event, status, at))
    }

    fn occurrence(self, event: &StatusEvent<'_>, status: Status, at: u64) -> Occurrence {
        let output = if status == Status::Succeeded { object(event.detail.output) } else { Map::new() };
        let says = |member| output.get(member) == Some(&Value::Bool(true));
        let skipped = says(claim::SKIPPED);
        Occurrence { status, at, skipped, given_up: skipped && says(claim::CLAIMED), ..self.0 }
    }
}

impl StatusEvent<'_> {
    /// Whether it is about a run, and comes from the run itself.
    fn is_ours(&self) -> Result<(), Refused> {
        if self.source != names::STATES_SOURCE || self.detail_type != names::DETAIL_TYPE_STATUS {
            return Err(Refused::Foreign(format!("source `{}`", excerpt(self.source))));
        }
        if let Some(name) = self.replay_name {
            return Err(Refused::Replayed(name.to_owned()));
        }
        Ok(())
    }

    fn status(&self) -> Result<Status, Refused> {
        let detail = &self.detail;
        let status = match detail.status {
            "PENDING_REDRIVE" => return Err(Refused::OtherStatus(detail.status.to_owned())),
            word => match Status::ALL.into_iter().find(|s| s.as_str() == word) {
                Some(status) => status,
                None => return Err(Refused::Malformed(format!("status `{}`", excerpt(word)))),
            },
        };
        let left_out = |included: &Option<Included>| included.as_ref().is_some_and(|i| !i.included);
        if left_out(&detail.input_details) || (status == Status::Succeeded && left_out(&detail.output_details)) {
            return Err(Refused::TooLarge);
        }
        Ok(status)
    }
}

/// The pipeline: its machine's name, where the event's account and both ARNs agree.
fn parent(account: &str, detail: &StatusDetail<'_>) -> Result<PipelineId, Refused> {
    let foreign = |why: String| Refused::Foreign(why);
    // arn:<partition>:states:<region>:<account>:stateMachine:<name>, and …:execution:<machine>:<name>
    let mut machine = from_the_end(detail.state_machine_arn);
    let mut execution = from_the_end(detail.execution_arn).skip(1);
    let (Some(name), Some("stateMachine"), Some(in_machine)) = (machine.next(), machine.next(), machine.next()) else {
        return Err(foreign(format!("execution `{}`", excerpt(detail.execution_arn))));
    };
    let (Some(of), Some("execution"), Some(in_execution)) = (execution.next(), execution.next(), execution.next())
    else {
        return Err(foreign(format!("execution `{}`", excerpt(detail.execution_arn))));
    };
    if in_machine != account || in_execution != account || of != name {
        return Err(foreign(format!(
            "account `{}` sends an execution of `{}`",
            excerpt(account),
            excerpt(detail.state_machine_arn)
        )));
    }
    let name = name
        .strip_prefix(names::PREFIX)
        .ok_or_else(|| foreign(format!("machine `{}` does not begin with `{}`", excerpt(name), names::PREFIX)))?;
    PipelineId::new(account, name).map_err(|e| foreign(e.to_string()))
}

/// What stands between the colons, the last first.
fn from_the_end(arn: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(arn);
    std::iter::from_fn(move || {
        let text = rest?;
        let colon = text.bytes().rposition(|byte| byte == b':');
        rest = colon.and_then(|at| text.get(..at));
        text.get(colon.map_or(0, |at| at + 1)..)
    })
}

/// When it happened.
fn times(detail: &StatusDetail<'_>, status: Status, now: u64) -> Result<u64, Refused> {
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
