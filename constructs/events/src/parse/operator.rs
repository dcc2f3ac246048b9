//! `{"prefix": "a"}` → the condition that it means.

use serde_json::{Map, Value};

use super::anything_but::anything_but;
use super::text::{folded_or, text, wildcard};
use crate::condition::{Block, Condition, Edge, Number, Range};
use crate::fault::{Faults, describe};

const OPERATORS: &str =
    "`anything-but`, `cidr`, `equals-ignore-case`, `exactly`, `exists`, `numeric`, `prefix`, `suffix`, `wildcard`";

pub(super) fn operator(fields: &Map<String, Value>, faults: &mut Faults) -> Option<Condition> {
    let (name, value) = only_key(fields, faults)?;
    faults.below(name, |faults| match name {
        "anything-but" => anything_but(value, faults),
        "cidr" => cidr(value, faults),
        "equals-ignore-case" => Some(Condition::folded(text(value, faults)?)),
        "exactly" => Some(Condition::Text(text(value, faults)?.to_owned())),
        "exists" => exists(value, faults),
        "numeric" => numeric(value, faults),
        "prefix" => folded_or(value, faults, |text| Condition::Prefix(text.to_owned()), Condition::folded_prefix),
        "suffix" => folded_or(value, faults, |text| Condition::Suffix(text.to_owned()), Condition::folded_suffix),
        "wildcard" => Some(Condition::Wildcard(wildcard(value, faults)?)),
        _ => faults.refuse(format!("unknown operator `{name}`: allowed are {OPERATORS}")),
    })
}

/// The key and value of an object that may have one key only.
pub(super) fn only_key<'f>(fields: &'f Map<String, Value>, faults: &mut Faults) -> Option<(&'f str, &'f Value)> {
    let mut all = fields.iter();
    match (all.next(), all.next()) {
        (Some((name, value)), None) => Some((name, value)),
        (None, _) => faults.refuse("an empty object is no operator: write one, such as `{\"prefix\": \"a\"}`"),
        (Some((first, _)), Some((second, _))) => {
            faults.refuse(format!("one operator per object, got `{first}` and `{second}`: write an object for each"))
        }
    }
}

fn exists(value: &Value, faults: &mut Faults) -> Option<Condition> {
    match value {
        Value::Bool(true) => Some(Condition::Present),
        Value::Bool(false) => Some(Condition::Absent),
        other => faults.refuse(format!("`exists` takes `true` or `false`, got {}", describe(other))),
    }
}

fn cidr(value: &Value, faults: &mut Faults) -> Option<Condition> {
    match Block::parse(text(value, faults)?) {
        Ok(block) => Some(Condition::Cidr(block)),
        Err(message) => faults.refuse(message),
    }
}

const NUMERIC: &str = "`numeric` takes one comparison such as `[\"=\", 5]`, or a range such as `[\">\", 0, \"<=\", 5]`";

fn numeric(value: &Value, faults: &mut Faults) -> Option<Condition> {
    let Value::Array(terms) = value else {
        return faults.refuse(format!("{NUMERIC}, got {}", describe(value)));
    };
    let (Some(sign), Some(bound)) = (terms.first(), terms.get(1)) else {
        return faults.refuse(format!("{NUMERIC}, got {} terms", terms.len()));
    };
    let sign = faults.below(0, |faults| comparison(sign, &["=", "<", "<=", ">", ">="], faults));
    let bound = faults.below(1, |faults| number(bound, faults));
    let (sign, bound) = (sign?, bound?);
    let edge = Edge { bound, included: sign.ends_with('=') };
    match (sign, &terms[2..]) {
        ("=", []) => Some(Condition::Numeric(Range { bottom: Some(edge), top: Some(edge) })),
        ("<" | "<=", []) => Some(Condition::Numeric(Range { bottom: None, top: Some(edge) })),
        (">" | ">=", []) => Some(Condition::Numeric(Range { bottom: Some(edge), top: None })),
        (">" | ">=", [sign, top]) => {
            let sign = faults.below(2, |faults| comparison(sign, &["<", "<="], faults));
            let top = faults.below(3, |faults| number(top, faults));
            let top = Edge { bound: top?, included: sign? == "<=" };
            if top.bound <= edge.bound {
                return faults
                    .refuse(format!("the bottom `{}` of a range must be less than its top `{}`", terms[1], terms[3]));
            }
            Some(Condition::Numeric(Range { bottom: Some(edge), top: Some(top) }))
        }
        _ => faults.refuse(format!("{NUMERIC}, got {} terms that start with `{sign}`", terms.len())),
    }
}

fn comparison<'v>(value: &'v Value, allowed: &[&str], faults: &mut Faults) -> Option<&'v str> {
    match value.as_str().filter(|sign| allowed.contains(sign)) {
        Some(sign) => Some(sign),
        None => {
            let allowed: Vec<String> = allowed.iter().map(|sign| format!("`{sign}`")).collect();
            faults.refuse(format!("a comparison must be one of {}, got {}", allowed.join(", "), describe(value)))
        }
    }
}

fn number(value: &Value, faults: &mut Faults) -> Option<f64> {
    let Value::Number(number) = value else {
        return faults.refuse(format!("a bound must be a number, got {}", describe(value)));
    };
    match Number::new(number) {
        Number::Double(double) => Some(double),
        Number::Large(_) => faults.refuse(too_exact(value)),
    }
}

/// The message for a number that no double is equal to.
pub(super) fn too_exact(number: &Value) -> String {
    format!("the number `{number}` cannot be compared: it has more digits than a double carries")
}
