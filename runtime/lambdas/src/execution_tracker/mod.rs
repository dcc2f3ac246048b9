//! `FULL_EXECUTION`: the log of a pipeline's machine, by its subscription filter → how far runs are, on the pipeline's topic.
//!
//! Told are the begin of a run that has its turn, and each step of the user's: begun, done, failed with why, and which try it was. Not
//! told are the machine's own states, whose names hold a space. The end of a run is the notifier's to tell, and nobody's else; a run
//! that ends as skipped comes to none of these states, so nobody hears of it.
//!
//! A log event names its predecessor, not its state, and the log holds no input and no output. Which state failed, since when and how
//! often, and the run's logical date, are read from the execution's history, once for each execution of a batch, before anything is told:
//! what cannot be read yet fails the invocation, which Lambda tries again. A batch that comes twice is told twice.

mod logs;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime};

use pipesynth_aws::{Outside, Settings};
use pipesynth_contract::PipelineId;
use pipesynth_contract::alert::{Message, Progress, VERSION};
use pipesynth_contract::names::{FN_TRACKER, STATE_CREATE_CLUSTER, STATE_STEPS, handler, log_group};
use serde_json::{Value, json};

use crate::Failure;
use crate::central::Invocation;
use crate::telling::{Calls, Place, history, time, words};
use logs::{Batch, Event};

/// The error name when the payload is no batch of log events of a pipeline's machine.
pub const ERROR_NO_LOG: &str = "NoLogOfAMachine";
/// The error name when a history could not be read or the topic did not take a message.
pub const ERROR_UNTOLD: &str = "StepsNotTold";

/// Serves one batch; the answer counts the messages.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let invocation = Invocation::new(handler(FN_TRACKER), outside, deadline);
    let batch = Batch::read(payload).map_err(|why| Failure::new(ERROR_NO_LOG, why))?;
    let (events, strange) = batch.events();
    for line in strange {
        invocation.log("WARN", json!({"message": "no event of Step Functions", "line": line}));
    }
    let calls = Calls { settings, invocation: &invocation };
    let mut tracker = Tracker { calls: &calls, batch: &batch, histories: BTreeMap::new(), dates: BTreeMap::new() };
    let messages = tracker.messages(&events)?;
    for (topic, message) in &messages {
        calls.publish(topic, message).map_err(|why| Failure::new(ERROR_UNTOLD, why))?;
        invocation.log("INFO", json!({"told": words::subject(message), "execution": message.execution()}));
    }
    Ok(json!({"told": messages.len()}))
}

/// Looks at a history that does not hold the event of the log yet: nobody promises that it is as new as the log.
const LOOKS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

struct Tracker<'a> {
    calls: &'a Calls<'a>,
    batch: &'a Batch,
    /// The newest events of executions.
    histories: BTreeMap<String, Vec<history::Event>>,
    /// Logical dates of executions.
    dates: BTreeMap<String, Option<String>>,
}

impl Tracker<'_> {
    /// What is to be told, with the topic of each; all reading is done.
    fn messages(&mut self, events: &[Event]) -> Result<Vec<(String, Message)>, Failure> {
        let entered: BTreeSet<(&str, u64)> = events
            .iter()
            .filter(|event| event.kind == "TaskStateEntered")
            .map(|event| (event.execution.as_str(), event.id))
            .collect();
        let mut messages = Vec::new();
        for event in events {
            // The first try of a step that is entered in the same batch: its begin is told already.
            if event.kind == "TaskScheduled" && entered.contains(&(&event.execution, event.before)) {
                continue;
            }
            let place = Place::of(&event.execution);
            let of = place.as_ref().and_then(|place| Some((place, place.pipeline().ok()?)));
            // Who may write into one pipeline's log speaks for no other one.
            let Some((place, id)) = of.filter(|(place, id)| {
                place.account == self.batch.owner && log_group(id.name()) == self.batch.log_group
            }) else {
                let what = format!("`{:.200}` is no run whose log is `{:.200}`", event.execution, self.batch.log_group);
                return Err(Failure::new(ERROR_NO_LOG, what));
            };
            if let Some(mut message) = self.message(event, place, id)? {
                if let Message::RunStarted(at)
                | Message::StepStarted(at)
                | Message::StepSucceeded(at)
                | Message::StepFailed(at) = &mut message
                {
                    at.logical_date = self.logical_date(&event.execution);
                }
                messages.push((place.topic(), message));
            }
        }
        Ok(messages)
    }

    fn message(&mut self, event: &Event, place: &Place<'_>, id: PipelineId) -> Result<Option<Message>, Failure> {
        let is_own = |name: &&str| !name.contains(' ');
        let named = event.name.as_deref();
        let bare = Progress {
            v: VERSION,
            display_name: self.display_name(&id),
            pipeline: id,
            logical_date: None,
            step: named.filter(is_own).map(str::to_owned),
            attempt: None,
            error: None,
            cause: None,
            at: time(event.at),
            seconds: None,
            execution: event.execution.clone(),
            console: place.console(&event.execution),
        };
        Ok(match event.kind.as_str() {
            "TaskStateEntered" if named == Some(STATE_CREATE_CLUSTER) => Some(Message::RunStarted(bare)),
            // Only where the run has no cluster of its own has nobody told its begin.
            "ParallelStateEntered" if named == Some(STATE_STEPS) => {
                let created = |event: &history::Event| event.state() == Some(STATE_CREATE_CLUSTER);
                let with_cluster = self.history(event)?.iter().any(created);
                (!with_cluster).then_some(Message::RunStarted(bare))
            }
            "TaskStateEntered" if bare.step.is_some() => {
                Some(Message::StepStarted(Progress { attempt: Some(1), ..bare }))
            }
            "TaskStateExited" if bare.step.is_some() => {
                let way = history::way(self.history(event)?, event.id);
                let attempt = way.map(|way| way.failed + 1);
                let seconds = way.map(|way| since(way.since, event.at));
                Some(Message::StepSucceeded(Progress { attempt, seconds, ..bare }))
            }
            "TaskScheduled" => {
                let way = history::way(self.history(event)?, event.id);
                let again = way.filter(|way| is_own(&way.state) && way.failed > 0);
                again.map(|way| {
                    let (step, attempt) = (Some(way.state.to_owned()), Some(way.failed + 1));
                    Message::StepStarted(Progress { step, attempt, ..bare })
                })
            }
            kind if kind.ends_with("Failed") || kind.ends_with("TimedOut") => {
                let way = history::way(self.history(event)?, event.id);
                way.is_none_or(|way| is_own(&way.state)).then(|| {
                    let error = event.error.clone();
                    let cause = event.cause.as_deref().and_then(words::cause);
                    let (step, attempt) = (way.map(|way| way.state.to_owned()), way.map(|way| way.failed + 1));
                    let seconds = way.map(|way| since(way.since, event.at));
                    Message::StepFailed(Progress { step, attempt, error, cause, seconds, ..bare })
                })
            }
            _ => None,
        })
    }

    /// The history of the event's execution, up to the event at least.
    fn history(&mut self, event: &Event) -> Result<&[history::Event], Failure> {
        let untold = |why: String| Failure::new(ERROR_UNTOLD, why);
        let lacks = |read: &[history::Event]| read.first().is_none_or(|newest| newest.id < event.id);
        for looked in 0..LOOKS {
            if self.histories.get(&event.execution).is_some_and(|read| !lacks(read)) {
                break;
            }
            if looked > 0 {
                self.calls.invocation.outside.sleep(PAUSE);
            }
            let read = self.calls.history(&event.execution).map_err(untold)?;
            self.histories.insert(event.execution.clone(), read);
        }
        let read = self.histories.get(&event.execution).map_or(&[][..], Vec::as_slice);
        if lacks(read) {
            let why = format!("the history of `{}` does not hold event {} yet", event.execution, event.id);
            return Err(untold(why));
        }
        Ok(read)
    }

    /// A message without it is better than none.
    fn logical_date(&mut self, execution: &str) -> Option<String> {
        if !self.dates.contains_key(execution) {
            let read = self.calls.logical_date(execution).unwrap_or_else(|why| {
                let what = json!({"message": "no logical date", "execution": execution, "why": why});
                self.calls.invocation.log("WARN", what);
                None
            });
            self.dates.insert(execution.to_owned(), read);
        }
        self.dates.get(execution).cloned().flatten()
    }

    /// The subscription filter has the name of the pipeline as its owner writes it.
    fn display_name(&self, id: &PipelineId) -> String {
        let is_it = |filter: &&String| filter.eq_ignore_ascii_case(id.name());
        self.batch.subscription_filters.iter().find(is_it).map_or_else(|| id.name().to_owned(), String::clone)
    }
}

fn since(begin: f64, end: f64) -> u64 {
    (end - begin).max(0.0) as u64
}

#[cfg(test)]
mod tests;
