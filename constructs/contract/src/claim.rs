//! A machine's first state → `pipesynth-claim` → whether this execution may run, under which key and for which date.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::options::Concurrency;

/// The Lambda's error name when the input is wrong; asking again does not help. In `Catch`, never in `Retry`.
pub const ERROR_INVALID_INPUT: &str = "InvalidRunInput";
/// The Lambda's error name when the table could not be reached or is throttled; worth a `Retry`.
pub const ERROR_UNAVAILABLE: &str = "ClaimUnavailable";
/// The Lambda's error name when the table refused for good (no permission, no such table); asking again does not help.
pub const ERROR_REFUSED: &str = "ClaimRefused";

/// Error names of the Lambda service itself that a machine retries beside [`ERROR_UNAVAILABLE`] (Step Functions developer guide,
/// "Handle transient Lambda service exceptions").
/// A claim that ran into the state's time limit is worth another try too: the same execution may claim its key again.
pub const RETRIABLE_SERVICE_ERRORS: [&str; 8] = [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "States.Timeout",
];

/// The Lambda's error name when a run has waited for its turn for [`MAX_WAIT_SECONDS`]; asking again does not help.
pub const ERROR_WAITED_TOO_LONG: &str = "WaitedTooLong";

/// The Lambda's error name when [`MAX_WAITING`] runs wait already; asking again does not help.
pub const ERROR_QUEUE_FULL: &str = "QueueFull";

/// Runs of one pipeline that wait for their turn at most: a pipeline that starts more often than it ends is to be seen.
pub const MAX_WAITING: usize = 100;

/// Seconds between two questions of a run that waits for its turn.
pub const WAIT_SECONDS: u64 = 60;
/// Seconds that a run waits for its turn at most: a day.
pub const MAX_WAIT_SECONDS: u64 = 86_400;

/// Days after which a claim may be forgotten: as long as the run log is kept.
pub const CLAIM_DAYS: u64 = 400;

/// What the machine sends:
/// `{"input": "{% $states.input %}", "execution": {"id": "{% $states.context.Execution.Id %}", "name": …, "startTime": …},
/// "pipeline": "listings", "timezone": "Europe/Berlin", "params": {"country": "de"}, "steps": ["aggregate"]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClaimRequest {
    /// The execution's input as it is; checked by the Lambda to be a [`crate::trigger::ExecutionInput`].
    pub input: Value,
    /// The execution that asks.
    pub execution: Execution,
    /// Lower-case name.
    pub pipeline: String,
    /// IANA name of the pipeline's time zone.
    pub timezone: String,
    /// The pipeline's parameters with their defaults. A start may set these and no others; values are scalars.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub params: Map<String, Value>,
    /// The names of the pipeline's steps, to which `resumeFrom` is held; `None` where the asker does not know them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<Vec<String>>,
    /// What happens while an earlier run is going; `allow` where it is not said.
    #[serde(default = "side_by_side", skip_serializing_if = "is_side_by_side")]
    pub concurrency: Concurrency,
}

fn side_by_side() -> Concurrency {
    Concurrency::Allow
}

fn is_side_by_side(concurrency: &Concurrency) -> bool {
    *concurrency == Concurrency::Allow
}

/// From the context object: `$states.context.Execution`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Execution {
    /// `Execution.Id`: the ARN.
    pub id: String,
    /// `Execution.Name`.
    pub name: String,
    /// `Execution.StartTime`: RFC 3339.
    pub start_time: String,
}

/// What the machine gets back (with the optimised Lambda integration under `Payload`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClaimAnswer {
    /// Whether this execution holds the key.
    pub claimed: bool,
    /// What it does now: `skip` where another one holds the key, or its turn.
    pub turn: Turn,
    /// The key with its attempt: `schedule/2026-11-23T03:00:00Z#1`.
    pub run_key: String,
    /// `YYYY-MM-DD` in the pipeline's time zone.
    pub logical_date: String,
    /// 1 for a first run, higher for repeats of the same instant or firing.
    pub attempt: u32,
    /// Defaults overlaid with what the start set.
    pub params: Map<String, Value>,
    /// The step from which the run goes on; `null`, and there all the same, where it runs from the start.
    #[serde(default)]
    pub resume_from: Option<String>,
    /// With `skip`: the execution ARN that holds the key or has the turn, where the table told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<String>,
}

/// What an execution does after its claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Turn {
    /// It runs.
    Go,
    /// It asks again in [`WAIT_SECONDS`].
    Wait,
    /// It ends without having done anything.
    Skip,
}

impl Turn {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Turn::Go => "go",
            Turn::Wait => "wait",
            Turn::Skip => "skip",
        }
    }
}

/// Name of the output member that marks a run which did nothing. The central side starts nobody for such runs.
pub const SKIPPED: &str = "skipped";

/// Name of the output member beside it: whether the run held its key, and did nothing because of `concurrency`. A run that found its key
/// taken says `false`: the run that holds the key goes on.
pub const CLAIMED: &str = "claimed";

/// The output of a skipped run: `{"skipped": true, "claimed": false}`.
pub fn skipped_output(claimed: bool) -> Value {
    serde_json::json!({ SKIPPED: true, CLAIMED: claimed })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn request_and_answer_have_the_agreed_shape() {
        let request = json!({
            "input": {"logicalDate": "2026-11-22"},
            "execution": {"id": "arn:e", "name": "e", "startTime": "2026-11-23T03:00:12.345Z"},
            "pipeline": "listings", "timezone": "Europe/Berlin", "params": {"country": "de"}, "steps": ["a", "b"]
        });
        let read: ClaimRequest = serde_json::from_value(request.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), request);
        let answer = json!({
            "claimed": false, "turn": "skip", "runKey": "schedule/2026-11-23T03:00:00Z#1", "logicalDate": "2026-11-23", "attempt": 1,
            "params": {}, "resumeFrom": null, "heldBy": "arn:other"
        });
        let read: ClaimAnswer = serde_json::from_value(answer.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), answer);
        assert_eq!(skipped_output(true), json!({"skipped": true, "claimed": true}));
    }

    #[test]
    fn a_request_with_a_key_from_nowhere_is_refused() {
        let extra = json!({"input": {}, "execution": {"id": "a", "name": "b", "startTime": "c"}, "pipeline": "p",
                           "timezone": "UTC", "pipelin": 1});
        let error = serde_json::from_value::<ClaimRequest>(extra).unwrap_err().to_string();
        assert!(error.contains("`pipelin`"), "{error}");
    }
}
