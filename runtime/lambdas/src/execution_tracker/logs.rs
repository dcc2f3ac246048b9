//! What CloudWatch Logs hands over → the events of Step Functions in it.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;

/// Most bytes of one batch. It comes in less than a megabyte, packed; what unpacks to more is none of Step Functions'.
const MOST: u64 = 16 * 1024 * 1024;

/// What the subscription filter let through (Amazon CloudWatch Logs User Guide, "Subscription filters with AWS Lambda").
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Batch {
    /// `DATA_MESSAGE`; `CONTROL_MESSAGE` asks whether somebody is there.
    message_type: String,
    /// The account.
    pub owner: String,
    pub log_group: String,
    #[serde(default)]
    pub subscription_filters: Vec<String>,
    log_events: Vec<Line>,
}

#[derive(Debug, Deserialize)]
struct Line {
    /// Milliseconds since 1970.
    timestamp: i64,
    message: String,
}

/// One event of an execution, as Step Functions logs it: numbers are texts, and without execution data there is no input and no output.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub id: u64,
    pub before: u64,
    pub kind: String,
    pub execution: String,
    /// The state's name, where it is entered or exited.
    pub name: Option<String>,
    pub error: Option<String>,
    pub cause: Option<String>,
    /// Seconds since 1970.
    pub at: f64,
}

impl Batch {
    /// Reads the payload of an invocation.
    pub fn read(payload: &Value) -> Result<Self, String> {
        let data = payload["awslogs"]["data"].as_str().ok_or("expected `awslogs.data`")?;
        let packed = STANDARD.decode(data).map_err(|e| format!("`awslogs.data` is no base64: {e}"))?;
        let mut text = Vec::new();
        let mut plain = GzDecoder::new(packed.as_slice()).take(MOST + 1);
        plain.read_to_end(&mut text).map_err(|e| format!("`awslogs.data` is no gzip: {e}"))?;
        if text.len() as u64 > MOST {
            return Err(format!("`awslogs.data` holds more than {MOST} bytes"));
        }
        serde_json::from_slice(&text).map_err(|e| format!("`awslogs.data` holds no batch of log events: {e}"))
    }

    /// The events in their order. A line that is none is left out, with its beginning.
    pub fn events(&self) -> (Vec<Event>, Vec<String>) {
        let (mut events, mut strange) = (Vec::new(), Vec::new());
        for line in self.log_events.iter().filter(|_| self.message_type == "DATA_MESSAGE") {
            match Event::of(line) {
                Some(event) => events.push(event),
                None => strange.push(line.message.chars().take(200).collect()),
            }
        }
        (events, strange)
    }
}

impl Event {
    fn of(line: &Line) -> Option<Self> {
        let read: Value = serde_json::from_str(&line.message).ok()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
        let details = &read["details"];
        Some(Self {
            id: number(&read["id"])?,
            before: number(&read["previous_event_id"])?,
            kind: text(&read["type"])?,
            execution: text(&read["execution_arn"])?,
            name: text(&details["name"]),
            error: text(&details["error"]).filter(|error| !error.is_empty()),
            cause: text(&details["cause"]),
            at: line.timestamp as f64 / 1000.0,
        })
    }
}
