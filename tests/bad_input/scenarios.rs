//! fixtures/bad-scenarios: what people see of each scenario with mistakes, letter by letter, and scenarios that are made to hurt.

use std::fs;
use std::path::{Path, PathBuf};

use pipesynth::cli::Exit;

use super::hostile::cases;
use crate::arch::none;
use crate::support::{Held, Ran, Scratch, root, run};

/// The fixtures' files and folders, sorted.
pub fn fixtures() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/fixtures/bad-scenarios")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_none_or(|e| e == "yaml"));
    paths.sort();
    paths
}

/// A file is a scenario of the case study; a folder has pipelines of its own.
fn simulate(fixture: &Path) -> Ran {
    let (path, scenario) = match fixture.is_dir() {
        true => (fixture.to_owned(), fixture.join("scenario.yaml")),
        false => (PathBuf::from("examples/case-study"), fixture.to_owned()),
    };
    run(["simulate".into(), path.into_os_string(), "--scenario".into(), scenario.into_os_string()])
}

#[test]
fn every_bad_scenario_is_refused_at_its_place_with_a_way_out() {
    let (mut held, mut faults) = (Held::new(), Vec::new());
    for fixture in fixtures() {
        let name = fixture.file_stem().unwrap().to_str().unwrap();
        let ran = simulate(&fixture);
        assert_eq!(ran.exit, Exit::Findings, "{name}: {}", ran.err);
        assert_eq!(ran.out.is_empty(), name != "not-met", "{name}: nothing is simulated while there are errors");
        faults.extend(incomplete(&ran.err).map(|frame| format!("{name}:\n{frame}")));
        let lines: Vec<String> = ran.err.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        held.file(&format!("tests/fixtures/bad-scenarios/{name}.txt"), &lines.concat());
    }
    held.nothing_else_in("tests/fixtures/bad-scenarios", ".txt");
    none(&faults, "a finding has a caret, and says what to do or what is allowed");
    held.check();
}

/// The frames that lack a caret, or what to do or what is allowed.
fn incomplete(seen: &str) -> impl Iterator<Item = &str> {
    const TELLING: [&str; 8] =
        ["= help:", "allowed", "expected", "must", "at most", "needs exactly one of", "is required", "PS0509"];
    let frames = seen.trim_end().split("\n\n").filter(|frame| frame.contains("-->"));
    frames.filter(|frame| !frame.contains('^') || !TELLING.iter().any(|word| frame.contains(word)))
}

/// Simulates the case study with a scenario of these bytes.
fn with_scenario(name: &str, bytes: &[u8]) -> (Ran, Scratch) {
    let scratch = Scratch::new(&format!("scenario-{name}"));
    scratch.write("scenario.yaml", bytes);
    let ran = run(["simulate".into(), "examples/case-study".into(), "--scenario".into(), scratch.arg("scenario.yaml")]);
    (ran, scratch)
}

#[test]
fn hostile_files_are_refused_as_scenarios_too() {
    let mut faults = Vec::new();
    for case in cases().iter().filter(|case| !matches!(case.code, "PS0103" | "PS0201" | "PS0301")) {
        let (ran, scratch) = with_scenario(case.name, &case.bytes);
        let seen = scratch.without_path(&ran.err);
        let place = format!("--> {}", case.place.replace("pipeline.yaml", "scenario.yaml"));
        let good = seen.contains(&format!("error[{}]: ", case.code)) && seen.contains(&place) && ran.out.is_empty();
        if !good || ran.exit != Exit::Findings || seen.len() > 200_000 {
            faults.push(format!("{}: expected {} at {place}, got {:?}:\n{seen}", case.name, case.code, ran.exit));
        }
    }
    none(&faults, "bad input gets a clear error at its place");
}

#[test]
fn long_lists_and_far_numbers_are_refused_in_bounded_time() {
    let list = |count: usize, entry: &str| vec![entry; count].join(", ");
    let cases = [
        ("runs", format!("runs: [{}]", list(12_000, "{ pipeline: searches, outcome: FAILED }")), "PS0508"),
        ("unknown", format!("runs: [{}]", list(12_000, "{ pipeline: serches, outcome: FAILED }")), "PS0501"),
        ("faults", format!("faults: [{}]", list(20_000, "{ duplicate: all, times: 100 }")), "PS0508"),
        ("expect", format!("expect: [{}]", list(20_000, "{ pipeline: searches, count: 1 }")), "PS0508"),
        ("nothing", format!("expect: [{}]", list(50_000, "{}")), "PS0506"),
        (
            "backfills",
            format!(
                "actions: [{}]",
                list(1_000, "{ backfill: searches, at: 2026-11-23T07:00, dates: 1971-01-01..2199-12-31 }")
            ),
            "PS0508",
        ),
        ("days", "days: 9223372036854775807".to_owned(), "PS0102"),
        ("seed", "seed: 99999999999999999999999".to_owned(), "PS0102"),
        ("duration", "duration: 18446744073709551615d".to_owned(), "PS0108"),
    ];
    let mut faults = Vec::new();
    for (name, text, code) in &cases {
        let (ran, _scratch) = with_scenario(name, format!("from: 2026-11-23\n{text}\n").as_bytes());
        if ran.exit != Exit::Findings || !ran.err.contains(&format!("error[{code}]: ")) || ran.err.len() > 400_000 {
            let first: Vec<&str> = ran.err.lines().take(4).collect();
            faults.push(format!("{name}: expected {code}, got {:?}:\n{}", ran.exit, first.join("\n")));
        }
    }
    none(&faults, "bad input gets a clear error at its place");
}
