//! Every example → its templates and manifest in snapshots/, byte for byte: what a pull request shows to its reviewers.

use std::collections::BTreeMap;
use std::fs;

use crate::support::{Held, Scratch, examples, files_under, from_yaml, root, run};

/// The example whose account stacks are the default ones; another one's are held where they differ.
const DEFAULT: &str = "case-study";

/// The account stacks' files.
const ACCOUNTS: &[&str] = &["pipesynth-central.template.json", "pipesynth-user.template.json"];

#[test]
fn every_example_has_its_templates_in_snapshots_and_nothing_else_is_there() {
    let mut held = Held::new();
    let default = assembly(DEFAULT, None);
    for example in examples() {
        for environment in std::iter::once(None).chain(environments(&example).iter().map(|name| Some(name.as_str()))) {
            let folder = environment.map_or_else(|| example.clone(), |name| format!("{example}/{name}"));
            for (file, text) in assembly(&example, environment) {
                let known = ACCOUNTS.contains(&file.as_str()) && example != DEFAULT;
                if !known || default.get(&file) != Some(&text) {
                    held.file(&format!("snapshots/{folder}/{file}"), &text);
                }
            }
        }
    }
    crate::cli::graph::hold(&mut held);
    crate::cli::simulate::hold(&mut held);
    held.nothing_else_in("snapshots", "");
    held.check();
}

/// The environments that change something in an example: one that says `{}` is the file as it stands.
fn environments(example: &str) -> Vec<String> {
    let file = root().join("examples").join(example).join("pipesynth.yaml");
    let Ok(text) = fs::read_to_string(file) else { return Vec::new() };
    let tree = from_yaml(&text);
    let all = tree["environments"].as_object().into_iter().flatten();
    all.filter(|(_, changes)| changes.as_object().is_some_and(|keys| !keys.is_empty()))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Templates and manifest of an example by their files' names.
fn assembly(example: &str, environment: Option<&str>) -> BTreeMap<String, String> {
    let scratch = Scratch::new(&format!("snapshots-{example}"));
    let arguments = ["synth".into(), format!("examples/{example}").into(), "--out".into(), scratch.arg("")];
    run(arguments.into_iter().chain(environment.map(|name| format!("--env={name}").into()))).good();
    let files =
        files_under(scratch.path()).into_iter().filter(|f| f.ends_with(".template.json") || f == "manifest.json");
    files.map(|file| (file.clone(), without_hash(&fs::read_to_string(scratch.at(&file)).unwrap()))).collect()
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
    let list = fs::read_to_string(root().join("examples/README.md")).unwrap();
    for example in examples() {
        let folder = root().join("examples").join(&example);
        let readme = fs::read_to_string(folder.join("README.md"));
        assert!(readme.is_ok_and(|text| text.starts_with("# ")), "examples/{example} needs a README.md with a title");
        assert!(list.contains(&format!("({example}/README.md)")), "examples/README.md does not name {example}");
        let projects = files_under(&folder).iter().any(|f| f.ends_with("pipeline.yaml") || f.contains("pipelines/"));
        assert!(projects, "examples/{example} holds no pipeline");
    }
}
