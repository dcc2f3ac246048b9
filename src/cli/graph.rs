//! `pipesynth graph` — the dependency graph of all pipelines found.

use std::path::PathBuf;

use clap::ValueEnum;

use super::exit::{Exit, data, fail, written};
use super::load::Environment;
use super::{Io, load};
use crate::graph::{self, Graph};
use crate::project::shown;

/// Most arrows that Mermaid draws as it is set up by default (`maxEdges`); a chart cannot raise it, the page around it can.
const MERMAID_EDGES: usize = 500;

/// Draw the dependency graph of all pipelines found
///
/// Shows every pipeline under PATH, what starts it, and which pipelines it waits for, also those that are kept elsewhere. Pipelines
/// that wait for each other are drawn too, in red, and reported as errors.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  pipesynth graph teams                                  a list for the terminal
  pipesynth graph teams --format html --out graph.html   one page to search and click through
  pipesynth graph teams --format mermaid                 for Markdown, between ```mermaid and ```
  pipesynth graph teams --format dot | dot -Tsvg         with Graphviz
  pipesynth graph teams --format json | jq               for programs")]
pub struct Args {
    /// A pipeline file, a project folder, or a folder that holds many projects
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,

    #[command(flatten)]
    environment: Environment,

    /// How the graph is written
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,

    /// Write into this file instead of stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Format {
    /// A list
    Text,
    /// A Mermaid flowchart
    Mermaid,
    /// Graphviz
    Dot,
    /// One JSON document
    Json,
    /// One page that needs nothing else
    Html,
}

impl From<Format> for graph::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Mermaid => Self::Mermaid,
            Format::Dot => Self::Dot,
            Format::Json => Self::Json,
            Format::Html => Self::Html,
        }
    }
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
    let drawn = loaded.plans.pipelines.len();
    if drawn == 0 {
        return exit;
    }
    let graph = Graph::new(&loaded.plans, &loaded.root);
    for note in notes(args, &graph, loaded.pipelines - drawn) {
        if writeln!(io.err, "note: {note}").is_err() {
            return Exit::Refused;
        }
    }
    let text = graph.render(args.format.into());
    let Some(file) = &args.out else { return data(io, text.as_bytes(), exit) };
    match std::fs::write(file, text) {
        Ok(()) => written(writeln!(io.err, "`{}` written", shown(file)), exit),
        Err(fault) => fail(io.err, Exit::Refused, &format!("`{}` cannot be written: {fault}", shown(file)), &[]),
    }
}

/// What the picture does not show by itself.
fn notes(args: &Args, graph: &Graph, left_out: usize) -> Vec<String> {
    let mut notes = Vec::new();
    match left_out {
        0 => {}
        1 => notes.push("1 pipeline has errors of its own and is left out".to_owned()),
        n => notes.push(format!("{n} pipelines have errors of their own and are left out")),
    }
    if args.format == Format::Mermaid && graph.edges.len() > MERMAID_EDGES {
        notes.push(format!(
            "{} arrows, and Mermaid draws {MERMAID_EDGES} unless its `maxEdges` is raised where the chart is shown",
            graph.edges.len()
        ));
    }
    notes
}
