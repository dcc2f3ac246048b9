//! `pipesynth explain` — what starts one pipeline, who feeds it, when that is next, who waits for it.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use pipesynth_diag::nearest;
use pipesynth_engine::schedule;
use serde_json::json;

use super::exit::{Exit, data, fail};
use super::load::Environment;
use super::{Io, load};
use crate::explain;
use crate::project::shown;

/// Version of the JSON. It counts up when a key changes its meaning; new keys may come without that.
const VERSION: u32 = 1;

/// Say what starts a pipeline, who feeds it, and when that is next
///
/// Shows what the pipeline waits for with every effective option, its parents and what starts them, the next three scheduled instants with
/// their logical dates, and who waits for it. A name that several accounts have is explained for each.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  pipesynth explain pipeline-X teams                            what would start pipeline-X
  pipesynth explain listings teams --now 2027-03-27T12:00:00Z   as seen at another time, here before clocks change
  pipesynth explain pipeline-X teams --format json | jq         for programs")]
pub struct Args {
    /// The pipeline's name, in any case
    #[arg(value_name = "NAME")]
    name: String,

    /// A pipeline file, a project folder, or a folder that holds many projects
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,

    #[command(flatten)]
    environment: Environment,

    /// The instant after which scheduled starts are shown; the current time if left out
    #[arg(long, value_name = "RFC3339", value_parser = instant)]
    now: Option<u64>,

    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON document
    Json,
}

fn instant(text: &str) -> Result<u64, String> {
    schedule::instant(text).map_err(|fault| fault.to_string())
}

#[allow(
    clippy::disallowed_methods,
    reason = "the next start is next to now; everything below takes the time as a value"
)]
pub(super) fn clock() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Exit {
    let loaded = match load::load(&args.path, &args.environment, io) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    if loaded.pipelines == 0 && !loaded.sink.has_errors() {
        return load::nothing(&args.path, io);
    }
    let exit = load::report(&loaded.files, loaded.sink, io);
    let now = args.now.unwrap_or_else(clock);
    let found = explain::explain(&loaded.plans, &loaded.root, &args.name, now);
    if found.is_empty() {
        // It is there, and what is wrong with it has been said.
        if exit != Exit::Done && loaded.named.iter().any(|(known, ..)| known.eq_ignore_ascii_case(&args.name)) {
            return exit;
        }
        let names = loaded.plans.pipelines.iter().map(|planned| planned.plan.display_name.as_str());
        let near = nearest(&args.name, names).map(|name| format!("did you mean `{name}`?"));
        let left_out = loaded.pipelines - loaded.plans.pipelines.len();
        let left_out = match left_out {
            0 => None,
            1 => Some("1 pipeline with errors is left out".to_owned()),
            n => Some(format!("{n} pipelines with errors are left out")),
        };
        let hints: Vec<&str> = near.iter().chain(&left_out).map(String::as_str).collect();
        let message = format!("no pipeline `{}` under `{}`", args.name, shown(&args.path));
        return fail(io.err, Exit::Usage, &message, &hints);
    }
    let text = match args.format {
        Format::Text => explain::text(&found),
        Format::Json => {
            let document = json!({ "version": VERSION, "pipelines": found });
            let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
            text.push('\n');
            text
        }
    };
    data(io, text.as_bytes(), exit)
}
