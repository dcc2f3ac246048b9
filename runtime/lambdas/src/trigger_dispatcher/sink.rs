//! A firing → one event on the bus `data-pipeline` of the child's account, by PutEvents.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use pipesynth_aws::retry::{self, Policy, Try};
use pipesynth_aws::{Caller, Outside, Request, SHORT_ANSWER, Settings};
use pipesynth_contract::names::{BUS, DETAIL_TYPE_TRIGGER, EVENT_SOURCE};
use pipesynth_engine::Firing;
use pipesynth_engine::store::{Child, Sink, StoreError};
use serde::Deserialize;
use serde_json::{Value, json};

const POLICY: Policy = Policy { tries: 4, wait: Duration::from_millis(200), longest: Duration::from_secs(5) };

/// Errors of one entry that pass (EventBridge API reference, `PutEventsResultEntry`).
const PASSING: [&str; 2] = ["ThrottlingException", "InternalFailure"];

/// The way to the buses for one invocation.
pub(super) struct Courier<'a> {
    settings: &'a Settings,
    outside: &'a dyn Outside,
    end: SystemTime,
    refused: RefCell<Option<String>>,
}

/// The answer of PutEvents: one entry for each that was put, in their order, with an id or an error.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Answer {
    entries: Vec<Put>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Put {
    event_id: Option<String>,
    error_code: Option<String>,
    error_message: Option<String>,
}

impl<'a> Courier<'a> {
    pub(super) fn new(settings: &'a Settings, outside: &'a dyn Outside, end: SystemTime) -> Self {
        Self { settings, outside, end, refused: RefCell::default() }
    }

    /// Why the last sending failed, once: tells a bus that does not take an event from a store that does not answer.
    pub(super) fn refused(&self) -> Option<String> {
        self.refused.take()
    }

    fn put(&self, entry: &Value) -> Result<(), String> {
        let body = json!({"Entries": [entry]});
        let unsigned = Request::operation(self.settings.events()?, "1.1", "AWSEvents.PutEvents", &body, SHORT_ANSWER);
        let caller = Caller { settings: self.settings, outside: self.outside, policy: POLICY, end: self.end };
        caller.call("events", &unsigned, judge).map_err(|why| why.to_string())?
    }
}

impl Sink for Courier<'_> {
    fn send(&self, firing: &Firing, child: &Child) -> Result<(), StoreError> {
        let region = &child.registered.region;
        let bus = bus(region, child.id().account());
        let detail = serde_json::to_string(&firing.detail(region)).map_err(|e| StoreError::Broken(e.to_string()))?;
        let entry =
            json!({"Source": EVENT_SOURCE, "DetailType": DETAIL_TYPE_TRIGGER, "Detail": detail, "EventBusName": bus});
        self.put(&entry).map_err(|why| {
            let why = format!("`{bus}` did not take the trigger: {why}");
            self.refused.replace(Some(why.clone()));
            StoreError::Unavailable(why)
        })
    }
}

/// The ARN of an account's bus; the partition follows from the region (AWS General Reference, "ARN").
pub(super) fn bus(region: &str, account: &str) -> String {
    let partition = match region {
        china if china.starts_with("cn-") => "aws-cn",
        government if government.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    };
    format!("arn:{partition}:events:{region}:{account}:event-bus/{BUS}")
}

/// HTTP 200 says nothing yet: the entry has a result of its own.
fn judge(answer: &pipesynth_aws::Answer) -> Try<Result<(), String>> {
    let body = String::from_utf8_lossy(&answer.body);
    if answer.status != 200 {
        let told = format!("HTTP {}: {}", answer.status, body.chars().take(300).collect::<String>());
        return if retry::is_temporary(answer) || PASSING.iter().any(|kind| body.contains(kind)) {
            Try::Again(told)
        } else {
            Try::Done(Err(told))
        };
    }
    let read: Answer = serde_json::from_str(&body).unwrap_or_default();
    match read.entries.first() {
        Some(Put { event_id: Some(_), error_code: None, .. }) => Try::Done(Ok(())),
        Some(put) => {
            let code = put.error_code.as_deref().unwrap_or("no event id");
            let told = format!("{code}: {}", put.error_message.as_deref().unwrap_or_default());
            if PASSING.contains(&code) { Try::Again(told) } else { Try::Done(Err(told)) }
        }
        None => Try::Again("the answer has no entry".to_owned()),
    }
}
