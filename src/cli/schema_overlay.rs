//! The schema of a whole file → the schema of what an environment changes of it: the same keys, none required, `null` to take one away.

use schemars::Schema;
use serde_json::{Map, Value, json};

use pipesynth_pipeline::organization::FIXED;

/// The key that holds the environments, by name.
const KEY: &str = "environments";

/// Puts the schema of an environment into the schema of a file that has any.
pub(super) fn add(schema: &mut Schema) {
    let root = schema.clone().to_value();
    let mut file = root.clone();
    let Some(keys) = file.get_mut("properties").and_then(Value::as_object_mut) else { return };
    if !keys.contains_key(KEY) {
        return;
    }
    keys.retain(|key, _| !FIXED.contains(&key.as_str()));
    let part = Map::from_iter(["type", "properties", "additionalProperties"].iter().filter_map(|word| {
        let value = file.get(*word)?;
        Some(((*word).to_owned(), value.clone()))
    }));
    let overlay = partial(&Value::Object(part), &root);
    let environments = schema.get_mut("properties").and_then(|keys| keys.get_mut(KEY)).and_then(Value::as_object_mut);
    if let Some(environments) = environments {
        environments.insert("type".into(), "object".into());
        environments.remove("anyOf");
        environments.insert("additionalProperties".into(), overlay);
    }
}

/// A schema without required keys on any way down that does not lead through a list: lists are replaced as a whole.
fn partial(schema: &Value, root: &Value) -> Value {
    let Value::Object(schema) = schema else { return schema.clone() };
    if let Some(definition) = definition(schema, root) {
        let inside = partial(definition, root);
        // A definition that is the same without its required keys stays one.
        return if inside == *definition { Value::Object(schema.clone()) } else { inside };
    }
    let mut open = schema.clone();
    open.remove("required");
    if let Some(Value::Object(keys)) = open.get_mut("properties") {
        keys.values_mut().for_each(|value| *value = partial(value, root));
    }
    if let Some(more) = open.get_mut("additionalProperties").filter(|more| more.is_object()) {
        *more = json!({ "anyOf": [partial(more, root), { "type": "null" }] });
    }
    for word in ["anyOf", "oneOf"] {
        if let Some(Value::Array(ways)) = open.get_mut(word) {
            ways.iter_mut().for_each(|way| *way = partial(way, root));
        }
    }
    Value::Object(open)
}

fn definition<'a>(schema: &Map<String, Value>, root: &'a Value) -> Option<&'a Value> {
    let name = schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
    root.get("$defs")?.get(name)
}
