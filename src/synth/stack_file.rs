//! A stack → its template's text, with what the manifest says of it.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use pipesynth_contract::names;
use pipesynth_core::limits::Usage;
use pipesynth_core::{Origin, Stack};
use pipesynth_diag::{FileId, Files, Place, Sink, Span};

use super::assets::{self, Assets, Code};
use super::proofs::Prover;
use super::{check, tags};
use crate::headroom::{self, Measured};
use crate::plan::{Planned, Plans};

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
    /// What it uses of AWS's limits.
    pub measured: Measured,
}

impl StackFile {
    /// A stack of a name that several accounts have gets its account into the file's name.
    pub(super) fn told_apart(mut self, several: &BTreeSet<String>) -> Self {
        if let Some(account) = self.account.as_ref().filter(|_| several.contains(&self.stack)) {
            self.file = format!("{}.{account}", self.stack);
        }
        self
    }

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
    let tree = template.json();
    // Writing a checked template into memory cannot fail.
    let json = pipesynth_core::text::pretty(&tree).ok()?;
    let usage = match template.usage(json.len()) {
        Ok(usage) => usage,
        Err(fault) => {
            check::faults(stack.name(), &[fault], fallback, sink);
            return None;
        }
    };
    if let Some(prover) = prover {
        let before = sink.has_errors();
        prover.prove(&template, &tree, files, fallback, sink);
        if sink.has_errors() && !before {
            return None;
        }
    }
    let resources = template.resources().map(|r| (r.path.join("/"), r.id.to_owned(), r.origin.cloned())).collect();
    let measured = headroom::measure(&tree, &usage);
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
        measured,
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

/// The names of stacks that several accounts have.
pub(super) fn of_several_accounts(plans: &Plans) -> BTreeSet<String> {
    let (mut once, mut again) = (BTreeSet::new(), BTreeSet::new());
    for planned in &plans.pipelines {
        if !once.insert(planned.plan.name.as_str()) {
            again.insert(names::machine(&planned.plan.name));
        }
    }
    again
}
