//! Operations of DynamoDB and Step Functions → their answers, tried again while that may help.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pipesynth_aws::retry::{self, Policy, Try};
use pipesynth_aws::{Answer, Caller, Outside, Request, SHORT_ANSWER, Settings, Unsettled};
use pipesynth_contract::claim::{ERROR_REFUSED, ERROR_UNAVAILABLE};
use serde::Deserialize;
use serde_json::Value;

use crate::Failure;

const POLICY: Policy = Policy { tries: 5, wait: Duration::from_millis(100), longest: Duration::from_secs(5) };

/// Ends this long before the function's deadline, so that the machine reads our error and not a timeout.
const MARGIN: Duration = Duration::from_millis(500);

/// `DescribeExecution` answers with input and output, 256 KiB each (Step Functions quotas), as JSON inside JSON: up to twice that.
const EXECUTION_ANSWER: u64 = 2 * 1024 * 1024;

/// Errors that pass (API references, "Common errors", `PutItem`), beside every status of 500 and above.
const TEMPORARY: [&str; 5] = [
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "TransactionConflictException",
    "TooManyRequestsException",
];

/// What a service answered.
pub(super) enum Reply {
    /// Its answer.
    Done(Value),
    /// A condition did not hold: the item as it is, where the request asked for it.
    ConditionFailed(Value),
}

/// The way to the services for one invocation.
pub(super) struct Calls<'a> {
    settings: &'a Settings,
    outside: &'a dyn Outside,
    end: SystemTime,
}

/// The parts of a request that tell one operation from another.
struct Operation<'a> {
    /// Longest answer that is read, in bytes.
    longest: u64,
    service: &'static str,
    url: Result<String, String>,
    target: String,
    body: &'a Value,
    /// What is said to be away or to refuse.
    what: String,
}

impl<'a> Calls<'a> {
    pub fn new(settings: &'a Settings, outside: &'a dyn Outside, deadline: SystemTime) -> Self {
        Self { settings, outside, end: deadline.checked_sub(MARGIN).unwrap_or(deadline) }
    }

    /// The time since 1970.
    pub fn now(&self) -> Duration {
        self.outside.now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    /// The table of the claims.
    pub fn table(&self) -> &str {
        self.settings.runs_table()
    }

    pub fn dynamodb(&self, operation: &str, body: &Value) -> Result<Reply, Failure> {
        self.call(&Operation {
            longest: SHORT_ANSWER,
            service: "dynamodb",
            url: self.settings.dynamodb(),
            target: format!("DynamoDB_20120810.{operation}"),
            body,
            what: format!("table `{}`", self.table()),
        })
    }

    pub fn states(&self, operation: &str, body: &Value) -> Result<Reply, Failure> {
        self.call(&Operation {
            longest: EXECUTION_ANSWER,
            service: "states",
            url: self.settings.states(),
            target: format!("AWSStepFunctions.{operation}"),
            body,
            what: "Step Functions".to_owned(),
        })
    }

    fn call(&self, operation: &Operation<'_>) -> Result<Reply, Failure> {
        let refused = |reason: String| Failure::new(ERROR_REFUSED, reason);
        let url = operation.url.clone().map_err(refused)?;
        let unsigned = Request::operation(url, "1.0", &operation.target, operation.body, operation.longest);
        let caller = Caller { settings: self.settings, outside: self.outside, policy: POLICY, end: self.end };
        caller.call(operation.service, &unsigned, judge).unwrap_or_else(|unsettled| {
            Err(match unsettled {
                Unsettled::Unsigned(why) => refused(why),
                Unsettled::Away(why) => {
                    Failure::new(ERROR_UNAVAILABLE, format!("{} does not answer: {why}", operation.what))
                }
            })
        })
    }
}

/// An error's body: `{"__type": "com.amazonaws.dynamodb.v20120810#…", "message": …, "Item": …}`.
#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: String,
    #[serde(rename = "Item", default)]
    item: Value,
}

fn judge(answer: &Answer) -> Try<Result<Reply, Failure>> {
    if answer.status == 200 {
        return Try::Done(Ok(Reply::Done(serde_json::from_slice(&answer.body).unwrap_or_default())));
    }
    let refusal: Refusal = serde_json::from_slice(&answer.body).unwrap_or_default();
    let kind = refusal.kind.rsplit('#').next().unwrap_or_default();
    if kind == "ConditionalCheckFailedException" {
        return Try::Done(Ok(Reply::ConditionFailed(refusal.item)));
    }
    let told = format!("HTTP {} {kind}: {}", answer.status, refusal.message);
    if retry::is_temporary(answer) || TEMPORARY.contains(&kind) {
        Try::Again(told)
    } else {
        Try::Done(Err(Failure::new(ERROR_REFUSED, told)))
    }
}
