//! `environments:` of both files: names, and what each changes. The changes themselves are merged before a file is read.

use std::borrow::Cow;

use indexmap::IndexMap;
use pipesynth_diag::{Cx, Diagnostic, Entry, FromNode, Node, Spanned, Value, quoted};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::codes;
use crate::lower::is_name;

/// Environments of one file at most: each of them is read in full by every run.
pub const MOST: usize = 20;

/// Keys that an environment does not change: a pipeline is the same one in all of them.
pub const FIXED: &[&str] = &["name", "renamedFrom", "environments"];

/// The names of the environments in the order of the file, each with the place of its name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Environments {
    /// The names.
    pub names: Vec<Spanned<String>>,
}

impl FromNode for Environments {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            cx.expected(node, "a mapping of environments by their names");
            return None;
        };
        if entries.len() > MOST {
            let message = format!("at most {MOST} environments, got {}", entries.len());
            cx.push(Diagnostic::error(codes::BAD_ENVIRONMENT, cx.place(node.span), message));
        }
        entries.iter().for_each(|entry| one(entry, cx));
        let names = entries.iter().map(|entry| Spanned::new(entry.key.clone(), cx.place(entry.key_span)));
        Some(Self { names: names.collect() })
    }
}

/// Reports what is wrong with an environment's name, shape and outer keys.
fn one(entry: &Entry, cx: &mut Cx<'_>) {
    let place = cx.place(entry.key_span);
    if !is_name(&entry.key, 40, "_") {
        let rule = "an environment's name has letters, digits, dashes and underscores, at most 40";
        let message = format!("{rule}, no dash at either end, got {}", quoted(&entry.key));
        cx.push(Diagnostic::error(codes::BAD_NAME, place, message));
    }
    let Some(keys) = entry.value.entries() else {
        let message = format!("environment {} must be a mapping, got {}", quoted(&entry.key), entry.value.describe());
        let help = "write the keys that it changes, or `{}` where it changes none";
        cx.push(Diagnostic::error(codes::BAD_ENVIRONMENT, place, message).help(help));
        return;
    };
    for key in keys.iter().filter(|key| FIXED.contains(&key.key.as_str())) {
        let message = format!("{} does not change with the environment", quoted(&key.key));
        let found = Diagnostic::error(codes::BAD_ENVIRONMENT, cx.place(key.key_span), message);
        cx.push(
            found
                .why("environments are separate accounts, and a pipeline has one name in all of them")
                .help("take it away"),
        );
    }
}

/// The schema of the file's own keys, none of them required, is put here by whoever writes the whole schema.
impl JsonSchema for Environments {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Environments".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let any = <IndexMap<String, serde_json::Value>>::json_schema(generator);
        json_schema!({ "type": "object", "additionalProperties": any })
    }
}
