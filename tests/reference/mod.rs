//! The reference of all files: JSON Schema → docs/pipeline-yaml.md, docs/pipesynth-yaml.md and docs/scenario-yaml.md, held against what is committed.

mod commands;

use serde_json::Value;

use crate::support::{Held, run};

#[test]
fn the_reference_of_all_files_is_what_the_schemas_say() {
    let mut held = Held::new();
    for (file, argument) in [("pipeline", "pipeline"), ("pipesynth", "organization"), ("scenario", "scenario")] {
        let schema: Value = serde_json::from_str(&run(["schema", argument]).good()).unwrap();
        held.file(&format!("docs/{file}-yaml.md"), &page(&schema));
    }
    held.check();
}

fn page(schema: &Value) -> String {
    let title = text(schema, "title");
    let mut out = format!(
        "# {title}\n\n{}\n\nGenerated from the code: the same source as `pipesynth schema`.\n\n",
        text(schema, "description")
    );
    out.push_str(&keys(schema));
    let mut order: Vec<String> = Vec::new();
    collect(schema, schema, &mut order);
    for name in &order {
        let definition = &schema["$defs"][name];
        out.push_str(&format!("\n## {}\n\n{}\n\n", heading(name), text(definition, "description")));
        out.push_str(&body(definition));
    }
    out
}

/// Definitions in the order in which a reader meets them.
fn collect(schema: &Value, root: &Value, order: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            let reference = map.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/$defs/"));
            if let Some(name) = reference.filter(|name| !order.iter().any(|known| known == name)) {
                order.push(name.to_owned());
                collect(&root["$defs"][name], root, order);
            }
            map.iter().filter(|(key, _)| *key != "$defs").for_each(|(_, value)| collect(value, root, order));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, root, order)),
        _ => {}
    }
}

fn body(definition: &Value) -> String {
    if definition.get("properties").is_some() {
        return keys(definition);
    }
    if let Some(kinds) = definition["oneOf"].as_array() {
        return kinds.iter().map(alternative).collect();
    }
    if let Some(kinds) = definition["anyOf"].as_array() {
        let kinds: Vec<String> = kinds.iter().map(kind).collect();
        return format!("One of: {}.\n", kinds.join(", "));
    }
    format!("{}.\n", kind(definition))
}

/// One fixed text with its meaning, or one type of step with its keys.
fn alternative(schema: &Value) -> String {
    if let Some(word) = schema["const"].as_str() {
        return format!("- `{word}`: {}\n", text(schema, "description"));
    }
    let tag = schema["properties"]["type"]["const"].as_str().unwrap_or_default();
    format!("\n### `type: {tag}`\n\n{}\n\n{}", text(schema, "description"), keys(schema))
}

fn keys(schema: &Value) -> String {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut out = "| key | value | |\n|---|---|---|\n".to_owned();
    for (key, value) in schema["properties"].as_object().into_iter().flatten() {
        let must = if required.contains(&key.as_str()) { " **Required.**" } else { "" };
        out.push_str(&format!("| `{key}` | {} | {}{must} |\n", kind(value), text(value, "description")));
    }
    out
}

fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/")) {
        let heading = heading(name);
        return format!("[{heading}](#{})", heading.to_lowercase().replace(' ', "-"));
    }
    if let Some(word) = schema.get("const") {
        return format!("`{}`", word.as_str().map_or_else(|| word.to_string(), str::to_owned));
    }
    if let Some(all) = schema["anyOf"].as_array() {
        let kinds: Vec<String> = all.iter().filter(|s| s["type"] != "null").map(kind).collect();
        return kinds.join(" or ");
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(many) => many.iter().filter_map(Value::as_str).filter(|t| *t != "null").collect(),
        _ => Vec::new(),
    };
    match types.as_slice() {
        ["array"] => format!("list of {}", kind(&schema["items"])),
        // A mapping within is the page's own keys again: what an environment changes.
        ["object"] if schema.get("properties").is_some() => "these keys".into(),
        ["object"] => format!("map of {}", kind(&schema["additionalProperties"])),
        ["integer"] => "whole number".into(),
        ["boolean"] => "`true` or `false`".into(),
        [one] => (*one).to_owned(),
        _ => "text".into(),
    }
}

fn heading(name: &str) -> String {
    let name = name.strip_suffix("Spec").unwrap_or(name);
    let mut words = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(c.to_ascii_lowercase());
    }
    words
}

/// The text on one line, as a row of a table needs it.
fn text(schema: &Value, key: &str) -> String {
    schema[key].as_str().unwrap_or_default().replace('\n', " ")
}
