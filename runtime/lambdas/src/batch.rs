//! What Lambda hands over of a queue (Lambda Developer Guide, "Using Lambda with Amazon SQS").

use serde::Deserialize;
use serde_json::Value;

/// Messages of one queue.
#[derive(Deserialize)]
pub(crate) struct Batch {
    #[serde(rename = "Records")]
    pub records: Vec<Message>,
}

/// A message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Message {
    pub message_id: String,
    pub body: String,
    #[serde(default)]
    pub attributes: Attributes,
    /// What its sender said beside the body.
    #[serde(default)]
    pub message_attributes: Value,
}

/// What SQS says of a message.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Attributes {
    /// Of first-in-first-out queues alone.
    pub message_group_id: String,
}
