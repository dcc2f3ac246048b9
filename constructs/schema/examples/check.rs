//! Templates from elsewhere on stdin (one JSON object: name → template) → the schema's findings and counts on stdout.
//!
//! This is how the schema is held against templates that nobody here wrote: every finding on a template that AWS accepts is a fault of
//! the schema or of the check.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use pipesynth_schema::{from_json, validate_value};
use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = String::new();
    io::stdin().read_to_string(&mut input)?;
    let templates: BTreeMap<String, Value> = serde_json::from_str(&input)?;
    let mut out = io::stdout().lock();
    let (mut resources, mut faulty, mut findings) = (0, 0, 0);
    for (name, template) in &templates {
        let Some(section) = template.get("Resources").and_then(Value::as_object) else { continue };
        for (id, resource) in section {
            let Some(kind) = resource.get("Type").and_then(Value::as_str) else { continue };
            let empty = Value::Object(serde_json::Map::new());
            let properties = from_json(resource.get("Properties").unwrap_or(&empty));
            resources += 1;
            let found = match properties {
                Ok(properties) => validate_value(kind, &properties).iter().map(ToString::to_string).collect(),
                Err(null) => vec![null.to_string()],
            };
            faulty += usize::from(!found.is_empty());
            findings += found.len();
            for finding in found {
                writeln!(out, "{name} {id} {kind}: {finding}")?;
            }
        }
    }
    writeln!(out, "{} templates, {resources} resources, {faulty} with findings, {findings} findings", templates.len())?;
    Ok(())
}
