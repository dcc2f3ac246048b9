//! No key is ignored: taking any one away changes the template, or is refused. What is not built yet is refused at its place.

use std::collections::BTreeSet;
use std::fs;

use pipesynth::cli::Exit;
use serde_json::Value;

use super::trees::{Path, Step, paths, shown, without};
use crate::arch::none;
use crate::support::{Scratch, copy_folder, files_under, from_yaml, root, run};

/// Keys of pipesynth.yaml that know no value so far: fixtures/bad/organization-values shows what is refused.
const ONE_VALUE: &[&str] = &["app"];

/// Keys of the format that this version refuses as a whole, with a finding PS0210: fixtures/bad/not-in-this-version.yaml shows each.
const LATER: &[&str] = &[];

fn fixtures() -> Vec<(String, Value)> {
    let folder = root().join("tests/fixtures/format/every-key/pipelines");
    let mut found: Vec<(String, Value)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, from_yaml(&fs::read_to_string(&path).unwrap()))
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// Files of an assembly with their bytes.
type Assembly = Vec<(String, Vec<u8>)>;

/// What the command makes of a project: `None` where it refuses it.
fn assembly(project: &Scratch, more: &[&str]) -> Option<Assembly> {
    let out = Scratch::new("every-key-out");
    let arguments = ["synth".into(), project.arg(""), "--out".into(), out.arg("")];
    let ran = run(arguments.into_iter().chain(more.iter().map(Into::into)));
    assert!(matches!(ran.exit, Exit::Done | Exit::Findings), "{}", ran.err);
    let read = |file: String| (file.clone(), fs::read(out.at(&file)).unwrap());
    (ran.exit == Exit::Done).then(|| files_under(out.path()).into_iter().map(read).collect())
}

/// The keys and items of `file` whose absence changes nothing.
fn ignored(project: &Scratch, file: &str, tree: &Value, more: &[&str]) -> Vec<String> {
    // JSON is YAML.
    let assembly_of = |tree: &Value| {
        project.write(file, tree.to_string());
        assembly(project, more)
    };
    let whole = assembly_of(tree).unwrap();
    let mut all = Vec::new();
    paths(tree, &Vec::new(), &mut all);
    all.retain(|path| assembly_of(&without(tree, path)).is_some_and(|assembly| assembly == whole));
    all.iter().map(|path| format!("{file}: `{}` changes nothing", shown(path))).collect()
}

#[test]
fn taking_any_key_away_changes_what_is_deployed_or_is_refused() {
    let mut faults = Vec::new();
    for (name, tree) in fixtures() {
        let scratch = Scratch::new("every-key");
        copy_folder(&root().join("tests/fixtures/format/every-key"), scratch.path());
        fs::remove_dir_all(scratch.at("pipelines")).unwrap();
        faults.extend(ignored(&scratch, &format!("pipelines/{name}.yaml"), &tree, &[]));
    }
    let scratch = Scratch::new("every-key");
    copy_folder(&root().join("tests/fixtures/format/every-default"), scratch.path());
    let organization = fs::read_to_string(scratch.at("pipesynth.yaml")).unwrap();
    faults.extend(ignored(&scratch, "pipesynth.yaml", &from_yaml(&organization), &[]));
    let scratch = Scratch::new("every-key");
    copy_folder(&root().join("tests/fixtures/format/every-environment"), scratch.path());
    for file in ["pipesynth.yaml", "pipeline.yaml"] {
        let text = fs::read_to_string(scratch.at(file)).unwrap();
        faults.extend(ignored(&scratch, file, &from_yaml(&text), &["--env=dev"]));
        scratch.write(file, text);
    }
    none(&faults, "what a file says must reach a template or the manifest, or be refused at its line");
}

/// The names of all keys in a schema, but for the free ones of mappings.
fn keys_of_schema(schema: &Value, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(map) => {
            for (word, value) in map {
                match value.as_object().filter(|_| word == "properties") {
                    Some(properties) => {
                        found.extend(properties.keys().cloned());
                        properties.values().for_each(|value| keys_of_schema(value, found));
                    }
                    None => keys_of_schema(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|value| keys_of_schema(value, found)),
        _ => {}
    }
}

/// The keys on all ways down a tree.
fn keys_of_tree(tree: &Value) -> BTreeSet<String> {
    let mut all = Vec::new();
    paths(tree, &Vec::new(), &mut all);
    let key = |path: Path| match path.last() {
        Some(Step::Key(key)) => Some(key.clone()),
        _ => None,
    };
    all.into_iter().filter_map(key).collect()
}

#[test]
fn every_key_of_the_schemas_is_in_the_files_that_are_tried() {
    let mut tried: BTreeSet<String> = fixtures().iter().flat_map(|(_, tree)| keys_of_tree(tree)).collect();
    for folder in ["every-default", "every-environment"] {
        let organization = root().join("tests/fixtures/format").join(folder).join("pipesynth.yaml");
        tried.extend(keys_of_tree(&from_yaml(&fs::read_to_string(organization).unwrap())));
    }
    let mut keys = BTreeSet::new();
    for file in ["pipeline", "organization"] {
        keys_of_schema(&serde_json::from_str(&run(["schema", file]).good()).unwrap(), &mut keys);
    }
    let mut faults: Vec<String> = keys
        .iter()
        .filter(|key| !tried.contains(*key) && !LATER.contains(&key.as_str()) && !ONE_VALUE.contains(&key.as_str()))
        .map(|key| format!("`{key}` stands in no file of fixtures/format"))
        .collect();
    faults.extend(LATER.iter().filter(|key| tried.contains(**key)).map(|key| format!("`{key}` is built by now")));
    faults.extend(LATER.iter().filter(|key| !keys.contains(**key)).map(|key| format!("the schema has no `{key}`")));
    none(&faults, "add the key with a value other than its default, or to LATER");
}

#[test]
fn what_is_not_built_yet_is_shown_by_a_fixture() {
    let fixture = root().join("tests/fixtures/bad/not-in-this-version");
    let (yaml, seen) = (fixture.with_extension("yaml"), fixture.with_extension("txt"));
    let (yaml, seen) = (fs::read_to_string(yaml).unwrap(), fs::read_to_string(seen).unwrap());
    for key in LATER {
        let lines: Vec<&str> = yaml.lines().filter(|line| line.contains(&format!("{key}:"))).collect();
        assert!(!lines.is_empty(), "`{key}` is not in the fixture");
        let refused = lines.iter().all(|line| seen.contains(line));
        assert!(refused, "`{key}` is not refused in:\n{seen}");
    }
    assert!(seen.matches("error[").count() == seen.matches("error[PS0210]").count(), "{seen}");
}
