//! The rooms of constructs/pipeline: three tenses that look one way only, and tables that name every room.

use std::collections::BTreeSet;

use pipesynth_diag::FromFields;
use pipesynth_pipeline::{steps, triggers};

use super::{none, sources};
use crate::support::{files_under, root};

/// A tense → what it must not look at. The libraries of resources belong to `construct` alone.
const BLIND: &[(&str, &[&str])] = &[
    ("spec.rs", &["plan", "construct", "pipesynth_core", "pipesynth_cfn"]),
    ("plan.rs", &["construct", "pipesynth_core", "pipesynth_cfn"]),
];

#[test]
fn what_is_written_does_not_know_what_is_meant_nor_what_aws_gets() {
    let mut faults = Vec::new();
    let mut seen = 0;
    for file in sources(&["constructs/pipeline/src"]) {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let Some((_, blind)) = BLIND.iter().find(|(tense, _)| *tense == name) else { continue };
        seen += 1;
        for (line, code) in file.code() {
            for module in *blind {
                let paths =
                    [format!("{module}::"), format!("::{module};"), format!("::{module},"), format!("{{{module},")];
                if paths.iter().any(|path| is_word_in(code, path)) {
                    faults.push(format!("{}:{line}: {}", file.path, code.trim()));
                }
            }
        }
    }
    assert!(seen >= 12, "only {seen} rooms found");
    none(&faults, "spec → plan → construct: a room looks one way only");
}

/// `path` in `code`, not as the end of a longer word.
fn is_word_in(code: &str, path: &str) -> bool {
    code.match_indices(path).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        path.starts_with([':', '{']) || !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

fn folders(path: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root().join(path)).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

#[test]
fn the_table_of_step_types_is_sorted_and_names_every_folder() {
    assert!(steps::TAGS.is_sorted(), "{:?}", steps::TAGS);
    let named: BTreeSet<String> = steps::TAGS.iter().map(|tag| tag.replace('-', "_")).collect();
    assert_eq!(named, folders("constructs/pipeline/src/steps"));
}

#[test]
fn every_kind_of_trigger_has_its_folder() {
    let keys: BTreeSet<String> =
        triggers::TriggerSpec::KEYS.iter().filter(|key| **key != "operator").map(|key| (*key).to_owned()).collect();
    assert_eq!(keys, folders("constructs/pipeline/src/triggers"));
}

#[test]
fn every_room_has_its_three_tenses() {
    let mut faults = Vec::new();
    for floor in ["", "/steps", "/triggers"] {
        let floor = format!("constructs/pipeline/src{floor}");
        for room in folders(&floor) {
            let has = |file: &str| root().join(&floor).join(&room).join(file).is_file();
            // `steps` is a floor with rooms of its own; the organisation becomes no resource.
            if room != "steps" && has("spec.rs") && !(has("plan.rs") && (has("construct.rs") || room == "organization"))
            {
                faults.push(format!("{floor}/{room} lacks plan.rs or construct.rs"));
            }
        }
    }
    none(&faults, "a room has spec.rs, plan.rs and construct.rs");
}

#[test]
fn the_table_of_rules_is_sorted_and_names_every_file() {
    let folder = root().join("constructs/pipeline/src/rules");
    let table = std::fs::read_to_string(folder.join("mod.rs")).unwrap();
    let named: Vec<&str> = table.split("(\"").skip(1).filter_map(|rest| Some(rest.split_once("\",")?.0)).collect();
    assert!(named.is_sorted() && !named.is_empty(), "{named:?}");
    let files = files_under(&folder);
    let files: Vec<&str> =
        files.iter().map(|file| file.trim_end_matches(".rs")).filter(|file| *file != "mod").collect();
    assert_eq!(files, named);
}
