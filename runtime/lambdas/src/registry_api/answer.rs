//! What was found or refused → the answer that API Gateway passes on.

use pipesynth_contract::PipelineId;
use pipesynth_contract::registration::Refusal;
use pipesynth_engine::store::{Registered, StoreError};
use serde::Serialize;
use serde_json::{Value, json};

/// Longest body, in bytes. Lambda answers with 6 MB at most (Lambda quotas), in which the body is a JSON string.
const MAX_BODY: usize = 4 * 1024 * 1024;

/// The answer of `GET /pipelines/{account}/{name}`.
#[derive(Serialize)]
pub(super) struct Known {
    /// As it is registered.
    pub(super) registered: Registered,
    /// Who waits for it.
    pub(super) children: Vec<PipelineId>,
}

/// The answer of `GET /graph`.
#[derive(Serialize)]
pub(super) struct Graph {
    /// One more with each change.
    pub(super) version: u64,
    /// All that are registered, in the order of their ids.
    pub(super) pipelines: Vec<Registered>,
}

/// Status and body.
pub(super) struct Answer {
    pub(super) status: u16,
    body: String,
    why: Option<String>,
}

impl Answer {
    pub(super) fn json(status: u16, body: &impl Serialize) -> Self {
        match serde_json::to_string(body) {
            Ok(body) if body.len() > MAX_BODY => {
                let message = format!("the answer has {} bytes, at most {MAX_BODY} can be sent", body.len());
                Self::refusal(413, message)
            }
            Ok(body) => Self { status, body, why: None },
            Err(error) => Self::refusal(500, error.to_string()),
        }
    }

    pub(super) fn refused(status: u16, refusal: Refusal) -> Self {
        let body = json!(refusal).to_string();
        Self { status, body, why: Some(refusal.message) }
    }

    pub(super) fn refusal(status: u16, message: impl Into<String>) -> Self {
        Self::refused(status, Refusal { message: message.into(), cycle: Vec::new() })
    }

    /// What passes is worth another try; an item that cannot be read stays so.
    pub(super) fn store(error: &StoreError) -> Self {
        let status = match error {
            StoreError::Unavailable(_) | StoreError::Contended => 503,
            StoreError::TooLarge(_) => 413,
            StoreError::Broken(_) => 500,
        };
        Self::refusal(status, error.to_string())
    }

    /// Why it is refused.
    pub(super) fn why(&self) -> Option<&str> {
        self.why.as_deref()
    }

    /// API Gateway Developer Guide, "Output format of a Lambda function for proxy integration".
    pub(super) fn to_proxy(&self) -> Value {
        json!({
            "statusCode": self.status, "headers": {"Content-Type": "application/json"}, "body": self.body,
            "isBase64Encoded": false,
        })
    }
}
