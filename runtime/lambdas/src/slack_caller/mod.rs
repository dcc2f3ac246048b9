//! A message of a pipeline's topic → one signed request to the central Slack API.
//!
//! Which pipeline it is about, the topic says, and which channels it goes to, the central account knows. What the API does not take, the
//! invocation fails with: Lambda tries it again, and puts it to the account's dead letters at last.

mod said;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use pipesynth_aws::retry::{self, Policy, Try};
use pipesynth_aws::{Answer, Caller, Outside, Request, SHORT_ANSWER, Settings};
use pipesynth_contract::names::{FN_SLACK_CALLER, handler};
use pipesynth_contract::slack::{PATH, SlackMessage};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::Failure;
use crate::central::Invocation;

/// The error name when the payload is no message of a pipeline's topic.
pub const ERROR_NO_MESSAGE: &str = "NoTopicMessage";
/// The error name when the API did not take the message.
pub const ERROR_NOT_TAKEN: &str = "MessageNotTaken";

const POLICY: Policy = Policy { tries: 6, wait: Duration::from_millis(300), longest: Duration::from_secs(10) };

/// As much of the event as is needed (Lambda Developer Guide, "Invoking Lambda functions with Amazon SNS notifications").
#[derive(Deserialize)]
struct Event {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    #[serde(rename = "Sns")]
    sns: Sns,
}

/// What the topic got.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sns {
    topic_arn: String,
    #[serde(default)]
    subject: Option<String>,
    message: String,
    message_id: String,
}

/// Hands on one message.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let malformed = |why: String| Failure::new(ERROR_NO_MESSAGE, format!("the payload is no message of SNS: {why}"));
    let event = Event::deserialize(payload).map_err(|e| malformed(e.to_string()))?;
    let invocation = Invocation::new(handler(FN_SLACK_CALLER), outside, deadline);
    for record in &event.records {
        let message = said::message(&record.sns).map_err(malformed)?;
        post(&message, settings, &invocation).map_err(|why| Failure::new(ERROR_NOT_TAKEN, why))?;
        invocation.log(
            "INFO",
            json!({"message": "handed on", "pipeline": message.pipeline, "execution": message.execution, "id": message.id}),
        );
    }
    Ok(json!({"handedOn": event.records.len()}))
}

fn post(message: &SlackMessage, settings: &Settings, invocation: &Invocation<'_>) -> Result<(), String> {
    let request = Request {
        method: "POST",
        url: settings.slack(PATH)?,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: serde_json::to_vec(message).map_err(|e| e.to_string())?,
        max_answer: SHORT_ANSWER,
    };
    let caller = Caller { settings, outside: invocation.outside, policy: POLICY, end: invocation.end };
    let settled = caller.call("execute-api", &request, judge);
    settled.map_err(|why| why.to_string()).and_then(|done| done).map_err(|why| format!("the Slack API: {why}"))
}

fn judge(answer: &Answer) -> Try<Result<(), String>> {
    let body = || String::from_utf8_lossy(&answer.body).chars().take(300).collect::<String>();
    match answer.status {
        200..300 => Try::Done(Ok(())),
        403 => Try::Done(Err(format!(
            "HTTP 403: {}; deploy the central stack and this account's with the same `OrgId`, and check `SlackUrl`",
            body()
        ))),
        status if retry::is_temporary(answer) => Try::Again(format!("HTTP {status}")),
        status => Try::Done(Err(format!("HTTP {status}: {}", body()))),
    }
}
