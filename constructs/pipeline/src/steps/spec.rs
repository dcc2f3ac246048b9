//! Steps as written: a list of steps and parallel groups.

use std::borrow::Cow;

use pipesynth_diag::{Cx, Diagnostic, Fields, FromNode, Node, Spanned, codes as common, nearest, quoted, spec};
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{KindSpec, LATER, RetrySpec, TAGS};
use crate::codes;

/// One entry of `steps`.
#[derive(Debug, Clone, PartialEq)]
pub enum StepEntry {
    /// A step.
    Step(Box<StepSpec>),
    /// Steps that run side by side.
    Parallel(Spanned<ParallelSpec>),
}

spec! {
    /// Steps that run side by side; what follows waits for all of them.
    pub struct ParallelSpec: "a parallel group" {
        /// The steps.
        parallel: Vec<StepSpec> => "parallel",
    }
}

/// A step.
#[derive(Debug, Clone, PartialEq)]
pub struct StepSpec {
    /// Its name.
    pub name: Spanned<String>,
    /// The longest time for one try.
    pub timeout: Option<Spanned<String>>,
    /// Further tries.
    pub retry: Option<Spanned<RetrySpec>>,
    /// The steps that it waits for.
    pub depends_on: Option<Spanned<Vec<Spanned<String>>>>,
    /// What it does.
    pub kind: KindSpec,
}

impl StepEntry {
    /// The step, or those of the group.
    pub fn steps(&self) -> &[StepSpec] {
        match self {
            Self::Step(step) => std::slice::from_ref(step),
            Self::Parallel(group) => &group.parallel,
        }
    }
}

impl FromNode for StepEntry {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        if let Some(entry) = node.entry("parallel") {
            let place = cx.place(entry.key_span);
            return ParallelSpec::read(node, cx).map(|group| Self::Parallel(Spanned::new(group, place)));
        }
        StepSpec::read(node, cx).map(|step| Self::Step(Box::new(step)))
    }
}

impl FromNode for StepSpec {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, "a step", cx)?;
        let name = fields.read("name", cx);
        let timeout = fields.read("timeout", cx);
        let retry = fields.read("retry", cx);
        let depends_on = fields.read("dependsOn", cx);
        let Some(tag) = fields.read::<Spanned<String>>("type", cx) else {
            // Without its type nobody knows the step's other keys.
            return None;
        };
        if !TAGS.contains(&tag.as_str()) {
            unknown_type(&tag, cx);
            return None;
        }
        let kind = KindSpec::read(&tag, &mut fields, cx);
        fields.finish(cx);
        Some(Self { name: name?, timeout: timeout?, retry: retry?, depends_on: depends_on?, kind: kind? })
    }
}

fn unknown_type(tag: &Spanned<String>, cx: &mut Cx<'_>) {
    let known: Vec<String> = TAGS.iter().map(|t| format!("`{t}`")).collect();
    let known = format!("this version builds {}", known.join(", "));
    if LATER.contains(&tag.as_str()) {
        let message = format!("steps of type `{tag}` cannot be built by this version");
        cx.push(Diagnostic::error(codes::NOT_YET, tag.place, message).help(known));
        return;
    }
    let near = nearest(tag, TAGS.iter().chain(LATER).copied()).map(|n| format!("did you mean `{n}`?"));
    let found = Diagnostic::error(common::UNKNOWN_VALUE, tag.place, format!("{} is not a step type", quoted(tag)));
    cx.push(found.help_if(near).help(known));
}

impl JsonSchema for StepEntry {
    fn schema_name() -> Cow<'static, str> {
        "StepOrGroup".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let step = generator.subschema_for::<StepSpec>();
        let group = generator.subschema_for::<ParallelSpec>();
        schemars::json_schema!({ "description": "A step, or steps that run side by side.", "anyOf": [step, group] })
    }
}

impl JsonSchema for StepSpec {
    fn schema_name() -> Cow<'static, str> {
        "Step".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let retry = generator.subschema_for::<RetrySpec>();
        let types: Vec<serde_json::Value> = KindSpec::schemas(generator)
            .into_iter()
            .map(|(tag, schema)| with_common_keys(tag, schema, &retry))
            .collect();
        schemars::json_schema!({ "description": "A step: its `type` says which other keys it has.", "oneOf": types })
    }
}

fn with_common_keys(tag: &str, schema: Schema, retry: &Schema) -> serde_json::Value {
    let mut schema = schema.to_value();
    let common = serde_json::json!({
        "name": { "type": "string", "description": "Letters, digits, dashes and underscores, at most 60." },
        "type": { "const": tag },
        "timeout": { "type": ["string", "null"], "description": "The longest time for one try, such as `2h`." },
        "retry": { "anyOf": [retry, { "type": "null" }] },
        "dependsOn": { "type": ["array", "null"], "items": { "type": "string" }, "description": "The steps that it waits for." },
    });
    if let (Some(properties), Some(common)) = (schema["properties"].as_object_mut(), common.as_object()) {
        properties.extend(common.clone());
    }
    match schema["required"].as_array_mut() {
        Some(required) => required.extend(["name".into(), "type".into()]),
        None => schema["required"] = serde_json::json!(["name", "type"]),
    }
    schema
}
