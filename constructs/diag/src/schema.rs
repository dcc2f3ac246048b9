//! Pieces of JSON Schema for the shapes that a derive cannot say: choices, and mappings told apart by one key.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::read::Choice;

/// The JSON value that schemas are made of.
type Json = serde_json::Value;
type Object = serde_json::Map<String, Json>;

/// The schema of a choice: each text with its documentation.
#[must_use]
pub fn choice<T: Choice>(description: &str) -> Schema {
    let texts = T::TEXTS.iter().map(|(text, _, doc)| match doc.trim() {
        "" => json_schema!({ "const": *text }),
        doc => json_schema!({ "const": *text, "description": doc }),
    });
    let texts: Vec<Schema> = texts.collect();
    match description.trim() {
        "" => json_schema!({ "type": "string", "oneOf": texts }),
        text => json_schema!({ "description": text, "type": "string", "oneOf": texts }),
    }
}

/// One closed mapping schema from several: all their properties and required keys, and nothing else
/// allowed. For a type that reads two [`FromFields`](crate::FromFields) parts from one mapping.
#[must_use]
pub fn merged(parts: impl IntoIterator<Item = Schema>) -> Schema {
    let mut properties = Object::new();
    let mut required: Vec<Json> = Vec::new();
    for mut part in parts {
        let part = part.ensure_object();
        if let Some(Json::Object(more)) = part.remove("properties") {
            properties.extend(more);
        }
        if let Some(Json::Array(more)) = part.remove("required") {
            required.extend(more);
        }
    }
    let mut schema = json_schema!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema.insert("required".into(), required.into());
    }
    schema.insert("additionalProperties".into(), false.into());
    schema
}

/// A mapping whose `tag` key says which of the variants it is: one `if … then` per variant, so that
/// an editor reports the faults of the chosen one only. The variants need not mention `tag`.
#[must_use]
pub fn tagged(tag: &str, variants: impl IntoIterator<Item = (&'static str, Schema)>) -> Schema {
    let mut names = Vec::new();
    let mut cases = Vec::new();
    for (name, mut then) in variants {
        names.push(name);
        if let Some(Json::Object(properties)) = then.ensure_object().get_mut("properties") {
            properties.insert(tag.into(), Json::Bool(true));
        }
        cases.push(json_schema!({
            "if": { "properties": { tag: { "const": name } }, "required": [tag] },
            "then": then,
        }));
    }
    json_schema!({
        "type": "object",
        "properties": { tag: { "enum": names } },
        "required": [tag],
        "allOf": cases,
    })
}

/// The whole schema document of a file format, draft 2020-12.
#[must_use]
pub fn document<T: JsonSchema>() -> Schema {
    SchemaGenerator::default().into_root_schema_for::<T>()
}
