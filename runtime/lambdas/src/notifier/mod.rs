//! The end of a run, from the pipeline's rule, or a notice of the central account → one message: on the pipeline's topic, a text for people
//! and JSON for programs; or to one service outside AWS, in its own form.
//!
//! The event says that a run is over; what failed and why, the notifier reads from Step Functions. What it cannot tell it fails with:
//! Lambda then tries again, and hands the event to the default bus, where the pipeline's second rule puts it on the topic as it is.

mod channel;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use pipesynth_aws::{Outside, Settings};
use pipesynth_contract::alert::{Alert, Message, Notice, Noticed, Recipient, RunEnd, VERSION};
use pipesynth_contract::claim::{ClaimRequest, Execution, SKIPPED};
use pipesynth_contract::names::{FN_NOTIFIER, handler, machine};
use pipesynth_contract::options::Concurrency;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::claim::Plan;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Failure;
use crate::central::Invocation;
use crate::telling::{Calls, Place, Run, history, time, topic, words};

/// The error name when the payload is not what a rule hands over.
pub const ERROR_NO_RUN_END: &str = "NoRunEnd";
/// The error name when the run could not be read or the topic did not take the message.
pub const ERROR_UNTOLD: &str = "EndNotTold";

/// Serves the end of one run, or one notice.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let invocation = Invocation::new(handler(FN_NOTIFIER), outside, deadline);
    let calls = Calls { settings, invocation: &invocation };
    if payload.get("notice").is_some() { notice(payload, &calls) } else { end(payload, &calls) }
}

fn malformed(why: impl std::fmt::Display) -> Failure {
    Failure::new(ERROR_NO_RUN_END, format!("the payload is no end of a run and no notice: {why}"))
}

fn untold(why: String) -> Failure {
    Failure::new(ERROR_UNTOLD, why)
}

fn end(payload: &Value, calls: &Calls<'_>) -> Result<Value, Failure> {
    let end = RunEnd::deserialize(payload).map_err(malformed)?;
    let place = Place::of(&end.execution).ok_or_else(|| malformed(format!("`{:.200}` is no ARN", end.execution)))?;
    let id = PipelineId::new(place.account, end.pipeline.clone()).map_err(malformed)?;
    let run = calls.describe(&end.execution).map_err(untold)?;
    let about = json!({"pipeline": id, "execution": end.execution, "status": end.status, "to": to(end.to.as_ref())});
    if !end.kind.tells_end(end.status, is_skipped(&run)) {
        calls.invocation.log("INFO", told(about, false));
        return Ok(json!({"told": false}));
    }
    let step = if end.status == Status::Succeeded { None } else { step(calls, &end, &run) };
    let alert = alert(&end, &place, id, &run, step, calls.invocation.outside.now());
    tell(calls, &place.topic(), end.to.as_ref(), &Message::RunEnded(alert), about)
}

/// The event is the central account's alone: its bus takes it from nobody else, and the rule asks for its account.
fn notice(payload: &Value, calls: &Calls<'_>) -> Result<Value, Failure> {
    let noticed = Noticed::deserialize(payload).map_err(malformed)?;
    let (said, name) = (noticed.notice, noticed.pipeline);
    if said.target.pipeline != name {
        return Err(malformed(format!("the notice is about `{:.100}`, not `{name:.100}`", said.target.pipeline)));
    }
    let pipeline = PipelineId::new(said.target.account.clone(), name).map_err(malformed)?;
    let topic = topic(&said.target.region, pipeline.account(), &machine(pipeline.name()));
    let about = json!({"pipeline": pipeline, "notice": said.id, "what": said.what, "to": to(noticed.to.as_ref())});
    let notice = Notice {
        v: VERSION,
        id: said.id,
        pipeline,
        display_name: noticed.display_name,
        what: said.what,
        logical_date: said.logical_date,
        text: said.text,
        at: said.at,
    };
    tell(calls, &topic, noticed.to.as_ref(), &Message::Notice(notice), about)
}

fn to(to: Option<&Recipient>) -> &'static str {
    to.map_or("topic", |to| to.channel.as_str())
}

fn tell(
    calls: &Calls<'_>,
    topic: &str,
    to: Option<&Recipient>,
    message: &Message,
    about: Value,
) -> Result<Value, Failure> {
    match to {
        None => calls.publish(topic, message),
        Some(to) => post(calls, to, message).map_err(|why| format!("{} was not told: {why}", to.channel.as_str())),
    }
    .map_err(untold)?;
    calls.invocation.log("INFO", told(about, true));
    Ok(json!({"told": true}))
}

fn post(calls: &Calls<'_>, to: &Recipient, message: &Message) -> Result<(), String> {
    let secret = calls.secret(&to.secret)?;
    calls.post(&channel::request(to.channel, &secret, message, calls.settings)?)
}

fn told(mut about: Value, told: bool) -> Value {
    about["told"] = json!(told);
    about
}

/// Whether the run's output says that it did nothing.
fn is_skipped(run: &Run) -> bool {
    let output = run.output.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    output.is_some_and(|output| output[SKIPPED] == true)
}

/// Which step it was. An alert without it is better than none.
fn step(calls: &Calls<'_>, end: &RunEnd, run: &Run) -> Option<String> {
    match calls.history(&end.execution) {
        Ok(events) => history::step(&events, end.status, run.error.as_deref(), run.cause.as_deref()),
        Err(why) => {
            calls.invocation.log("WARN", json!({"execution": end.execution, "message": "no history", "why": why}));
            None
        }
    }
}

fn alert(end: &RunEnd, place: &Place<'_>, id: PipelineId, run: &Run, step: Option<String>, now: SystemTime) -> Alert {
    let now = now.duration_since(UNIX_EPOCH).map_or(run.start_date, |since| since.as_secs_f64());
    let ended = run.stop_date.unwrap_or(now).max(run.start_date);
    let length = Duration::try_from_secs_f64(ended - run.start_date).unwrap_or_default();
    Alert {
        v: VERSION,
        pipeline: id,
        display_name: end.display_name.clone(),
        status: end.status,
        logical_date: logical_date(end, place, run),
        step,
        error: run.error.clone().filter(|error| !error.is_empty()),
        cause: run.cause.as_deref().and_then(words::cause),
        started: time(run.start_date),
        ended: time(ended),
        seconds: length.as_secs(),
        execution: end.execution.clone(),
        console: place.console(&end.execution),
    }
}

/// By the claim's own rule; a run whose input the claim refused has none.
fn logical_date(end: &RunEnd, place: &Place<'_>, run: &Run) -> Option<String> {
    let input: Value = serde_json::from_str(run.input.as_deref().unwrap_or("{}")).ok()?;
    // The parameters do not bear on the date, and which ones the pipeline has is not known here.
    let input = match input {
        Value::Object(mut map) => {
            map.remove("params");
            Value::Object(map)
        }
        other => other,
    };
    let execution = Execution {
        id: end.execution.clone(),
        name: place.name.to_owned(),
        start_time: Timestamp::from_millisecond((run.start_date * 1000.0) as i64).ok()?.to_string(),
    };
    let request = ClaimRequest {
        input,
        execution,
        pipeline: end.pipeline.clone(),
        timezone: end.timezone.clone(),
        params: Map::new(),
        steps: None,
        concurrency: Concurrency::Allow,
    };
    Plan::of(&request).ok().map(|plan| plan.date.to_string())
}

#[cfg(test)]
mod tests;
