//! The command line: one file per command. Data goes to `out`, everything else to `err`.

mod completions;
mod create_project;
mod exit;
mod explain;
mod graph;
mod load;
mod schema;
mod schema_overlay;
mod simulate;
mod synth;
mod validate;

use std::ffi::OsString;
use std::io::{IsTerminal, Write};

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

pub use exit::Exit;

/// Turns a short pipeline.yaml into the CloudFormation of an event-driven data-pipeline platform over many AWS accounts.
#[derive(Parser)]
#[command(name = "pipesynth", version, about, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Examples:
  pipesynth create-project -n listings     make a project that validates as it is
  pipesynth validate                       check the project in the current folder
  pipesynth synth > template.json          the pipeline's CloudFormation template
  pipesynth synth --out cdk.out            templates of all stacks, assets and manifest
  pipesynth graph teams                    which pipeline waits for which
  pipesynth explain pipeline-X teams       what starts one pipeline, and when next
  pipesynth simulate teams                 what would run today, and why

Exit codes: 0 done, 1 findings in your files, 2 wrong usage, 3 the system or AWS refused.")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
}

#[derive(Subcommand)]
enum Command {
    CreateProject(create_project::Args),
    Validate(validate::Args),
    Synth(synth::Args),
    Graph(graph::Args),
    Explain(explain::Args),
    Simulate(simulate::Args),
    Schema(schema::Args),
    Completions(completions::Args),
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether what goes to `stream` is coloured.
    fn on(self, stream: impl IsTerminal) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => exit::terminal(stream),
        }
    }
}

/// Where a command writes.
pub struct Io<'a> {
    /// Data.
    pub out: &'a mut dyn Write,
    /// Everything else.
    pub err: &'a mut dyn Write,
    /// True where findings are coloured.
    pub color: bool,
    /// True where data for people is coloured.
    pub color_out: bool,
}

/// Parses the arguments and runs the command.
pub fn main(arguments: impl IntoIterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(fault) => return usage(&fault, color_in(&arguments), out, err),
    };
    let color = cli.color.on(std::io::stderr());
    let color_out = cli.color.on(std::io::stdout());
    let mut io = Io { out, err, color, color_out };
    match cli.command {
        Command::CreateProject(args) => create_project::run(&args, &mut io),
        Command::Validate(args) => validate::run(&args, &mut io),
        Command::Synth(args) => synth::run(&args, &mut io),
        Command::Graph(args) => graph::run(&args, &mut io),
        Command::Explain(args) => explain::run(&args, &mut io),
        Command::Simulate(args) => simulate::run(&args, &mut io),
        Command::Schema(args) => schema::run(&args, &mut io),
        Command::Completions(args) => completions::run(&args, &mut io),
    }
}

/// Help and version are data; anything else is wrong usage.
fn usage(fault: &clap::Error, color: Color, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let styled = fault.render();
    let text = |color| if color { styled.ansi().to_string() } else { styled.to_string() };
    match fault.use_stderr() {
        true => exit::written(err.write_all(text(color.on(std::io::stderr())).as_bytes()), Exit::Usage),
        false => exit::written(out.write_all(text(color.on(std::io::stdout())).as_bytes()), Exit::Done),
    }
}

/// What `--color` says among arguments that could not be parsed, and among those that ask for help.
fn color_in(arguments: &[OsString]) -> Color {
    let (mut color, mut follows) = (Color::Auto, false);
    for word in arguments.iter().filter_map(|argument| argument.to_str()) {
        let value = if follows { Some(word) } else { word.strip_prefix("--color=") };
        color = value.and_then(|value| Color::from_str(value, false).ok()).unwrap_or(color);
        follows = word == "--color";
    }
    color
}

/// The whole command, for completions and the reference.
pub fn command() -> clap::Command {
    Cli::command()
}
