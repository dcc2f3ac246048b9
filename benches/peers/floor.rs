//! The physical limit: parses every pipeline of a folder and writes as many bytes as the templates have, from text that is there already.
//!
//! `floor IN OUT BYTES`: what no synthesizer that reads the same files and writes the same amount can be faster than.

#![allow(clippy::unwrap_used, reason = "a measurement may stop at the first surprise")]

use std::fs;
use std::path::Path;

use pipesynth_diag::{Files, Sink};
use pipesynth_pipeline::PipelineSpec;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, from, to, bytes] = arguments.as_slice() else { return };
    let text = "x".repeat(bytes.parse().unwrap());
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let folder = entry.unwrap().path();
        let file = folder.join("pipeline.yaml");
        let Ok(yaml) = fs::read(&file) else { continue };
        let (mut files, mut sink) = (Files::new(), Sink::new());
        let loaded = pipesynth_yaml::load::<PipelineSpec>(&mut files, "pipeline.yaml", yaml, &mut sink);
        assert!(loaded.value.is_some());
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        fs::write(Path::new(to).join(format!("{name}.template.json")), &text).unwrap();
    }
}
