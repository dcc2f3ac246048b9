//! The list at a leaf of a pattern → the conditions of its values.

use serde_json::Value;

use super::operator::operator;
use crate::condition::{Condition, Number, address};
use crate::fault::{Faults, describe};

/// The alternatives of a field. What is at fault is said and left out.
pub(super) fn conditions(values: &[Value], faults: &mut Faults) -> Vec<Condition> {
    if values.is_empty() {
        faults.say("an empty list matches nothing and is not allowed: name at least one value");
    }
    let conditions =
        values.iter().enumerate().filter_map(|(at, value)| faults.below(at, |faults| condition(value, faults)));
    conditions.collect()
}

fn condition(value: &Value, faults: &mut Faults) -> Option<Condition> {
    match value {
        Value::Object(fields) => operator(fields, faults),
        Value::String(text) => Some(match address::parse(text) {
            Some(address) => Condition::Address(address),
            None => Condition::Text(text.clone()),
        }),
        Value::Number(number) => Some(Condition::Number(Number::new(number))),
        Value::Bool(flag) => Some(Condition::Bool(*flag)),
        Value::Null => Some(Condition::Null),
        Value::Array(_) => faults.refuse(format!(
            "a value must be a string, a number, `true`, `false`, `null` or an operator, got {}",
            describe(value)
        )),
    }
}
