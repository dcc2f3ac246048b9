//! Files in memory → their plans and findings.

mod conditions;
mod cycles;
mod frequency;
mod meeting;
mod renames;
mod schedules;
mod unknown_parents;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use pipesynth_diag::{Diagnostic, Files, Sink};
use pipesynth_pipeline::{PipelineSpec, organization::OrganizationFile};

use super::{Plans, plan};
use crate::parse::{Parsed, ParsedOrganization, ParsedPipeline};
use crate::project::Source;

/// Accounts `A`, `B` and `C` are 111111111111, 222222222222 and 333333333333.
const ORGANIZATION: &str = "organization: { id: o-a1b2c3d4e5, centralAccount: '999999999999', region: eu-central-1, \
    accounts: { A: '111111111111', B: '222222222222', C: '333333333333' } }";

/// What the files gave.
pub(crate) struct Planned {
    pub plans: Plans,
    pub files: Files,
    /// In reading order.
    pub found: Vec<Diagnostic>,
}

impl Planned {
    /// Code, line and message of each finding, one per line.
    pub(crate) fn messages(&self) -> String {
        let line = |d: &Diagnostic| self.files.start(d.place).line;
        let path = |d: &Diagnostic| self.files.path(d.place.file).to_owned();
        let lines: Vec<String> =
            self.found.iter().map(|d| format!("{} {}:{} {}", d.code, path(d), line(d), d.message)).collect();
        lines.join("\n")
    }
}

/// Plans pipelines by path and text; the folder of the path is the project. A text without `steps` gets some.
pub(crate) fn planned(texts: &[(&str, &str)]) -> Planned {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    let organization = PathBuf::from("pipesynth.yaml");
    let loaded = pipesynth_yaml::load::<OrganizationFile>(&mut files, "pipesynth.yaml", ORGANIZATION.into(), &mut sink);
    let above = ParsedOrganization { file: loaded.file, spec: loaded.value };
    let mut pipelines = Vec::new();
    for (path, text) in texts {
        let text = format!("{text}\nsteps: [{{ name: a, type: shell, command: date }}]\n");
        let loaded = pipesynth_yaml::load::<PipelineSpec>(&mut files, *path, text.into_bytes(), &mut sink);
        let folder = Path::new(path).parent().unwrap().to_path_buf();
        let default_name = folder.to_string_lossy().into_owned();
        let source = Source { file: path.into(), folder, default_name, organization: Some(organization.clone()) };
        pipelines.push(ParsedPipeline { source, file: loaded.file, spec: loaded.value });
    }
    let organizations = IndexMap::from([(organization, above)]);
    let parsed = Parsed { pipelines, organizations, environment: None, environments: BTreeSet::new() };
    let plans = plan(parsed, &files, &mut sink);
    Planned { plans, files, found: sink.into_sorted() }
}
