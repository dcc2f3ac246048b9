//! Operations of Step Functions, Secrets Manager and SNS, and posts outside AWS → their answers, tried again while that may help.

use std::time::Duration;

use form_urlencoded::Serializer;
use pipesynth_aws::retry::{self, Policy, Try};
use pipesynth_aws::{Answer, Caller, Request, SHORT_ANSWER, Settings};
use pipesynth_contract::alert::Message;
use serde::Deserialize;
use serde_json::{Value, json};

use super::history::Event;
use super::words;
use crate::answers::judge;
use crate::central::Invocation;

const POLICY: Policy = Policy { tries: 5, wait: Duration::from_millis(200), longest: Duration::from_secs(8) };

/// Input and output of a run are up to 256 KB each, and JSON in JSON grows.
const LARGE_ANSWER: u64 = 4 * 1024 * 1024;

/// Events of one page, and pages that are read from the end on: what failed stands near the end.
const PAGE: u32 = 500;
const PAGES: u32 = 4;

/// Events at the begin of a run among which the claim's answer is, tries that failed before it included.
const BEGIN: u32 = 20;

/// The way to all of them for one invocation.
pub(crate) struct Calls<'a> {
    pub settings: &'a Settings,
    pub invocation: &'a Invocation<'a>,
}

/// What is read of `DescribeExecution`; times are seconds since 1970.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run {
    pub start_date: f64,
    #[serde(default)]
    pub stop_date: Option<f64>,
    #[serde(default)]
    pub input: Option<String>,
    #[serde(default)]
    pub output: Option<String>,
    #[serde(default)]
    pub error: Option<String>,
    #[serde(default)]
    pub cause: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    events: Vec<Event>,
    #[serde(default)]
    next_token: Option<String>,
}

impl Calls<'_> {
    pub(crate) fn describe(&self, execution: &str) -> Result<Run, String> {
        let answer = self.states("DescribeExecution", &json!({"executionArn": execution}))?;
        serde_json::from_value(answer).map_err(|e| format!("DescribeExecution: the answer is malformed: {e}"))
    }

    /// The newest events, the newest first.
    pub(crate) fn history(&self, execution: &str) -> Result<Vec<Event>, String> {
        let mut events = Vec::new();
        let mut body =
            json!({"executionArn": execution, "reverseOrder": true, "maxResults": PAGE, "includeExecutionData": false});
        for _ in 0..PAGES {
            let answer = self.states("GetExecutionHistory", &body)?;
            let page: Page = serde_json::from_value(answer)
                .map_err(|e| format!("GetExecutionHistory: the answer is malformed: {e}"))?;
            events.extend(page.events);
            match page.next_token {
                Some(token) => body["nextToken"] = token.into(),
                None => break,
            }
        }
        Ok(events)
    }

    /// The logical date that the claim gave the run: it is one of the first things that a run does.
    pub(crate) fn logical_date(&self, execution: &str) -> Result<Option<String>, String> {
        let body = json!({"executionArn": execution, "maxResults": BEGIN, "includeExecutionData": true});
        let answer = self.states("GetExecutionHistory", &body)?;
        let events = answer["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        let claimed = events.iter().find_map(|event| {
            let output = event["taskSucceededEventDetails"]["output"].as_str()?;
            let output: Value = serde_json::from_str(output).ok()?;
            output["Payload"]["logicalDate"].as_str().map(str::to_owned)
        });
        Ok(claimed)
    }

    fn states(&self, operation: &str, body: &Value) -> Result<Value, String> {
        self.json("states", self.settings.states()?, "1.0", &format!("AWSStepFunctions.{operation}"), body)
    }

    /// The text of a secret. The answer's text stands in no error.
    pub(crate) fn secret(&self, id: &str) -> Result<String, String> {
        let body = json!({"SecretId": id});
        let answer =
            self.json("secretsmanager", self.settings.secrets()?, "1.1", "secretsmanager.GetSecretValue", &body)?;
        let text = answer["SecretString"].as_str().map(str::to_owned);
        text.ok_or_else(|| format!("secret `{id}` holds no text"))
    }

    fn json(&self, service: &str, url: String, version: &str, target: &str, body: &Value) -> Result<Value, String> {
        let request = Request::operation(url, version, target, body, LARGE_ANSWER);
        let answer = self.call(service, &request).map_err(|why| format!("{target}: {why}"))?;
        serde_json::from_slice(&answer.body).map_err(|_| format!("{target}: the answer is no JSON"))
    }

    /// Sends a request outside AWS. Of a refusal the status alone is told: its text may quote the key.
    pub(crate) fn post(&self, request: &Request) -> Result<(), String> {
        let outside = self.invocation.outside;
        retry::until(outside, POLICY, self.invocation.end, |timeout| match outside.send(request, timeout) {
            Ok(answer) if (200..300).contains(&answer.status) => Try::Done(Ok(())),
            Ok(answer) if retry::is_temporary(&answer) => Try::Again(format!("HTTP {}", answer.status)),
            Ok(answer) => Try::Done(Err(format!("HTTP {}", answer.status))),
            Err(reason) => Try::Again(reason),
        })?
    }

    /// People get the text, programs the JSON, by the protocol of their subscription (SNS API reference, `Publish`, `MessageStructure`).
    /// The attributes are for filter policies of subscriptions.
    pub(crate) fn publish(&self, topic: &str, message: &Message) -> Result<(), String> {
        let told = json!(message);
        let (kind, text, data) = (&told["kind"], words::text(message), told.to_string());
        let forms = json!({"default": text, "sqs": data, "lambda": data, "http": data, "https": data}).to_string();
        let mut form = Serializer::new(String::new());
        form.append_pair("Action", "Publish").append_pair("Version", "2010-03-31").append_pair("TopicArn", topic);
        form.append_pair("Subject", &words::subject(message));
        form.append_pair("MessageStructure", "json").append_pair("Message", &forms);
        let attributes = [
            ("pipeline", message.pipeline().as_str()),
            ("status", message.status()),
            ("kind", kind.as_str().unwrap_or_default()),
        ];
        for (number, (name, value)) in attributes.iter().enumerate() {
            let key = |rest: &str| format!("MessageAttributes.entry.{}.{rest}", number + 1);
            form.append_pair(&key("Name"), name).append_pair(&key("Value.DataType"), "String");
            form.append_pair(&key("Value.StringValue"), value);
        }
        let request = Request {
            method: "POST",
            url: self.settings.sns()?,
            headers: vec![("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())],
            body: form.finish().into_bytes(),
            max_answer: SHORT_ANSWER,
        };
        self.call("sns", &request).map(|_| ()).map_err(|why| format!("`{topic}` did not take the message: {why}"))
    }

    fn call(&self, service: &str, unsigned: &Request) -> Result<Answer, String> {
        let Invocation { outside, end, .. } = *self.invocation;
        let caller = Caller { settings: self.settings, outside, policy: POLICY, end };
        caller.call(service, unsigned, judge).map_err(|why| why.to_string())?
    }
}
