//! PATH → checked plans: what `validate` and `synth` have in common.

use std::path::{Path, PathBuf};

use pipesynth_diag::{Files, Severity, Sink};

use super::Io;
use super::exit::{Exit, fail, written};
use crate::plan::{Plans, plan};
use crate::project::{Found, discover, shown};
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
    /// True where the path itself holds pipesynth.yaml.
    pub organization_here: bool,
}

/// Finds, reads and checks everything under a path.
pub(super) fn load(path: &Path, io: &mut Io<'_>) -> Result<Loaded, Exit> {
    let found = find(path, io)?;
    let here = std::env::current_dir()
        .map_err(|fault| fail(io.err, Exit::Refused, &format!("the current folder cannot be found: {fault}"), &[]))?;
    let (root, pipelines) = (found.root.clone(), found.sources.len());
    let organization_here = found.organization.as_ref().is_some_and(|file| file.parent() == Some(root.as_path()));
    let (mut files, mut sink) = (Files::new(), Sink::default());
    let parsed = crate::parse::parse(found, &here, &mut files, &mut sink).map_err(|unreadable| {
        let message = format!("`{}` cannot be read: {}", shown(&unreadable.path), unreadable.fault);
        fail(io.err, Exit::Refused, &message, &[])
    })?;
    let plans = plan(parsed, &mut sink);
    Ok(Loaded { files, sink, plans, root, here, pipelines, organization_here })
}

fn find(path: &Path, io: &mut Io<'_>) -> Result<Found, Exit> {
    discover(path).map_err(|fault| {
        let exit = if fault.kind() == std::io::ErrorKind::NotFound { Exit::Usage } else { Exit::Refused };
        fail(io.err, exit, &format!("`{}` cannot be read: {fault}", shown(path)), &[])
    })
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
