//! Runs that ended badly, and the clock → clusters that outlived their run, terminated.
//!
//! A machine frees its own cluster on every path that it controls. It controls none when it is aborted, runs into its time limit, or
//! fails in a way that no `Catch` sees (Step Functions Developer Guide, "Handling errors": `States.DataLimitExceeded`, `States.Runtime`).
//! Those ends come as status events by a queue. Once an hour all live clusters are looked at: what an event could not tell, such as a
//! cluster that came up a moment after its run was aborted.
//!
//! A cluster belongs to the execution that its tag names, and is terminated only where Step Functions says that this execution is over:
//! a message may lie in the queue while its run is redriven.

mod calls;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use pipesynth_aws::{Outside, Settings};
use pipesynth_contract::names::{FN_CLUSTER_REAPER, METRIC_CLUSTERS_FREED, PREFIX, REASON_SWEPT, handler};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Failure;
use crate::batch::Message;
use crate::central::Invocation;
use calls::Calls;

/// The error name when the payload is neither a batch of the queue nor the call of the clock.
pub const ERROR_NO_WORK: &str = "NoBatchAndNoSweep";
/// The error name of a sweep that could not do everything; the next one does.
pub const ERROR_UNFINISHED: &str = "SweepUnfinished";

/// A cluster is not begun with less time than this.
const LEAST_TIME: Duration = Duration::from_secs(3);

/// Seconds by which the clocks of EMR and Step Functions may differ.
const SKEW: f64 = 60.0;

#[derive(Deserialize)]
#[serde(untagged)]
enum Work {
    /// `{"sweep": true}`.
    Sweep { sweep: bool },
    /// A batch (Lambda Developer Guide, "Using Lambda with Amazon SQS").
    Queue {
        #[serde(rename = "Records")]
        records: Vec<Message>,
    },
}

/// What is read of a status event.
#[derive(Deserialize)]
struct Event {
    detail: Detail,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    execution_arn: String,
    /// Milliseconds since 1970.
    start_date: f64,
}

/// Serves a batch or the clock.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let invocation = Invocation::new(handler(FN_CLUSTER_REAPER), outside, deadline);
    let round = Round { calls: Calls { settings, invocation: &invocation }, invocation: &invocation };
    match Work::deserialize(payload) {
        Ok(Work::Queue { records }) => Ok(round.queue(&records)),
        Ok(Work::Sweep { sweep: true }) => round.sweep(),
        Ok(Work::Sweep { sweep: false }) => Err(Failure::new(ERROR_NO_WORK, "`sweep` is false")),
        Err(_) => Err(Failure::new(ERROR_NO_WORK, "expected `{\"sweep\": true}` or `{\"Records\": […]}`")),
    }
}

/// Clusters that could not be freed.
#[derive(Default)]
struct Left {
    /// Why, by the execution that they serve.
    of: BTreeMap<String, String>,
    /// Whose clusters are not known: the search itself failed.
    unknown: Vec<String>,
}

struct Round<'a> {
    calls: Calls<'a>,
    invocation: &'a Invocation<'a>,
}

impl Round<'_> {
    /// One search for all messages; those come again whose clusters may still be there.
    fn queue(&self, records: &[Message]) -> Value {
        let mut wanted: Vec<(&str, Detail)> = Vec::new();
        for message in records {
            match read(&message.body) {
                Ok(detail) => wanted.push((&message.message_id, detail)),
                // Trying it again would change nothing, and the sweep finds what it was about.
                Err(why) => {
                    let told = json!({"message": why, "messageId": message.message_id});
                    self.invocation.count("ERROR", "EventsRefused", "Malformed", told);
                }
            }
        }
        let since = wanted.iter().map(|(_, detail)| detail.start_date / 1000.0 - SKEW).min_by(f64::total_cmp);
        let Some(since) = since else { return json!({ "batchItemFailures": [] }) };
        let ours = |execution: &str| wanted.iter().any(|(_, detail)| detail.execution_arn == execution);
        let left = self.free(Some(since), "run ended badly", ours);
        let failed = wanted.iter().filter_map(|(message, detail)| {
            let why = left.of.get(&detail.execution_arn).or(left.unknown.first())?;
            let execution = &detail.execution_arn;
            let told =
                json!({"message": "to be tried again", "messageId": message, "execution": execution, "why": why});
            self.invocation.log("ERROR", told);
            Some(json!({ "itemIdentifier": message }))
        });
        json!({ "batchItemFailures": failed.collect::<Vec<_>>() })
    }

    /// All live clusters that serve an execution of a pipeline.
    fn sweep(&self) -> Result<Value, Failure> {
        let left = self.free(None, REASON_SWEPT, |execution| execution.contains(&format!(":{PREFIX}")));
        let of = left.of.iter().map(|(execution, why)| format!("`{execution}`: {why}"));
        let all: Vec<_> = of.chain(left.unknown).collect();
        if all.is_empty() {
            return Ok(json!({}));
        }
        Err(Failure::new(ERROR_UNFINISHED, format!("left for the next hour: {}", all.join("; "))))
    }

    /// Terminates the live clusters of executions that are asked for and over.
    fn free(&self, since: Option<f64>, reason: &str, wanted: impl Fn(&str) -> bool) -> Left {
        let mut left = Left::default();
        let mut clusters = self.calls.live(since).unwrap_or_else(|why| {
            left.unknown.push(why);
            Vec::new()
        });
        // Where the time is not enough for all, it is another one's turn the next time.
        if let Some(first) = self.invocation.outside.random().checked_rem(clusters.len() as u64) {
            clusters.rotate_left(usize::try_from(first).unwrap_or_default());
        }
        for cluster in &clusters {
            if !self.invocation.has(LEAST_TIME) {
                left.unknown.push("the time is up".to_owned());
                break;
            }
            match self.calls.execution(cluster) {
                Ok(Some(execution)) if wanted(&execution) => {
                    if let Err(why) = self.one(cluster, &execution, reason) {
                        left.of.insert(execution, why);
                    }
                }
                Ok(_) => {}
                Err(why) => left.unknown.push(why),
            }
        }
        left
    }

    fn one(&self, cluster: &str, execution: &str, reason: &str) -> Result<(), String> {
        if !self.calls.is_over(execution)? {
            return Ok(());
        }
        self.calls.terminate(cluster)?;
        let told = json!({"message": "cluster terminated", "cluster": cluster, "execution": execution});
        self.invocation.count("WARN", METRIC_CLUSTERS_FREED, reason, told);
        Ok(())
    }
}

/// The run that a message is about.
fn read(body: &str) -> Result<Detail, String> {
    let event: Event = serde_json::from_str(body).map_err(|error| error.to_string())?;
    if event.detail.execution_arn.contains(&format!(":execution:{PREFIX}")) {
        return Ok(event.detail);
    }
    Err("not an execution of a pipeline".to_owned())
}

#[cfg(test)]
mod tests;
