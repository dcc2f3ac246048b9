//! The outbox, by the table's stream or the trigger manager's call, and by the clock → triggers on the buses of the children's accounts.
//!
//! The stream brings new firings, and lanes: a run that ends makes room for the next firing of its pipeline at once. A PostgreSQL run log
//! has no stream: there the trigger manager calls with the pipelines it is about. Once a minute the
//! sweep looks at everything that is due, and at every firing that is not settled: what the stream lost, what could not be sent, what
//! nobody started.
//!
//! What the owners of pipelines are to be told comes by a queue, from everybody who decides, and goes the same way to their accounts.
//!
//! A trigger that an account's bus does not take is that account's matter, and so is an item that cannot be read. It is told and left to
//! the next minute, for the stream stands still while one of its records fails, and everybody else would wait.

mod sink;

use std::time::{Duration, SystemTime};

use pipesynth_aws::{Outside, Settings};
use pipesynth_contract::PipelineId;
use pipesynth_contract::names::{FN_TRIGGER_DISPATCHER, METRIC_DISPATCH_FAILED, REASON_NOT_SENT, handler};
use pipesynth_engine::store::{Dispatch, Store, StoreError, sweep_into};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Failure;
use crate::batch::Message;
use crate::central::{Invocation, State};
use crate::notices::Owed;
use sink::Courier;

/// The error name when the payload is neither a batch of the stream nor the call of the clock.
pub const ERROR_NO_WORK: &str = "NoBatchAndNoSweep";
/// The error name of a sweep that could not do everything; the next one does.
pub const ERROR_UNFINISHED: &str = "SweepUnfinished";

/// A child is not begun with less time than this.
const LEAST_TIME: Duration = Duration::from_secs(3);

#[derive(Deserialize)]
#[serde(untagged)]
enum Work {
    /// `{"sweep": true}`.
    Sweep { sweep: bool },
    /// `{"children": ["333333333333/pipeline-x"]}`: the trigger manager's call where the store has no stream.
    Children { children: Vec<PipelineId> },
    /// A batch of the notices' queue (the same guide, "Using Lambda with Amazon SQS").
    Notices {
        #[serde(rename = "Records")]
        messages: Vec<Message>,
    },
    /// A batch (Lambda Developer Guide, "Using Lambda with DynamoDB").
    Stream {
        #[serde(rename = "Records")]
        records: Vec<Record>,
    },
}

#[derive(Deserialize)]
struct Record {
    dynamodb: Change,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    keys: Value,
    sequence_number: String,
}

impl Record {
    /// Whose firing or lane it is.
    fn child(&self) -> Option<PipelineId> {
        let key = self.dynamodb.keys["pk"]["S"].as_str()?;
        let child = key.strip_prefix("FIRE#").or_else(|| key.strip_prefix("LANE#"))?;
        child.parse().ok()
    }
}

/// Serves the stream or the clock.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let invocation = Invocation::new(handler(FN_TRIGGER_DISPATCHER), outside, deadline).owing(settings);
    let courier = Courier::new(settings, outside, invocation.end);
    let state = invocation.state(settings)?;
    let answer = serve(payload, state.store(), &courier, &invocation);
    if matches!(Work::deserialize(payload), Ok(Work::Sweep { .. })) {
        tidy(&state, &invocation);
    }
    answer
}

fn serve(
    payload: &Value,
    store: &dyn Store,
    courier: &Courier<'_>,
    invocation: &Invocation<'_>,
) -> Result<Value, Failure> {
    let round = Round { store, courier, invocation };
    match Work::deserialize(payload) {
        Ok(Work::Stream { records }) => Ok(round.stream(&records)),
        Ok(Work::Notices { messages }) => Ok(round.notices(&messages)),
        Ok(Work::Children { children }) => Ok(round.children(&children)),
        Ok(Work::Sweep { sweep: true }) => round.sweep(),
        Ok(Work::Sweep { sweep: false }) => Err(Failure::new(ERROR_NO_WORK, "`sweep` is false")),
        Err(_) => Err(Failure::new(
            ERROR_NO_WORK,
            "expected `{\"sweep\": true}`, `{\"children\": […]}` or `{\"Records\": […]}`",
        )),
    }
}

/// Deletes what is old. What fails is tried the next minute.
fn tidy(state: &State<'_>, invocation: &Invocation<'_>) {
    match state.forget(invocation.now()) {
        Ok(0) => {}
        Ok(items) => invocation.log("INFO", json!({"message": "deleted what is old", "items": items})),
        Err(error) => invocation.log("ERROR", json!({"message": "old items stay", "why": error.to_string()})),
    }
}

/// What came of one child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// Everything is sent that may be.
    Done,
    /// Something of its own is in the way: its account's bus does not take the trigger, or an item cannot be read.
    Left,
    /// The store or the time failed.
    Failed,
}

struct Round<'a> {
    store: &'a dyn Store,
    courier: &'a Courier<'a>,
    invocation: &'a Invocation<'a>,
}

impl Round<'_> {
    /// Each child once; the stream goes back to the first record of those that failed.
    fn stream(&self, records: &[Record]) -> Value {
        let mut children: Vec<(PipelineId, &str)> = Vec::new();
        for record in records {
            match record.child() {
                Some(child) if children.iter().any(|(seen, _)| *seen == child) => {}
                Some(child) => children.push((child, &record.dynamodb.sequence_number)),
                None => self.invocation.log("WARN", json!({"message": "not for us", "keys": record.dynamodb.keys})),
            }
        }
        let failed = children.iter().filter(|(child, _)| self.one(child) == Came::Failed);
        let failed: Vec<Value> = failed.map(|(_, record)| json!({"itemIdentifier": record})).collect();
        json!({ "batchItemFailures": failed })
    }

    /// Each notice to the bus of its pipeline's account. What fails comes again, and after five tries is a dead letter.
    fn notices(&self, messages: &[Message]) -> Value {
        let failed = messages.iter().filter(|message| {
            self.notice(message)
                .inspect_err(|why| {
                    let what =
                        json!({"message": "owners are not told yet", "messageId": message.message_id, "why": why});
                    self.invocation.log("ERROR", what);
                })
                .is_err()
        });
        let failed: Vec<Value> = failed.map(|message| json!({"itemIdentifier": message.message_id})).collect();
        json!({ "batchItemFailures": failed })
    }

    fn notice(&self, message: &Message) -> Result<(), String> {
        let owed: Owed = serde_json::from_str(&message.body).map_err(|e| format!("it cannot be read: {e}"))?;
        if !self.invocation.has(LEAST_TIME) {
            return Err("the function's time is up".to_owned());
        }
        let told = json!({"pipeline": owed.pipeline, "what": owed.what, "id": owed.id});
        let Some(child) = self.store.child(&owed.pipeline).map_err(|error| error.to_string())? else {
            self.invocation.log("INFO", json!({"message": "nobody to tell: the pipeline was deleted", "notice": told}));
            return Ok(());
        };
        self.courier.notice(owed, &child.registered.region)?;
        self.invocation.log("INFO", json!({"message": "owners are told", "notice": told}));
        Ok(())
    }

    /// Each child once. What fails is the sweep's.
    fn children(&self, children: &[PipelineId]) -> Value {
        let left = children.iter().filter(|child| self.one(child) != Came::Done).count();
        json!({ "children": children.len(), "left": left })
    }

    fn sweep(&self) -> Result<Value, Failure> {
        let (mut failed, mut notes) = (Vec::new(), Vec::new());
        if let Err(error) = sweep_into(self.store, self.invocation.now(), &mut notes) {
            failed.push(format!("the sweep: {error}"));
        }
        self.invocation.tell(&notes);
        let mut children = self.store.unsettled().unwrap_or_else(|error| {
            failed.push(format!("the outbox: {error}"));
            Vec::new()
        });
        // Where the time is not enough for all, it is somebody else's turn the next time.
        if let Some(first) = self.invocation.outside.random().checked_rem(children.len() as u64) {
            children.rotate_left(usize::try_from(first).unwrap_or_default());
        }
        failed.extend(children.iter().filter(|child| self.one(child) != Came::Done).map(|child| format!("`{child}`")));
        if failed.is_empty() {
            return Ok(json!({ "children": children.len() }));
        }
        Err(Failure::new(ERROR_UNFINISHED, format!("left for the next minute: {}", failed.join(", "))))
    }

    /// Sends what is to be sent of one child, and tells what was done even where the rest failed.
    fn one(&self, child: &PipelineId) -> Came {
        let told = |message: &str, why: String| {
            self.invocation.count(
                "ERROR",
                METRIC_DISPATCH_FAILED,
                message,
                json!({"message": message, "pipeline": child, "why": why}),
            );
        };
        if !self.invocation.has(LEAST_TIME) {
            told("no time left", "the function's time is up".to_owned());
            return Came::Failed;
        }
        let (mut notes, now) = (Vec::new(), self.invocation.now());
        let mut work = Dispatch::new(child.clone());
        let done = loop {
            match work.step(self.store, self.courier, now, &mut notes) {
                Ok(false) => {}
                Ok(true) => break Ok(()),
                Err(error) => break Err::<(), StoreError>(error),
            }
        };
        self.invocation.tell(&notes);
        match (done, self.courier.refused()) {
            (Ok(()), _) => Came::Done,
            (Err(_), Some(why)) => {
                told(REASON_NOT_SENT, why);
                Came::Left
            }
            (Err(error @ (StoreError::Unavailable(_) | StoreError::Contended)), None) => {
                told("store", error.to_string());
                Came::Failed
            }
            (Err(error), None) => {
                told("item", error.to_string());
                Came::Left
            }
        }
    }
}

#[cfg(test)]
mod tests;
