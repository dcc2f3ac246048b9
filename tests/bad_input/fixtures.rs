//! fixtures/bad: what people see of each, letter by letter.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::refused;
use crate::arch::{all_codes, none};
use crate::support::{Held, Scratch, copy_folder, root};

/// The fixtures' files and folders, sorted.
fn fixtures() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/fixtures/bad")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_none_or(|e| e == "yaml"));
    paths.sort();
    paths
}

fn name(fixture: &Path) -> &str {
    fixture.file_stem().unwrap().to_str().unwrap()
}

/// A fixture's project, ready to be read.
fn project(fixture: &Path) -> Scratch {
    let scratch = Scratch::new(&format!("bad-{}", name(fixture)));
    if fixture.is_dir() {
        copy_folder(fixture, scratch.path());
    } else {
        copy_folder(&root().join("tests/fixtures/base"), scratch.path());
        fs::copy(fixture, scratch.at("pipeline.yaml")).unwrap();
    }
    scratch
}

#[test]
fn every_bad_file_is_refused_at_its_place_with_a_way_out() {
    let mut held = Held::new();
    let mut faults = Vec::new();
    for fixture in fixtures() {
        let (name, scratch) = (name(&fixture), project(&fixture));
        let seen = refused(&scratch, &mut faults);
        let lines: Vec<String> = seen.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        held.file(&format!("tests/fixtures/bad/{name}.txt"), &lines.concat());
    }
    held.nothing_else_in("tests/fixtures/bad", ".txt");
    none(&faults, "see tests/bad_input/expect.rs");
    held.check();
}

/// Kinds of findings that no file here shows, and why.
const ELSEWHERE: &[(&str, &str)] = &[
    ("PS0001", "a file over 1 MiB: made by hostile.rs"),
    ("PS0002", "bytes that no editor writes: hostile.rs"),
    ("PS0003", "invisible characters: hostile.rs"),
    ("PS0004", "nothing to read: hostile.rs"),
    ("PS0007", "ten thousand levels: hostile.rs"),
    ("PS0008", "aliases that expand: hostile.rs"),
    ("PS0100", "hundreds of mistakes: hostile.rs"),
    ("PS0301", "a stack over a limit: hostile.rs"),
    ("PS0302", "what our own checks let through: none is known"),
    ("PS0303", "a warning alone: src/headroom/tests.rs"),
    ("PS0304", "an account with too many pipelines: src/headroom/tests.rs"),
    ("PS0406", "a warning alone: src/plan/tests/meeting.rs"),
    ("PS0601", "what our own templates get wrong: constructs/proofs/tests"),
    ("PS0602", "what our own templates get wrong: constructs/proofs/tests"),
    ("PS0603", "what our own templates get wrong: constructs/proofs/tests"),
    ("PS0604", "what our own templates get wrong: constructs/proofs/tests"),
    ("PS0605", "what our own templates get wrong: constructs/proofs/tests"),
    ("PS0606", "what our own templates get wrong: constructs/proofs/tests"),
    ("PS0607", "what our own templates get wrong: constructs/proofs/tests"),
    ("PS0608", "what our own templates get wrong: constructs/proofs/tests"),
    ("PS0609", "what our own templates get wrong: constructs/proofs/tests"),
    ("PS0610", "what our own templates get wrong: constructs/proofs/tests"),
];

#[test]
fn every_kind_of_finding_is_shown_by_some_file() {
    let text = |fixture: &PathBuf| fs::read_to_string(fixture.with_extension("txt")).unwrap_or_default();
    let seen: String = fixtures().iter().chain(&super::scenarios::fixtures()).map(text).collect();
    let seen = seen.replace("warning[", "error[");
    let shown: BTreeSet<&str> = seen.split("error[").skip(1).filter_map(|rest| Some(rest.split_once(']')?.0)).collect();
    let expected: BTreeSet<&str> =
        all_codes().map(|code| code.id).filter(|id| ELSEWHERE.iter().all(|(other, _)| other != id)).collect();
    assert_eq!(shown, expected);
}
