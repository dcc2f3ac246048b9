//! A pattern's JSON → its branches, with every fault on the way.

mod anything_but;
mod expand;
mod leaf;
mod operator;
mod text;

use serde_json::{Map, Value};

use crate::fault::{Faults, describe};
use crate::limits::MAX_DEPTH;
use crate::pattern::{Branch, Field};
use expand::{Node, expand};

/// Key of the one operator that stands between fields rather than at a value.
const OR: &str = "$or";

/// Names that Event Ruler does not take for fields inside `$or`, so that a forgotten field name is seen (`Constants`, 2.0.1).
const RESERVED_IN_OR: &[&str] = &[
    "exactly",
    "equals-ignore-case",
    "prefix",
    "suffix",
    "anything-but",
    "exists",
    "wildcard",
    "numeric",
    "cidr",
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// Where an object stands.
#[derive(Clone, Copy)]
struct Scope<'n> {
    /// The keys on the way, joined with dots; `None` at the top.
    name: Option<&'n str>,
    in_or: bool,
}

pub(crate) fn pattern(pattern: &Value, faults: &mut Faults) -> Option<Vec<Branch>> {
    let Value::Object(fields) = pattern else {
        return faults.refuse(format!("an event pattern is an object, got {}", describe(pattern)));
    };
    let nodes = object(fields, Scope { name: None, in_or: false }, faults);
    expand(&nodes, faults)
}

fn object(fields: &Map<String, Value>, scope: Scope<'_>, faults: &mut Faults) -> Vec<Node> {
    let mut nodes = Vec::new();
    if fields.is_empty() {
        faults.say("an empty object is not allowed: name at least one field");
    }
    if faults.depth() > MAX_DEPTH {
        faults.say(format!("objects within objects, allowed are {MAX_DEPTH}"));
        return nodes;
    }
    for (key, value) in fields {
        faults.below(key, |faults| {
            if key == OR {
                nodes.push(Node::Or(or(value, scope, faults)));
                return;
            }
            if scope.in_or && RESERVED_IN_OR.contains(&key.as_str()) {
                faults.say(format!("`{key}` is an operator and no name of a field inside `{OR}`"));
            }
            let name = scope.name.map_or_else(|| key.clone(), |above| format!("{above}.{key}"));
            match value {
                Value::Object(fields) => nodes.extend(object(fields, Scope { name: Some(&name), ..scope }, faults)),
                Value::Array(values) => {
                    let conditions = leaf::conditions(values, faults).into();
                    nodes.push(Node::Field(Field { name: name.into(), conditions }));
                }
                scalar => {
                    let got = describe(scalar);
                    faults.say(format!("must be a list or an object, got {got}: write `[{scalar}]`"));
                }
            }
        });
    }
    nodes
}

/// The alternatives of an `$or`.
fn or(value: &Value, scope: Scope<'_>, faults: &mut Faults) -> Vec<Vec<Node>> {
    let mut branches = Vec::new();
    let Value::Array(alternatives) = value else {
        faults.say(format!("`{OR}` takes a list of objects, got {}", describe(value)));
        return branches;
    };
    if alternatives.len() < 2 {
        faults.say(format!("`{OR}` takes at least 2 objects, got {}", alternatives.len()));
    }
    for (at, alternative) in alternatives.iter().enumerate() {
        faults.below(at, |faults| match alternative {
            Value::Object(fields) => branches.push(object(fields, Scope { in_or: true, ..scope }, faults)),
            other => {
                faults.say(format!("`{OR}` takes objects only, got {}", describe(other)));
            }
        });
    }
    branches
}
