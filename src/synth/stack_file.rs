//! A stack → its template's text, with what the manifest says of it.

use indexmap::IndexMap;
use pipesynth_core::limits::Usage;
use pipesynth_core::{Origin, Stack};
use pipesynth_diag::{FileId, Files, Place, Sink, Span};

use super::assets::{self, Assets, Code};
use super::proofs::Prover;
use super::{check, tags};
use crate::plan::Planned;

/// A template and what the manifest says of it.
pub struct StackFile {
    /// The CloudFormation stack's name.
    pub stack: String,
    /// The template's file name without its ending; the stack's name unless two accounts have a stack of one name.
    pub file: String,
    /// 12 digits, where the pipeline has an account.
    pub account: Option<String>,
    /// The region, where it is known.
    pub region: Option<String>,
    /// The template as JSON.
    pub json: String,
    /// Tags of the stack.
    pub tags: IndexMap<String, String>,
    /// Path in the tree, logical id and origin of every resource.
    pub resources: Vec<(String, String, Option<Origin>)>,
    /// The pipeline's files.
    pub assets: Option<Assets>,
    /// How full the template is.
    pub usage: Usage,
}

impl StackFile {
    /// The template as YAML 1.1, which is what CloudFormation reads: texts such as `on` and `12:30` are quoted.
    pub fn yaml(&self) -> Option<String> {
        let template: serde_json::Value = serde_json::from_str(&self.json).ok()?;
        let mut options = serde_yaml::SerializerOptions::default();
        options.yaml_12 = false;
        options.prefer_block_scalars = false;
        let mut text = String::new();
        serde_yaml::to_fmt_writer_with_options(&mut text, &template, options).ok()?;
        Some(text)
    }
}

/// Tags, checks, writes and proves one stack, with its files as `code` says. `None` only after an error was reported.
pub(super) fn render(
    mut stack: Stack,
    planned: Option<&Planned>,
    code: Code,
    prover: Option<&Prover<'_>>,
    files: &Files,
    sink: &mut Sink,
) -> Option<StackFile> {
    let fallback = planned.map_or_else(|| first_place(files), |p| Some(p.plan.places.pipeline));
    tags::apply(&mut stack);
    let fallback = fallback.unwrap_or_else(nowhere);
    let template = match stack.template() {
        Ok(template) => template,
        Err(found) => {
            check::faults(stack.name(), &found, fallback, sink);
            return None;
        }
    };
    let before = sink.has_errors();
    check::resources(&template, files, fallback, sink);
    if sink.has_errors() && !before {
        return None;
    }
    // Writing a checked template into memory cannot fail.
    let json = template.to_json().ok()?;
    let usage = match template.usage(json.len()) {
        Ok(usage) => usage,
        Err(fault) => {
            check::faults(stack.name(), &[fault], fallback, sink);
            return None;
        }
    };
    if let Some(prover) = prover {
        let before = sink.has_errors();
        prover.prove(&template, &json, files, fallback, sink);
        if sink.has_errors() && !before {
            return None;
        }
    }
    let resources = template.resources().map(|r| (r.path.join("/"), r.id.to_owned(), r.origin.cloned())).collect();
    let assets = match planned {
        Some(planned) => assets::of(planned, code, sink)?,
        None => None,
    };
    let name = stack.name().to_owned();
    Some(StackFile {
        file: name.clone(),
        stack: name,
        account: planned.and_then(|p| p.plan.account.as_ref()).map(|a| a.id.clone()),
        region: planned.and_then(|p| p.plan.region.clone()),
        json,
        tags: stack.tags().map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        resources,
        assets,
        usage,
    })
}

fn first_place(files: &Files) -> Option<Place> {
    files.ids().next().map(FileId::whole)
}

/// An account stack without any file: its faults are ours, and have no line.
fn nowhere() -> Place {
    let mut none = Files::new();
    none.add("pipesynth", "").at(Span::START)
}

/// Stacks of one name in several accounts get their account into the file's name.
pub(super) fn distinct_files(stacks: &mut [StackFile]) {
    let mut count: IndexMap<String, u32> = IndexMap::new();
    for stack in stacks.iter() {
        *count.entry(stack.stack.clone()).or_default() += 1;
    }
    for stack in stacks {
        if count.get(&stack.stack).is_some_and(|n| *n > 1)
            && let Some(account) = &stack.account
        {
            stack.file = format!("{}.{account}", stack.stack);
        }
    }
}
