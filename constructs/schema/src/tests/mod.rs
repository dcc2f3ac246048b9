//! What the schema promises, by subject.

mod changes;
mod data;
mod functions;
mod json;
mod properties;

use pipesynth_core::{Map, Value};

use crate::{Finding, Kind, from_json, validate_value};

/// The value of JSON text.
fn value(json: &str) -> Value {
    from_json(&serde_json::from_str(json).unwrap()).unwrap()
}

fn map(json: &str) -> Map {
    match value(json) {
        Value::Map(map) => map,
        other => panic!("not an object: {other:?}"),
    }
}

fn check(resource_type: &str, json: &str) -> Vec<Finding> {
    validate_value(resource_type, &value(json))
}

/// The only finding's place, kind and nearest name.
fn only(resource_type: &str, json: &str) -> (String, Kind, Option<&'static str>) {
    let mut findings = check(resource_type, json);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    let finding = findings.remove(0);
    (finding.path, finding.kind, finding.nearest)
}

fn clean(resource_type: &str, json: &str) {
    assert_eq!(check(resource_type, json), [], "{resource_type} {json}");
}
