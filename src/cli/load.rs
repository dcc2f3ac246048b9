//! PATH → checked plans: what `validate` and `synth` have in common.

use std::path::{Path, PathBuf};

use pipesynth_diag::{FileId, Files, Severity, Sink, nearest};

use super::Io;
use super::exit::{Exit, fail, written};
use crate::parse::{Parsed, ParsedPipeline};
use crate::plan::{Plans, plan};
use crate::project::{Found, discover, relative, shown};
use crate::report;

/// What was loaded.
pub(super) struct Loaded {
    pub files: Files,
    pub sink: Sink,
    pub plans: Plans,
    pub root: PathBuf,
    pub here: PathBuf,
    /// How many pipelines there are, with those that have errors.
    pub pipelines: usize,
    /// The file of every pipeline under its lower-case name, with its pipesynth.yaml; also of those that have errors.
    pub named: Vec<(String, FileId, Option<FileId>)>,
    /// True where the path itself holds pipesynth.yaml.
    pub organization_here: bool,
}

/// Which environment a command is about.
#[derive(clap::Args)]
pub(super) struct Environment {
    /// The environment whose values stand over those of pipesynth.yaml and the pipelines; without it the files count as they stand
    #[arg(id = "env", long = "env", value_name = "ENV")]
    pub name: Option<String>,
}

/// Finds, reads and checks everything under a path, as it is in an environment.
pub(super) fn load(path: &Path, environment: &Environment, io: &mut Io<'_>) -> Result<Loaded, Exit> {
    let found = find(path, io)?;
    let here = std::env::current_dir()
        .map_err(|fault| fail(io.err, Exit::Refused, &format!("the current folder cannot be found: {fault}"), &[]))?;
    let (root, pipelines) = (found.root.clone(), found.sources.len());
    for file in &found.misnamed {
        let right = file.with_extension("yaml");
        let right = right.file_name().unwrap_or_default().to_string_lossy();
        let note = format!("note: `{}` is not read: such a file is called `{right}`\n", shown(&relative(file, &here)));
        if io.err.write_all(note.as_bytes()).is_err() {
            return Err(Exit::Refused);
        }
    }
    let organization_here = found.organization.as_ref().is_some_and(|file| file.parent() == Some(root.as_path()));
    let (mut files, mut sink) = (Files::new(), Sink::default());
    let chosen = environment.name.as_deref();
    let parsed = crate::parse::parse(found, chosen, &here, &mut files, &mut sink).map_err(|unreadable| {
        let message = format!("`{}` cannot be read: {}", shown(&unreadable.path), unreadable.fault);
        fail(io.err, Exit::Refused, &message, &[])
    })?;
    // In a file that cannot be read it may well stand.
    if let Some(name) = chosen.filter(|name| !parsed.environments.contains(*name) && !sink.has_errors()) {
        return Err(unknown_environment(name, path, &parsed, io));
    }
    let named = parsed.pipelines.iter().map(|pipeline| named(pipeline, &parsed)).collect();
    let plans = plan(parsed, &files, &mut sink);
    Ok(Loaded { files, sink, plans, root, here, pipelines, named, organization_here })
}

/// A pipeline's name, if only its folder's, and its files.
fn named(pipeline: &ParsedPipeline, parsed: &Parsed) -> (String, FileId, Option<FileId>) {
    let written = pipeline.spec.as_ref().and_then(|spec| spec.name.as_ref()).map(|name| name.value.as_str());
    let above = pipeline.source.organization.as_ref().and_then(|path| parsed.organizations.get(path));
    let name = written.unwrap_or(&pipeline.source.default_name).to_ascii_lowercase();
    (name, pipeline.file, above.map(|organization| organization.file))
}

impl Loaded {
    /// Keeps of the findings those that concern the pipelines of a name: in their own files, in their pipesynth.yaml, or pointing at one
    /// of them from elsewhere. Where no pipeline has the name all are kept, for one of them may be why.
    pub fn about(&mut self, name: &str) {
        let ours: Vec<_> = self.named.iter().filter(|(known, ..)| known.eq_ignore_ascii_case(name)).collect();
        if ours.is_empty() {
            return;
        }
        let own = |file: FileId| ours.iter().any(|(_, ours, _)| *ours == file);
        let above = |file: FileId| ours.iter().any(|(.., above)| *above == Some(file));
        let mut kept = Sink::default();
        for found in std::mem::take(&mut self.sink).into_sorted() {
            let pointing = found.related.iter().any(|label| own(label.place.file));
            if own(found.place.file) || above(found.place.file) || pointing {
                kept.push(found);
            }
        }
        self.sink = kept;
    }
}

fn find(path: &Path, io: &mut Io<'_>) -> Result<Found, Exit> {
    discover(path).map_err(|fault| {
        let exit = if fault.kind() == std::io::ErrorKind::NotFound { Exit::Usage } else { Exit::Refused };
        fail(io.err, exit, &format!("`{}` cannot be read: {fault}", shown(path)), &[])
    })
}

/// No file has this environment: then it is no finding in a file but a slip on the command line.
fn unknown_environment(name: &str, path: &Path, parsed: &Parsed, io: &mut Io<'_>) -> Exit {
    let message = format!("no environment `{name}` in the files of `{}`", shown(path));
    let known: Vec<String> = parsed.environments.iter().map(|name| format!("`{name}`")).collect();
    let near = nearest(name, parsed.environments.iter().map(String::as_str));
    let there = match known.is_empty() {
        true => "there is none: environments stand under `environments` of pipesynth.yaml".to_owned(),
        false => format!("there {} {}", if known.len() == 1 { "is" } else { "are" }, known.join(", ")),
    };
    let near = near.map(|name| format!("did you mean `{name}`?"));
    let hints: Vec<&str> = near.iter().chain([&there]).map(String::as_str).collect();
    fail(io.err, Exit::Usage, &message, &hints)
}

/// Says that there is no pipeline under a path.
pub(super) fn nothing(path: &Path, io: &mut Io<'_>) -> Exit {
    let message = format!("no pipeline under `{}`", shown(path));
    let hints =
        ["a project has `pipeline.yaml`, or `pipelines/*.yaml`", "make one with `pipesynth create-project -n NAME`"];
    fail(io.err, Exit::Usage, &message, &hints)
}

/// Prints findings for people, with a count, on stderr.
pub(super) fn report(files: &Files, sink: Sink, io: &mut Io<'_>) -> Exit {
    let found = sink.into_sorted();
    let errors = found.iter().filter(|d| d.severity == Severity::Error).count();
    let exit = if errors > 0 { Exit::Findings } else { Exit::Done };
    if found.is_empty() {
        return exit;
    }
    let result = report::human::write(io.err, files, &found, io.color)
        .and_then(|()| writeln!(io.err, "{}", count(errors, found.len() - errors)));
    written(result, exit)
}

/// `2 errors, 1 warning`
pub(super) fn count(errors: usize, warnings: usize) -> String {
    let some = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (errors, warnings) {
        (e, 0) => some(e, "error"),
        (0, w) => some(w, "warning"),
        (e, w) => format!("{}, {}", some(e, "error"), some(w, "warning")),
    }
}
