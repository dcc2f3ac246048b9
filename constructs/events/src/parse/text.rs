//! Strings behind operators → what they stand for.

use serde_json::Value;

use super::operator::only_key;
use crate::condition::{Condition, Wildcard};
use crate::fault::{Faults, describe};

pub(super) const IGNORE_CASE: &str = "equals-ignore-case";

pub(super) fn text<'v>(value: &'v Value, faults: &mut Faults) -> Option<&'v str> {
    match value {
        Value::String(text) => Some(text),
        other => faults.refuse(format!("must be a string, got {}", describe(other))),
    }
}

/// `prefix` and `suffix` take a string, or one for which upper and lower case are the same.
pub(super) fn folded_or(
    value: &Value,
    faults: &mut Faults,
    plain: fn(&str) -> Condition,
    folded: fn(&str) -> Condition,
) -> Option<Condition> {
    let Value::Object(fields) = value else { return Some(plain(text(value, faults)?)) };
    let (name, value) = only_key(fields, faults)?;
    faults.below(name, |faults| match name {
        IGNORE_CASE => Some(folded(text(value, faults)?)),
        _ => faults.refuse(format!("unknown operator `{name}`: allowed is `{IGNORE_CASE}`")),
    })
}

pub(super) fn wildcard(value: &Value, faults: &mut Faults) -> Option<Wildcard> {
    match Wildcard::parse(text(value, faults)?) {
        Ok(wildcard) => Some(wildcard),
        Err(message) => faults.refuse(message),
    }
}
