//! Which of our crates may use which: dependencies point down only.

use std::process::Command;

use serde_json::Value;

use super::none;
use crate::support::root;

/// Crate → the crates of this workspace that it builds on. An edge that is not here is refused, and so is an entry that nobody uses.
const ALLOWED: &[(&str, &[&str])] = &[
    (
        "pipesynth",
        &["accounts", "contract", "core", "diag", "engine", "pipeline", "proofs", "schema", "simulator", "yaml"],
    ),
    ("pipesynth-accounts", &["cfn", "contract", "core"]),
    ("pipesynth-aws", &["contract", "stores"]),
    ("pipesynth-cfn", &["core"]),
    ("pipesynth-contract", &[]),
    ("pipesynth-core", &[]),
    ("pipesynth-diag", &[]),
    ("pipesynth-engine", &["contract"]),
    ("pipesynth-events", &[]),
    ("pipesynth-lambdas", &["aws", "contract", "engine", "stores"]),
    ("pipesynth-pipeline", &["cfn", "contract", "core", "diag"]),
    ("pipesynth-proofs", &["contract", "core", "diag", "events", "schema"]),
    ("pipesynth-schema", &["core", "diag"]),
    ("pipesynth-simulator", &["contract", "engine", "events"]),
    ("pipesynth-stores", &["contract", "engine"]),
    ("pipesynth-suite", &["contract", "engine"]),
    ("pipesynth-yaml", &["diag"]),
];

/// What tests may use beside that.
const ALLOWED_IN_TESTS: &[(&str, &[&str])] = &[
    ("pipesynth", &["events"]),
    ("pipesynth-cfn", &["schema"]),
    ("pipesynth-engine", &["suite"]),
    ("pipesynth-pipeline", &["events", "yaml"]),
    ("pipesynth-stores", &["aws", "suite"]),
];

/// The only crates that may know the terminal's arguments, AWS's SDK or an async runtime.
const OUTSIDE: &[(&str, &[&str])] = &[
    ("clap", &["pipesynth"]),
    ("clap_complete", &["pipesynth"]),
    ("aws-", &["pipesynth-aws", "pipesynth-lambdas"]),
    ("tokio", &["pipesynth-lambdas"]),
];

struct Edge {
    from: String,
    to: String,
    in_tests: bool,
}

/// All edges of the workspace, as cargo reads them.
fn edges() -> (Vec<String>, Vec<Edge>) {
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (mut crates, mut edges) = (Vec::new(), Vec::new());
    for package in metadata["packages"].as_array().unwrap() {
        crates.push(text(&package["name"]));
        for dependency in package["dependencies"].as_array().unwrap() {
            let in_tests = dependency["kind"] == "dev";
            edges.push(Edge { from: text(&package["name"]), to: text(&dependency["name"]), in_tests });
        }
    }
    (crates, edges)
}

fn lookup<'a>(table: &'a [(&str, &'a [&'a str])], from: &str) -> &'a [&'a str] {
    table.iter().find(|(name, _)| *name == from).map_or(&[], |(_, to)| to)
}

#[test]
fn crates_use_only_what_the_table_allows() {
    let (crates, edges) = edges();
    let mut faults = Vec::new();
    for name in crates.iter().filter(|name| !ALLOWED.iter().any(|(known, _)| known == name)) {
        faults.push(format!("{name} is not in the table"));
    }
    for edge in edges.iter() {
        let Some(to) = edge.to.strip_prefix("pipesynth-") else { continue };
        let allowed = lookup(ALLOWED, &edge.from).contains(&to)
            || (edge.in_tests && lookup(ALLOWED_IN_TESTS, &edge.from).contains(&to));
        if !allowed {
            faults.push(format!("{} → {} is not in the table", edge.from, edge.to));
        }
    }
    for (table, in_tests) in [(ALLOWED, false), (ALLOWED_IN_TESTS, true)] {
        for (from, all) in table {
            for to in *all {
                let used = |e: &&Edge| e.from == *from && e.to == format!("pipesynth-{to}") && e.in_tests == in_tests;
                if !edges.iter().any(|edge| used(&edge)) {
                    faults.push(format!("{from} → {to} is in the table and not in Cargo.toml"));
                }
            }
        }
    }
    none(&faults, "the table in tests/arch/crates.rs and ARCHITECTURE.md show the layers; change them first");
}

#[test]
fn the_outside_world_is_known_to_few_crates() {
    let (_, edges) = edges();
    let mut faults = Vec::new();
    for (prefix, known_to) in OUTSIDE {
        for edge in edges.iter().filter(|e| e.to.starts_with(prefix) && !known_to.contains(&e.from.as_str())) {
            faults.push(format!("{} must not use {}", edge.from, edge.to));
        }
    }
    none(&faults, "what is pure stays pure: put it at the edge, behind a trait");
}
