//! `pipesynth create-project` — a project that validates and synthesizes as it is.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Io;
use super::exit::{Exit, fail, written};
use crate::project::shown;

/// Make a project that validates and synthesizes as it is
///
/// The folder gets pipeline.yaml, a code folder with a first Spark step, a README and a CI workflow. A folder that holds any of
/// these files is left alone.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  pipesynth create-project -n listings           in ./listings
  pipesynth create-project -n listings teams/a   in ./teams/a")]
pub struct Args {
    /// The pipeline's name: letters, digits and dashes, at most 40
    #[arg(short, long, value_name = "NAME")]
    name: String,

    /// The project's folder; NAME in the current folder without it
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

/// Path in the project and text, in which `NAME` stands for the pipeline's name.
const FILES: [(&str, &str); 5] = [
    ("pipeline.yaml", include_str!("../../templates/project/pipeline.yaml")),
    ("code/aggregate.py", include_str!("../../templates/project/aggregate.py")),
    ("README.md", include_str!("../../templates/project/README.md")),
    (".github/workflows/pipeline.yml", include_str!("../../templates/project/workflow.yml")),
    (".gitignore", "cdk.out/\n"),
];

pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Exit {
    if let Err(message) = pipesynth_pipeline::check_name(&args.name) {
        return fail(io.err, Exit::Usage, &message, &["choose another name"]);
    }
    let folder = args.path.clone().unwrap_or_else(|| PathBuf::from(&args.name));
    let there: Vec<&str> = FILES.iter().map(|(path, _)| *path).filter(|p| folder.join(p).exists()).collect();
    if !there.is_empty() {
        let message = format!("`{}` has {} already", shown(&folder), there.join(", "));
        return fail(io.err, Exit::Usage, &message, &["nothing was written; choose another folder with PATH"]);
    }
    if let Err((path, fault)) = create(&folder, &args.name) {
        return fail(io.err, Exit::Refused, &format!("`{}` cannot be written: {fault}", shown(&path)), &[]);
    }
    let text = format!(
        "{}\n\nnext:\n  pipesynth validate {folder}\n  pipesynth synth {folder} > template.json\n",
        FILES.map(|(path, _)| format!("created {}", shown(&folder.join(path)))).join("\n"),
        folder = shown(&folder),
    );
    written(io.err.write_all(text.as_bytes()), Exit::Done)
}

/// In YAML some names would be numbers or other words: `2026`, `no`.
fn quoted(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&lower.as_str());
    let number = name.starts_with(|c: char| c.is_ascii_digit());
    if word || number { format!("\"{name}\"") } else { name.to_owned() }
}

/// Writes the files; one that came into being meanwhile is not overwritten.
fn create(folder: &Path, name: &str) -> Result<(), (PathBuf, io::Error)> {
    for (path, text) in FILES {
        let path = folder.join(path);
        let fault = |fault| (path.clone(), fault);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(fault)?;
        }
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&path).map_err(fault)?;
        let text = text.replace("name: NAME", &format!("name: {}", quoted(name))).replace("NAME", name);
        file.write_all(text.as_bytes()).map_err(fault)?;
    }
    Ok(())
}
