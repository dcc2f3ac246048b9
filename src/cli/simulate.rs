//! `pipesynth simulate` — what all pipelines would do, on a virtual clock.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use pipesynth_diag::FileId;
use pipesynth_pipeline::Lower;
use pipesynth_simulator::record::Record;

use super::exit::{Exit, data, fail, written};
use super::load::{Environment, Loaded};
use super::{Io, load};
use crate::project::{Bytes, read_bounded, relative, shown};
use crate::simulate::report::{self, Details, Look};
use crate::simulate::scenario::{self, Chosen, Clock, Lowered, MAX_DAYS, Names, ScenarioFile};
use crate::simulate::{self, Fault};

/// Columns of the text where it does not go to a terminal.
const WIDTH: usize = 100;

/// Simulate all pipelines found on a virtual clock, with what may go wrong
///
/// Deploys the templates of every pipeline under PATH in memory and lets the time run: schedules with their time zones, runs, events, the
/// rules that deliver them, conditions, alerts, decided by the code that decides in AWS. Without a scenario it is one day from today, in
/// which every run succeeds after 30 minutes. A scenario file says how long runs take and how they end, what people do and what goes
/// wrong; its expectations make it a test: exit code 1 where one is not met. Nothing is simulated while there are errors.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  pipesynth simulate teams                                       today, if all goes well
  pipesynth simulate teams --from 2027-03-27 --days 3            three days in which clocks change
  pipesynth simulate teams --scenario late.yaml                  as the scenario says
  pipesynth simulate teams --scenario a.yaml --scenario b.yaml   two tests, one after the other
  pipesynth simulate teams --format html --out week.html --days 7

In a scenario file, for editors that read it (see `pipesynth schema scenario`):
  # yaml-language-server: $schema=scenario.schema.json")]
pub struct Args {
    /// A pipeline file, a project folder, or a folder that holds many projects
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,

    #[command(flatten)]
    environment: Environment,

    /// A scenario file; may be given several times
    #[arg(long, value_name = "FILE")]
    scenario: Vec<PathBuf>,

    /// The first day or instant, instead of the scenario's
    #[arg(long, value_name = "DATE", value_parser = time)]
    from: Option<String>,

    /// The end, not included, instead of the scenario's
    #[arg(long, value_name = "DATE", value_parser = time, conflicts_with = "days")]
    until: Option<String>,

    /// How many days, instead of the scenario's end
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=MAX_DAYS as i64))]
    days: Option<i32>,

    /// Seed of everything random, instead of the scenario's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// How the simulation is shown
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,

    /// How much of it the text shows
    #[arg(long, value_enum, default_value_t = Show::Auto, value_name = "WHAT")]
    show: Show,

    /// Write into this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// A timeline
    Text,
    /// One JSON document
    Json,
    /// One page with a chart that needs nothing else
    Html,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Show {
    /// Every run, or one line per pipeline where there are many
    Auto,
    /// Every run, and what the engine did with every event
    All,
    /// One line per pipeline, and what went otherwise than planned
    Short,
}

impl From<Show> for Details {
    fn from(show: Show) -> Self {
        match show {
            Show::Auto => Self::Auto,
            Show::All => Self::All,
            Show::Short => Self::Short,
        }
    }
}

/// Takes what some clock shows; whether the scenario's does is seen when its zone is known.
fn time(text: &str) -> Result<String, String> {
    let utc = Clock::new("UTC").ok_or("no time zones")?;
    utc.instant(text).map(|_| text.to_owned()).map_err(|fault| fault.to_string())
}

pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Exit {
    if args.scenario.len() > 1 && args.format != Format::Text {
        let message = format!("{} scenarios are written as text only", args.scenario.len());
        return fail(io.err, Exit::Usage, &message, &["give one scenario for each document"]);
    }
    let mut loaded = match load::load(&args.path, &args.environment, io) {
        Ok(loaded) => loaded,
        Err(exit) => return exit,
    };
    if loaded.pipelines == 0 && !loaded.sink.has_errors() {
        return load::nothing(&args.path, io);
    }
    if loaded.plans.organizations.len() > 1 {
        let message = format!("`{}` holds projects of several organisations", shown(&args.path));
        return fail(io.err, Exit::Usage, &message, &["a simulation is of one; give a PATH for each"]);
    }
    let scenarios = match scenarios(args, &mut loaded, io) {
        Ok(scenarios) => scenarios,
        Err(exit) => return exit,
    };
    simulated(args, loaded, &scenarios, io)
}

/// A scenario that was read, and its file.
struct Read {
    file: Option<FileId>,
    lowered: Lowered,
}

/// Reads all scenarios; their findings go to the others'.
fn scenarios(args: &Args, loaded: &mut Loaded, io: &mut Io<'_>) -> Result<Vec<Read>, Exit> {
    let mut written = Vec::new();
    for path in &args.scenario {
        written.push(Some(read(path, loaded, io)?));
    }
    if written.is_empty() {
        written.push(None);
    }
    let chosen = Chosen { from: args.from.clone(), until: args.until.clone(), days: args.days, seed: args.seed };
    let now = super::explain::clock();
    let names = Names::new(&loaded.plans, loaded.plans.pipelines.len() == loaded.pipelines);
    let mut all = Vec::new();
    for scenario in written {
        let (file, spec) = scenario.map_or((None, None), |(file, spec)| (Some(file), spec));
        if file.is_some() && spec.is_none() {
            continue;
        }
        let organization = loaded.plans.organizations.values().next();
        let mut cx = Lower::new(&loaded.files, &mut loaded.sink, organization.map(Some));
        match scenario::lower(spec.as_ref(), &chosen, now, &names, &loaded.files, &mut cx) {
            Ok(lowered) => all.push(Read { file, lowered }),
            Err(fault) => return Err(fail(io.err, Exit::Usage, &fault, &[])),
        }
    }
    Ok(all)
}

fn read(path: &Path, loaded: &mut Loaded, io: &mut Io<'_>) -> Result<(FileId, Option<ScenarioFile>), Exit> {
    let name = shown(&relative(&loaded.here.join(path), &loaded.here));
    match read_bounded(path, pipesynth_yaml::MAX_BYTES) {
        Ok(Bytes::Read(bytes)) => {
            let read = pipesynth_yaml::load(&mut loaded.files, name, bytes, &mut loaded.sink);
            Ok((read.file, read.value))
        }
        Ok(Bytes::TooLarge(length)) => {
            let file = loaded.files.add(name, "");
            loaded.sink.push(pipesynth_yaml::too_large(file, length));
            Ok((file, None))
        }
        Err(fault) => {
            let exit = if fault.kind() == std::io::ErrorKind::NotFound { Exit::Usage } else { Exit::Refused };
            Err(fail(io.err, exit, &format!("`{}` cannot be read: {fault}", shown(path)), &[]))
        }
    }
}

/// Simulates every scenario and shows it, then what was found.
fn simulated(args: &Args, mut loaded: Loaded, scenarios: &[Read], io: &mut Io<'_>) -> Exit {
    if loaded.sink.has_errors() {
        return load::report(&loaded.files, loaded.sink, io);
    }
    let deployment = match simulate::deployment(&loaded.plans, &loaded.files, &mut loaded.sink) {
        Ok(deployment) => deployment,
        Err(Fault::Reported) => return load::report(&loaded.files, loaded.sink, io),
        Err(Fault::Refused(faults)) => return refused("the templates cannot be simulated", &faults, io),
    };
    if let Err(exit) = stand_in(&loaded, io) {
        return exit;
    }
    // How many there are changes nothing in what is shown.
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut text = String::new();
    for Read { file, lowered } in scenarios {
        let Some(scenario) = &lowered.scenario else { continue };
        let record = match pipesynth_simulator::simulate_on(&deployment, scenario, threads) {
            Ok(record) => record,
            Err(faults) => return refused("this cannot be simulated", &faults, io),
        };
        let chosen = args.from.is_some() || args.until.is_some() || args.days.is_some();
        simulate::verdicts(&record, scenario, lowered, !chosen, &mut loaded.sink);
        let title = file.filter(|_| scenarios.len() > 1).map(|file| loaded.files.path(file));
        show(args, title, &record, &lowered.clock, io.color_out, &mut text);
    }
    // The timeline first, so that a terminal ends with what is wrong.
    match put(args, &text, io) {
        Exit::Done => load::report(&loaded.files, loaded.sink, io),
        exit => exit,
    }
}

fn refused(message: &str, faults: &[String], io: &mut Io<'_>) -> Exit {
    let faults: Vec<&str> = faults.iter().map(String::as_str).collect();
    fail(io.err, Exit::Findings, message, &faults)
}

/// Says which pipelines got an account for the simulation alone.
fn stand_in(loaded: &Loaded, io: &mut Io<'_>) -> Result<(), Exit> {
    let without = loaded.plans.pipelines.iter().filter(|planned| planned.plan.account.is_none()).count();
    let who = match without {
        0 => return Ok(()),
        1 => "1 pipeline names no account and is".to_owned(),
        n => format!("{n} pipelines name no account and are"),
    };
    let account = simulate::STAND_IN.account;
    writeln!(io.err, "note: {who} simulated in account {account}, which stands for any").map_err(|_| Exit::Refused)
}

/// Appends one simulation to the text.
fn show(args: &Args, title: Option<&str>, record: &Record, clock: &Clock, color: bool, text: &mut String) {
    match args.format {
        Format::Html => text.push_str(&report::html(record, &clock.zone)),
        Format::Json => {
            text.push_str(&serde_json::to_string_pretty(&report::json(record)).unwrap_or_default());
            text.push('\n');
        }
        Format::Text => {
            let terminal = args.out.is_none() && std::io::IsTerminal::is_terminal(&std::io::stdout());
            let width =
                if terminal { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
            let look = Look {
                color: color && args.out.is_none(),
                width: width.unwrap_or(WIDTH),
                zone: clock.zone.clone(),
                details: args.show.into(),
            };
            if let Some(title) = title {
                let between = if text.is_empty() { "" } else { "\n" };
                text.push_str(&format!("{between}scenario {title}\n\n"));
            }
            text.push_str(&report::text(record, &look));
        }
    }
}

/// Writes what is shown.
fn put(args: &Args, text: &str, io: &mut Io<'_>) -> Exit {
    let Some(file) = &args.out else { return data(io, text.as_bytes(), Exit::Done) };
    match std::fs::write(file, text) {
        Ok(()) => written(writeln!(io.err, "`{}` written", shown(file)), Exit::Done),
        Err(fault) => fail(io.err, Exit::Refused, &format!("`{}` cannot be written: {fault}", shown(file)), &[]),
    }
}
