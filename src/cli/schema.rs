//! `pipesynth schema` — the JSON Schemas of the files, for editors.

use clap::ValueEnum;
use pipesynth_pipeline::PipelineSpec;
use pipesynth_pipeline::organization::OrganizationFile;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::exit::{Exit, data};
use super::{Io, schema_overlay};
use crate::simulate::scenario::ScenarioFile;

/// Print the JSON Schema of pipeline.yaml, pipesynth.yaml or scenario files
///
/// Editors with a YAML language server complete and check the files with it.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  pipesynth schema > pipeline.schema.json
  pipesynth schema organization > pipesynth.schema.json
  pipesynth schema scenario > scenario.schema.json

In pipeline.yaml, for editors that read it:
  # yaml-language-server: $schema=pipeline.schema.json")]
pub struct Args {
    /// Which file
    #[arg(value_enum, default_value_t = File::Pipeline)]
    file: File,
}

#[derive(Clone, Copy, ValueEnum)]
enum File {
    /// pipeline.yaml
    Pipeline,
    /// pipesynth.yaml
    Organization,
    /// The scenario files of `pipesynth simulate`
    Scenario,
}

pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Exit {
    let schema = match args.file {
        File::Pipeline => of::<PipelineSpec>("pipeline.yaml"),
        File::Organization => of::<OrganizationFile>("pipesynth.yaml"),
        File::Scenario => of::<ScenarioFile>("scenario.yaml"),
    };
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    data(io, text.as_bytes(), Exit::Done)
}

fn of<T: JsonSchema>(title: &str) -> Schema {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    schema_overlay::add(&mut schema);
    schema.insert("title".into(), title.into());
    schema
}
