//! Bytes → specs and findings: every file under a path is read once, and all their findings are collected.

use std::io;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use pipesynth_diag::{FileId, Files, FromNode, Sink};
use pipesynth_pipeline::PipelineSpec;
use pipesynth_pipeline::organization::OrganizationFile;

use crate::project::{Bytes, Found, Source, read_bounded, relative, shown};

/// A pipeline as written.
pub struct ParsedPipeline {
    /// Where it comes from.
    pub source: Source,
    /// Its file.
    pub file: FileId,
    /// What it says; `None` where it could not be read at all.
    pub spec: Option<PipelineSpec>,
}

/// An organisation as written.
pub struct ParsedOrganization {
    /// Its file.
    pub file: FileId,
    /// What it says; `None` where it could not be read at all.
    pub spec: Option<OrganizationFile>,
}

/// Everything that was read.
pub struct Parsed {
    /// The pipelines in the order in which they were found.
    pub pipelines: Vec<ParsedPipeline>,
    /// The organisations by their path.
    pub organizations: IndexMap<PathBuf, ParsedOrganization>,
}

/// A file that the system would not give.
#[derive(Debug)]
pub struct Unreadable {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub fault: io::Error,
}

/// Reads and parses all files. `here` is the current folder, from which paths are shown.
pub fn parse(found: Found, here: &Path, files: &mut Files, sink: &mut Sink) -> Result<Parsed, Unreadable> {
    let mut organizations = IndexMap::new();
    let above = found.organization.iter().chain(found.sources.iter().filter_map(|s| s.organization.as_ref()));
    for path in above {
        if !organizations.contains_key(path) {
            let (file, spec) = load(path, here, files, sink)?;
            organizations.insert(path.clone(), ParsedOrganization { file, spec });
        }
    }
    let mut pipelines = Vec::with_capacity(found.sources.len());
    for source in found.sources {
        let (file, spec) = load(&source.file, here, files, sink)?;
        pipelines.push(ParsedPipeline { source, file, spec });
    }
    Ok(Parsed { pipelines, organizations })
}

fn load<T: FromNode>(
    path: &Path,
    here: &Path,
    files: &mut Files,
    sink: &mut Sink,
) -> Result<(FileId, Option<T>), Unreadable> {
    let name = shown(&relative(path, here));
    let unreadable = |fault| Unreadable { path: path.to_path_buf(), fault };
    match read_bounded(path, pipesynth_yaml::MAX_BYTES).map_err(unreadable)? {
        Bytes::Read(bytes) => {
            let loaded = pipesynth_yaml::load(files, name, bytes, sink);
            Ok((loaded.file, loaded.value))
        }
        Bytes::TooLarge(length) => {
            let file = files.add(name, "");
            sink.push(pipesynth_yaml::too_large(file, length));
            Ok((file, None))
        }
    }
}
