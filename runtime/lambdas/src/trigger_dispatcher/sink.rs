//! A firing → one event on the bus `data-pipeline` of the child's account, or of the central one (`fanout: broadcast`), by PutEvents.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use pipesynth_aws::retry::{self, Policy, Try};
use pipesynth_aws::{Caller, Outside, Request, SHORT_ANSWER, Settings};
use pipesynth_contract::alert::{NoticeDetail, VERSION};
use pipesynth_contract::names::{BUS, DETAIL_TYPE_ALERT, DETAIL_TYPE_TRIGGER, EVENT_SOURCE};
use pipesynth_contract::trigger::Target;
use pipesynth_engine::Firing;
use pipesynth_engine::store::{Child, Sink, StoreError};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::notices::Owed;
use crate::telling::partition;

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

    /// Where what is for an account is put: on its own bus, or on the central one, whose rules hand it on.
    fn bus(&self, region: &str, account: &str) -> String {
        self.settings.trigger_bus().map_or_else(|| bus(region, account), str::to_owned)
    }

    fn put(&self, entry: &Value) -> Result<(), String> {
        let body = json!({"Entries": [entry]});
        let unsigned = Request::operation(self.settings.events()?, "1.1", "AWSEvents.PutEvents", &body, SHORT_ANSWER);
        let caller = Caller { settings: self.settings, outside: self.outside, policy: POLICY, end: self.end };
        caller.call("events", &unsigned, judge).map_err(|why| why.to_string())?
    }
}

impl Courier<'_> {
    /// Puts a notice on the bus of its pipeline's account.
    pub(super) fn notice(&self, owed: Owed, region: &str) -> Result<(), String> {
        let (account, pipeline) = (owed.pipeline.account().to_owned(), owed.pipeline.name().to_owned());
        let bus = self.bus(region, &account);
        let detail = NoticeDetail {
            v: VERSION,
            id: owed.id,
            target: Target { account, region: region.to_owned(), pipeline },
            what: owed.what,
            logical_date: owed.logical_date,
            text: owed.text,
            at: owed.at,
        };
        let detail = serde_json::to_string(&detail).map_err(|e| e.to_string())?;
        let entry =
            json!({"Source": EVENT_SOURCE, "DetailType": DETAIL_TYPE_ALERT, "Detail": detail, "EventBusName": bus});
        self.put(&entry).map_err(|why| format!("`{bus}` did not take the notice: {why}"))
    }
}

impl Sink for Courier<'_> {
    fn send(&self, firing: &Arc<Firing>, child: &Child) -> Result<(), StoreError> {
        let region = &child.registered.region;
        let bus = self.bus(region, child.id().account());
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

/// The ARN of an account's bus.
pub(super) fn bus(region: &str, account: &str) -> String {
    format!("arn:{}:events:{region}:{account}:event-bus/{BUS}", partition(region))
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
