//! `pipesynth validate` — all findings at once.

use std::path::PathBuf;

use clap::ValueEnum;
use pipesynth_diag::Severity;

use super::exit::{Exit, data, written};
use super::explain::clock;
use super::{Io, load};
use crate::plan;
use crate::report;
use crate::synth;

/// Check pipelines and show all findings at once
///
/// Reads every pipeline under PATH with the pipesynth.yaml above it, checks all of it as `synth` would, and writes nothing. It also says
/// which schedules are over by now.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  pipesynth validate                        the project in the current folder
  pipesynth validate examples               every project below a folder
  pipesynth validate --format json | jq     for programs")]
pub struct Args {
    /// A pipeline file, a project folder, or a folder that holds many projects
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,

    /// How findings are written: for people on stderr, for programs on stdout
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON document
    Json,
}

pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Exit {
    let mut loaded = match load::load(&args.path, io) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    if loaded.pipelines == 0 && !loaded.organization_here && !loaded.sink.has_errors() {
        return load::nothing(&args.path, io);
    }
    if !loaded.sink.has_errors() {
        synth::check(&loaded.plans, &loaded.files, &mut loaded.sink);
    }
    plan::over(&loaded.plans, clock(), &mut loaded.sink);
    if args.format == Format::Json {
        let found = loaded.sink.into_sorted();
        let errors = found.iter().any(|d| d.severity == Severity::Error);
        let exit = if errors { Exit::Findings } else { Exit::Done };
        let mut text = Vec::new();
        // Writing into memory cannot fail.
        let _ = report::json::write(&mut text, &loaded.files, &found);
        return data(io, &text, exit);
    }
    let pipelines = loaded.pipelines;
    let exit = load::report(&loaded.files, loaded.sink, io);
    if exit != Exit::Done {
        return exit;
    }
    let text = format!("{pipelines} pipeline{} checked, no errors\n", if pipelines == 1 { "" } else { "s" });
    written(io.err.write_all(text.as_bytes()), exit)
}
