//! What the store asks of DynamoDB → one trait; what DynamoDB says when it refuses → typed failures.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

/// DynamoDB's API, one operation at a time.
///
/// The one behind it signs, sends, and tries again what passes: throttling, no answer, and a few times a conflict of transactions. It
/// adds a `ClientRequestToken` of its own to every `TransactWriteItems`, so that a try after a lost answer is the same write.
pub trait DynamoDb {
    /// Calls an operation (`GetItem`, `TransactWriteItems` …) with its body in DynamoDB's JSON, and reads the answer.
    fn call(&self, operation: &'static str, body: &Value) -> Result<Value, Failure>;
}

impl<T: DynamoDb + ?Sized> DynamoDb for &T {
    fn call(&self, operation: &'static str, body: &Value) -> Result<Value, Failure> {
        (**self).call(operation, body)
    }
}

impl<T: DynamoDb + ?Sized> DynamoDb for Arc<T> {
    fn call(&self, operation: &'static str, body: &Value) -> Result<Value, Failure> {
        (**self).call(operation, body)
    }
}

/// Why an operation did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The condition of a single write does not hold.
    ConditionFailed {
        /// The item that is there, where the request asked for it with `ReturnValuesOnConditionCheckFailure`.
        item: Option<Value>,
    },
    /// A transaction did not happen: one reason for each of its items, in their order.
    Cancelled(Vec<Reason>),
    /// A single write met a transaction on the same item.
    Conflict,
    /// Too many requests.
    Throttled(String),
    /// No answer, or an error on DynamoDB's side.
    Unavailable(String),
    /// The request itself is refused: no permission, no such table, malformed.
    Refused(String),
}

/// What one item of a cancelled transaction has to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Nothing.
    None,
    /// Its condition does not hold.
    ConditionFailed,
    /// Another write was at it at the same time.
    Conflict,
    /// Too many requests.
    Throttled,
    /// Anything else, in DynamoDB's words.
    Other(String),
}

/// An error body: `{"__type": "com.amazonaws.dynamodb.v20120810#…", "message": …}` and what some errors add.
#[derive(Deserialize, Default)]
struct Body {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: Option<String>,
    #[serde(rename = "Item", default)]
    item: Option<Value>,
    #[serde(rename = "CancellationReasons", default)]
    reasons: Vec<Cancellation>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Cancellation {
    code: Option<String>,
    message: Option<String>,
}

impl Failure {
    /// Reads an answer whose HTTP status is not 200 (API reference, "Common errors", `PutItem` and `TransactWriteItems`).
    pub fn of_answer(status: u16, body: &[u8]) -> Self {
        let body: Body = serde_json::from_slice(body).unwrap_or_default();
        let kind = body.kind.rsplit('#').next().unwrap_or_default();
        let told = format!("HTTP {status} {kind}: {}", body.message.as_deref().unwrap_or_default());
        match kind {
            "ConditionalCheckFailedException" => Failure::ConditionFailed { item: body.item },
            "TransactionCanceledException" => Failure::Cancelled(body.reasons.into_iter().map(Reason::of).collect()),
            "TransactionConflictException" => Failure::Conflict,
            "ThrottlingException" | "ProvisionedThroughputExceededException" | "RequestLimitExceeded" => {
                Failure::Throttled(told)
            }
            "TransactionInProgressException" => Failure::Unavailable(told),
            _ if matches!(status, 408 | 429 | 500..) => Failure::Unavailable(told),
            _ => Failure::Refused(told),
        }
    }

    /// Whether the same request may go better in a moment.
    pub fn is_temporary(&self) -> bool {
        match self {
            Failure::Conflict | Failure::Throttled(_) | Failure::Unavailable(_) => true,
            Failure::Cancelled(reasons) => {
                let passes = |r: &Reason| matches!(r, Reason::None | Reason::Conflict | Reason::Throttled);
                !reasons.is_empty() && reasons.iter().all(passes)
            }
            Failure::ConditionFailed { .. } | Failure::Refused(_) => false,
        }
    }

    /// Whether it is a conflict with another write at the same time, and nothing else.
    pub fn is_conflict(&self) -> bool {
        match self {
            Failure::Conflict => true,
            Failure::Cancelled(reasons) => {
                reasons.contains(&Reason::Conflict)
                    && reasons.iter().all(|r| matches!(r, Reason::None | Reason::Conflict))
            }
            _ => false,
        }
    }

    /// For a person.
    pub fn told(&self) -> String {
        match self {
            Failure::ConditionFailed { .. } => "the condition does not hold".to_owned(),
            Failure::Cancelled(reasons) => format!("the transaction was cancelled: {reasons:?}"),
            Failure::Conflict => "another transaction was at the same item".to_owned(),
            Failure::Throttled(told) | Failure::Unavailable(told) | Failure::Refused(told) => told.clone(),
        }
    }
}

impl Reason {
    fn of(cancellation: Cancellation) -> Self {
        match cancellation.code.as_deref() {
            None | Some("None") => Reason::None,
            Some("ConditionalCheckFailed") => Reason::ConditionFailed,
            Some("TransactionConflict") => Reason::Conflict,
            Some("ProvisionedThroughputExceeded" | "ThrottlingError") => Reason::Throttled,
            Some(code) => Reason::Other(format!("{code}: {}", cancellation.message.unwrap_or_default())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANCELLED: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","Message":"…",
        "CancellationReasons":[{"Code":"None"},{"Code":"ConditionalCheckFailed","Message":"The conditional request failed"},
        {"Code":"TransactionConflict"},{"Code":"ThrottlingError"},{"Code":"ValidationError","Message":"Item size"}]}"#;

    #[test]
    fn every_item_of_a_cancelled_transaction_has_its_reason() {
        let other = Reason::Other("ValidationError: Item size".to_owned());
        let expected = vec![Reason::None, Reason::ConditionFailed, Reason::Conflict, Reason::Throttled, other];
        assert_eq!(Failure::of_answer(400, CANCELLED.as_bytes()), Failure::Cancelled(expected));
    }

    #[test]
    fn only_what_passes_is_worth_another_try() {
        let failure = |status, kind: &str| Failure::of_answer(status, format!(r#"{{"__type":"x#{kind}"}}"#).as_bytes());
        for kind in ["ThrottlingException", "TransactionConflictException", "TransactionInProgressException"] {
            assert!(failure(400, kind).is_temporary(), "{kind}");
        }
        assert!(failure(503, "").is_temporary() && Failure::of_answer(500, b"<html>").is_temporary());
        for kind in ["AccessDeniedException", "ValidationException", "ConditionalCheckFailedException"] {
            assert!(!failure(400, kind).is_temporary(), "{kind}");
        }
        let of = |reasons: &[Reason]| Failure::Cancelled(reasons.to_vec());
        assert!(of(&[Reason::None, Reason::Conflict]).is_temporary());
        assert!(!of(&[Reason::Conflict, Reason::ConditionFailed]).is_temporary());
        assert!(!of(&[]).is_temporary());
    }
}
