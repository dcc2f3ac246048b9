//! The end of a run, from the pipeline's rule → one message: on the pipeline's topic, a text for people and JSON for programs; or to one
//! service outside AWS, in its own form.
//!
//! The event says that a run is over; what failed and why, the notifier reads from Step Functions. What it cannot tell it fails with:
//! Lambda then tries again, and hands the event to the default bus, where the pipeline's second rule puts it on the topic as it is.

mod calls;
mod channel;
mod history;
mod words;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use pipesynth_aws::{Outside, Settings};
use pipesynth_contract::alert::{Alert, Recipient, RunEnd, VERSION};
use pipesynth_contract::claim::{ClaimRequest, Execution, SKIPPED};
use pipesynth_contract::names::{FN_NOTIFIER, handler};
use pipesynth_contract::options::Concurrency;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::claim::Plan;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Failure;
use crate::central::Invocation;
use calls::{Calls, Run};

/// The error name when the payload is not what the rule hands over.
pub const ERROR_NO_RUN_END: &str = "NoRunEnd";
/// The error name when the run could not be read or the topic did not take the message.
pub const ERROR_UNTOLD: &str = "EndNotTold";

/// Serves the end of one run.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let malformed = |why: String| Failure::new(ERROR_NO_RUN_END, format!("the payload is no end of a run: {why}"));
    let end = RunEnd::deserialize(payload).map_err(|e| malformed(e.to_string()))?;
    let place = Place::of(&end.execution).ok_or_else(|| malformed(format!("`{:.200}` is no ARN", end.execution)))?;
    let id = PipelineId::new(place.account, end.pipeline.clone()).map_err(|e| malformed(e.to_string()))?;
    let invocation = Invocation::new(handler(FN_NOTIFIER), outside, deadline);
    let calls = Calls { settings, invocation: &invocation };
    let untold = |why: String| Failure::new(ERROR_UNTOLD, why);
    let run = calls.describe(&end.execution).map_err(untold)?;
    let to = end.to.as_ref().map_or("topic", |to| to.channel.as_str());
    let about = json!({"pipeline": id, "execution": end.execution, "status": end.status, "to": to});
    if !end.kind.tells_end(end.status, is_skipped(&run)) {
        invocation.log("INFO", told(about, false));
        return Ok(json!({"told": false}));
    }
    let step = if end.status == Status::Succeeded { None } else { step(&calls, &end, &run) };
    let alert = alert(&end, &place, id, &run, step, outside.now());
    match &end.to {
        None => calls.publish(&place.topic(), &words::subject(&alert), &words::text(&alert), &alert),
        Some(to) => post(&calls, to, &alert).map_err(|why| format!("{} was not told: {why}", to.channel.as_str())),
    }
    .map_err(untold)?;
    invocation.log("INFO", told(about, true));
    Ok(json!({"told": true}))
}

fn post(calls: &Calls<'_>, to: &Recipient, alert: &Alert) -> Result<(), String> {
    let secret = calls.secret(&to.secret)?;
    calls.post(&channel::request(to.channel, &secret, alert, calls.settings)?)
}

fn told(mut about: Value, told: bool) -> Value {
    about["told"] = json!(told);
    about
}

/// The parts of an execution's ARN: `arn:partition:states:region:account:execution:machine:name`.
struct Place<'a> {
    partition: &'a str,
    region: &'a str,
    account: &'a str,
    machine: &'a str,
    name: &'a str,
}

impl<'a> Place<'a> {
    fn of(arn: &'a str) -> Option<Self> {
        let parts: Vec<&str> = arn.split(':').collect();
        match parts[..] {
            ["arn", partition, "states", region, account, "execution", machine, name] => {
                Some(Self { partition, region, account, machine, name })
            }
            _ => None,
        }
    }

    /// The pipeline's topic has the name of its machine.
    fn topic(&self) -> String {
        format!("arn:{}:sns:{}:{}:{}", self.partition, self.region, self.account, self.machine)
    }

    /// The consoles of the three partitions (AWS General Reference, "Console endpoints").
    fn console(&self, execution: &str) -> String {
        let region = self.region;
        let host = match self.partition {
            "aws-cn" => format!("{region}.console.amazonaws.cn"),
            "aws-us-gov" => format!("{region}.console.amazonaws-us-gov.com"),
            _ => format!("{region}.console.aws.amazon.com"),
        };
        format!("https://{host}/states/home?region={region}#/v2/executions/details/{execution}")
    }
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
        concurrency: Concurrency::Allow,
    };
    Plan::of(&request).ok().map(|plan| plan.date.to_string())
}

/// Seconds since 1970 → RFC 3339, whole seconds.
fn time(seconds: f64) -> String {
    Timestamp::from_second(seconds as i64).map_or_else(|_| "unknown".to_owned(), |time| time.to_string())
}

#[cfg(test)]
mod tests;
