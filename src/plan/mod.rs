//! Specs → checked plans and findings, over all pipelines that were found.

mod code;
pub mod codes;
pub(crate) mod components;
mod conditions;
mod cycles;
mod dependencies;
mod environments;
mod frequency;
mod meeting;
mod renames;
mod schedules;
#[cfg(test)]
pub(crate) mod tests;
mod unknown_parents;

use std::path::PathBuf;

use indexmap::IndexMap;
use pipesynth_diag::{Diagnostic, Files, Sink};
use pipesynth_pipeline::organization::{self, OrganizationPlan};
use pipesynth_pipeline::{Lower, PipelinePlan, codes as pipeline_codes, lower};

use crate::parse::Parsed;
use crate::project::Source;
pub use schedules::over;

/// A checked pipeline and where it comes from.
pub struct Planned {
    /// Where it comes from.
    pub source: Source,
    /// The pipeline.
    pub plan: PipelinePlan,
}

/// All checked pipelines and organisations.
pub struct Plans {
    /// The pipelines in the order in which they were found; those with errors are left out.
    pub pipelines: Vec<Planned>,
    /// The organisations by their path.
    pub organizations: IndexMap<PathBuf, OrganizationPlan>,
}

impl Plans {
    /// The alias of an account, of the first organisation that knows one.
    pub fn alias(&self, id: &str) -> Option<&str> {
        let mut known = self.organizations.values().flat_map(|organization| &organization.accounts);
        known.find(|(_, account)| account.id == id).map(|(alias, _)| alias.as_str())
    }
}

/// Checks everything. `files` holds what was parsed.
pub fn plan(parsed: Parsed, files: &Files, sink: &mut Sink) -> Plans {
    environments::check(&parsed, sink);
    let mut organizations = IndexMap::new();
    for (path, organization) in parsed.organizations {
        let plan = organization.spec.and_then(|spec| organization::lower(&spec, sink));
        organizations.insert(path, plan);
    }
    let mut pipelines = Vec::with_capacity(parsed.pipelines.len());
    let mut left_out = unknown_parents::LeftOut::default();
    for parsed in parsed.pipelines {
        let known = parsed.source.organization.as_ref().and_then(|path| organizations.get(path));
        let Some(spec) = parsed.spec else {
            left_out.add(None);
            continue;
        };
        let mut cx = Lower::new(files, sink, known.map(Option::as_ref));
        let plan = lower(&spec, &parsed.source.default_name, parsed.file.whole(), &mut cx);
        let files = cx.files;
        code::check(&files, &parsed.source.folder, sink);
        if let (Some(plan), false) = (plan, matches!(known, Some(None))) {
            pipelines.push(Planned { source: parsed.source, plan });
        } else {
            left_out.add(Some(&spec));
        }
    }
    unique(&pipelines, sink);
    schedules::check(&pipelines, sink);
    conditions::check(&pipelines, sink);
    let organizations = organizations.into_iter().filter_map(|(path, plan)| Some((path, plan?))).collect();
    let plans = Plans { pipelines, organizations };
    dependencies::check(&plans, &left_out, sink);
    plans
}

/// A pipeline is its account and its lower-case name: no two may share both.
fn unique(pipelines: &[Planned], sink: &mut Sink) {
    let mut seen: IndexMap<(Option<&str>, &str), &Planned> = IndexMap::new();
    for planned in pipelines {
        let account = planned.plan.account.as_ref().map(|a| a.id.as_str());
        let key = (account, planned.plan.name.as_str());
        if let Some(first) = seen.get(&key) {
            let message = format!("a pipeline named `{}` is there already in this account", planned.plan.display_name);
            let found = Diagnostic::error(pipeline_codes::DUPLICATE_NAME, planned.plan.places.pipeline, message)
                .related(first.plan.places.pipeline, "the first one is here")
                .help("names that differ only in case are the same name; choose another one");
            sink.push(found);
        }
        seen.entry(key).or_insert(planned);
    }
}
