//! `anything-but` in its forms → the conditions of which none may pass.

use serde_json::Value;

use super::operator::{only_key, too_exact};
use super::text::{IGNORE_CASE, text, wildcard};
use crate::condition::{Condition, Number};
use crate::fault::{Faults, describe};

const TAKES: &str = "`anything-but` takes a string, a number, a list of strings, a list of numbers, or an object with one of `prefix`, \
                     `suffix`, `wildcard`, `equals-ignore-case`";

pub(super) fn anything_but(value: &Value, faults: &mut Faults) -> Option<Condition> {
    let refused = match value {
        Value::Object(fields) => {
            let (name, value) = only_key(fields, faults)?;
            faults.below(name, |faults| nested(name, value, faults))?
        }
        Value::Array(values) => list(values, faults)?,
        Value::String(_) | Value::Number(_) => vec![scalar(value, faults)?],
        Value::Null | Value::Bool(_) => return faults.refuse(format!("{TAKES}, got {}", describe(value))),
    };
    Some(Condition::Not(refused))
}

fn list(values: &[Value], faults: &mut Faults) -> Option<Vec<Condition>> {
    if values.is_empty() {
        return faults.refuse(format!("{TAKES}, got an empty list"));
    }
    if values.iter().any(Value::is_string) && values.iter().any(Value::is_number) {
        return faults.refuse("a list must be of strings or of numbers, got both");
    }
    each(values, faults, scalar)
}

fn scalar(value: &Value, faults: &mut Faults) -> Option<Condition> {
    match value {
        Value::String(text) => Some(Condition::Text(text.clone())),
        Value::Number(number) => match Number::new(number) {
            Number::Large(_) => faults.refuse(too_exact(value)),
            double @ Number::Double(_) => Some(Condition::Number(double)),
        },
        other => faults.refuse(format!("must be a string or a number, got {}", describe(other))),
    }
}

/// `{"prefix": …}` and its like, with a string or a list of strings.
fn nested(name: &str, value: &Value, faults: &mut Faults) -> Option<Vec<Condition>> {
    let read: fn(&Value, &mut Faults) -> Option<Condition> = match name {
        "prefix" => |value, faults| Some(Condition::Prefix(not_empty(value, faults)?)),
        "suffix" => |value, faults| Some(Condition::Suffix(not_empty(value, faults)?)),
        "wildcard" => |value, faults| Some(Condition::Wildcard(wildcard(value, faults)?)),
        IGNORE_CASE => |value, faults| Some(Condition::folded(text(value, faults)?)),
        _ => return faults.refuse(format!("unknown operator `{name}`: {TAKES}")),
    };
    match value {
        Value::Array(values) if values.is_empty() => {
            faults.refuse("takes a string or a list of strings, got an empty list")
        }
        Value::Array(values) => each(values, faults, read),
        single => Some(vec![read(single, faults)?]),
    }
}

fn not_empty(value: &Value, faults: &mut Faults) -> Option<String> {
    match text(value, faults)? {
        "" => faults.refuse("an empty string would refuse everything and is not allowed"),
        text => Some(text.to_owned()),
    }
}

/// Reads every value, so that every fault is said.
fn each(
    values: &[Value],
    faults: &mut Faults,
    read: impl Fn(&Value, &mut Faults) -> Option<Condition>,
) -> Option<Vec<Condition>> {
    let read: Vec<_> = values.iter().enumerate().map(|(at, v)| faults.below(at, |faults| read(v, faults))).collect();
    read.into_iter().collect()
}
