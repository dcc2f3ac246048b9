//! What no synthesizer can be faster than, and what ours costs without its checks.
//!
//! `floor IN OUT BYTES` parses every pipeline of a folder and writes as many bytes as the templates have, from text that is there already.
//! `floor IN OUT` makes the templates, without AWS's schemas, proofs, comparisons of pipelines with each other, tags and manifest.

#![allow(clippy::unwrap_used, reason = "a measurement may stop at the first surprise")]

use std::fs;
use std::path::Path;

use pipesynth_diag::{Files, Sink};
use pipesynth_pipeline::organization::{self, OrganizationFile};
use pipesynth_pipeline::{Lower, PipelineSpec};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, from, to, bytes @ ..] = arguments.as_slice() else { return };
    let text = bytes.first().map(|bytes| "x".repeat(bytes.parse().unwrap()));
    let (mut files, mut sink) = (Files::new(), Sink::new());
    let above = fs::read(Path::new(from).join("pipesynth.yaml")).unwrap();
    let above = pipesynth_yaml::load::<OrganizationFile>(&mut files, "pipesynth.yaml", above, &mut sink);
    let above = organization::lower(&above.value.unwrap(), &mut sink).unwrap();
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let folder = entry.unwrap().path();
        let Ok(yaml) = fs::read(folder.join("pipeline.yaml")) else { continue };
        let (mut files, mut sink) = (Files::new(), Sink::new());
        let loaded = pipesynth_yaml::load::<PipelineSpec>(&mut files, "pipeline.yaml", yaml, &mut sink);
        let spec = loaded.value.unwrap();
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let made = text.is_none().then(|| {
            let mut cx = Lower::new(&files, &mut sink, Some(Some(&above)));
            let plan = pipesynth_pipeline::lower(&spec, &name, loaded.file.whole(), &mut cx).unwrap();
            pipesynth_pipeline::stack(&plan, &files).template().unwrap().to_json().unwrap()
        });
        let text = made.as_ref().or(text.as_ref()).unwrap();
        fs::write(Path::new(to).join(format!("{name}.template.json")), text).unwrap();
    }
}
