//! Every example → its templates and manifest in snapshots/, byte for byte: what a pull request shows to its reviewers.

use std::fs;

use crate::support::{Held, Scratch, examples, files_under, root, run};

#[test]
fn every_example_has_its_templates_in_snapshots_and_nothing_else_is_there() {
    let mut held = Held::new();
    for example in examples() {
        let scratch = Scratch::new(&format!("snapshots-{example}"));
        run(["synth".into(), format!("examples/{example}").into(), "--out".into(), scratch.arg("")]).good();
        for file in files_under(scratch.path()) {
            if file.ends_with(".template.json") || file == "manifest.json" {
                let text = fs::read_to_string(scratch.at(&file)).unwrap();
                held.file(&format!("snapshots/{example}/{file}"), &without_hash(&text));
            }
        }
    }
    crate::cli::graph::hold(&mut held);
    crate::cli::simulate::hold(&mut held);
    held.nothing_else_in("snapshots", "");
    held.check();
}

/// A change of a step's program must not show up as a change of infrastructure: the files' hash is the one part left out.
fn without_hash(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| match line.split_once("\"CodePrefix\": \"") {
        Some((before, value)) => {
            let (folder, rest) = value.rsplit_once('/').unwrap();
            let (_hash, behind) = rest.split_once('"').unwrap();
            format!("{before}\"CodePrefix\": \"{folder}/HASH\"{behind}")
        }
        None => line.to_owned(),
    });
    lines.collect()
}

#[test]
fn every_example_says_what_it_shows() {
    for example in examples() {
        let folder = root().join("examples").join(&example);
        let readme = fs::read_to_string(folder.join("README.md"));
        assert!(readme.is_ok_and(|text| text.starts_with("# ")), "examples/{example} needs a README.md with a title");
        let projects = files_under(&folder).iter().any(|f| f.ends_with("pipeline.yaml") || f.contains("pipelines/"));
        assert!(projects, "examples/{example} holds no pipeline");
    }
}
