//! PATH → the files of the projects under it.

mod discover;
mod paths;
mod read;

pub use discover::{Found, Source, discover};
pub use paths::{relative, shown};
pub use read::{Bytes, read_bounded};

/// The file that describes one pipeline.
pub const PIPELINE_FILE: &str = "pipeline.yaml";
/// The folder for a project with several pipelines.
pub const PIPELINES_FOLDER: &str = "pipelines";
/// The organisation's file, found upwards from a project.
pub const ORGANIZATION_FILE: &str = "pipesynth.yaml";
