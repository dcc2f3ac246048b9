//! Bytes → specs and findings: every file under a path is read once, and all their findings are collected.

mod environments;
mod overlay;

use std::collections::BTreeSet;
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
    /// The environment in which all of it was read.
    pub environment: Option<String>,
    /// The names of all environments that any of the files has.
    pub environments: BTreeSet<String>,
}

/// A file that the system would not give.
#[derive(Debug)]
pub struct Unreadable {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub fault: io::Error,
}

/// Reads and parses all files, as they are in an environment. `here` is the current folder, from which paths are shown.
pub fn parse(
    found: Found,
    environment: Option<&str>,
    here: &Path,
    files: &mut Files,
    sink: &mut Sink,
) -> Result<Parsed, Unreadable> {
    let mut reader = Reader { environment, here, names: BTreeSet::new(), files, sink };
    let mut organizations = IndexMap::new();
    let above = found.organization.iter().chain(found.sources.iter().filter_map(|s| s.organization.as_ref()));
    for path in above {
        if !organizations.contains_key(path) {
            let (file, spec) = reader.load(path)?;
            organizations.insert(path.clone(), ParsedOrganization { file, spec });
        }
    }
    let mut pipelines = Vec::with_capacity(found.sources.len());
    for source in found.sources {
        let (file, spec) = reader.load(&source.file)?;
        pipelines.push(ParsedPipeline { source, file, spec });
    }
    let environment = environment.map(str::to_owned);
    Ok(Parsed { pipelines, organizations, environment, environments: reader.names })
}

/// What reading every file needs.
struct Reader<'a> {
    environment: Option<&'a str>,
    here: &'a Path,
    names: BTreeSet<String>,
    files: &'a mut Files,
    sink: &'a mut Sink,
}

impl Reader<'_> {
    fn load<T: FromNode>(&mut self, path: &Path) -> Result<(FileId, Option<T>), Unreadable> {
        let name = shown(&relative(path, self.here));
        let unreadable = |fault| Unreadable { path: path.to_path_buf(), fault };
        match read_bounded(path, pipesynth_yaml::MAX_BYTES).map_err(unreadable)? {
            Bytes::Read(bytes) => {
                let parsed = pipesynth_yaml::parse(self.files, name, bytes, self.sink);
                let (file, chosen) = (parsed.file, self.environment);
                let value =
                    parsed.root.and_then(|root| environments::read(&root, file, chosen, &mut self.names, self.sink));
                Ok((file, value))
            }
            Bytes::TooLarge(length) => {
                let file = self.files.add(name, "");
                self.sink.push(pipesynth_yaml::too_large(file, length));
                Ok((file, None))
            }
        }
    }
}
