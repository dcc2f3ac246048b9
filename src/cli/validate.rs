//! `pipesynth validate` — all findings at once.

use std::path::PathBuf;

use clap::ValueEnum;
use pipesynth_diag::Severity;

use super::exit::{Exit, data, written};
use super::explain::clock;
use super::load::Environment;
use super::{Io, load};
use crate::headroom;
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
  pipesynth validate teams                  every project below a folder
  pipesynth validate --env prod             as it is in an environment of pipesynth.yaml
  pipesynth validate teams --headroom       what is used of AWS's limits
  pipesynth validate --format json | jq     for programs
  pipesynth validate --format sarif > findings.sarif")]
pub struct Args {
    /// A pipeline file, a project folder, or a folder that holds many projects
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,

    #[command(flatten)]
    environment: Environment,

    /// How findings are written: for people on stderr, for programs on stdout
    #[arg(long, value_enum, default_value_t = Format::Human, value_name = "FORMAT")]
    format: Format,

    /// Show how much of AWS's limits is used, and how many pipelines more there is room for
    #[arg(long)]
    headroom: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning in GitHub, GitLab and editors
    Sarif,
}

pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Exit {
    let mut loaded = match load::load(&args.path, &args.environment, io) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    if loaded.pipelines == 0 && !loaded.organization_here && !loaded.sink.has_errors() {
        return load::nothing(&args.path, io);
    }
    let mut uses = None;
    if !loaded.sink.has_errors() {
        uses = Some(synth::check(&loaded.plans, &loaded.files, &mut loaded.sink));
    }
    let uses = uses.filter(|_| args.headroom);
    plan::over(&loaded.plans, clock(), &mut loaded.sink);
    let (files, sink) = (&loaded.files, loaded.sink);
    if args.format != Format::Human {
        let found = sink.into_sorted();
        let errors = found.iter().any(|d| d.severity == Severity::Error);
        let exit = if errors { Exit::Findings } else { Exit::Done };
        let mut text = Vec::new();
        // Writing into memory cannot fail.
        let _ = match args.format {
            Format::Sarif => report::sarif::write(&mut text, files, &found),
            Format::Json | Format::Human => report::json::write(&mut text, files, &found, uses.as_deref()),
        };
        return data(io, &text, exit);
    }
    let exit = load::report(files, sink, io);
    if let Some(uses) = uses {
        let shown = data(io, headroom::text(&uses).as_bytes(), exit);
        if shown == Exit::Refused {
            return shown;
        }
    }
    if exit != Exit::Done {
        return exit;
    }
    let pipelines = loaded.pipelines;
    let text = format!("{pipelines} pipeline{} checked, no errors\n", if pipelines == 1 { "" } else { "s" });
    written(io.err.write_all(text.as_bytes()), exit)
}
