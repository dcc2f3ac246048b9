//! Synthesis is a function of its inputs: no file, no clock, no environment, no terminal below constructs/, in the engine, the stores and the simulator.

use super::{none, sources};

/// What pure code does not say, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("std::fs", "files are read at the edge"),
    ("std::env", "the environment is no input"),
    ("std::process", "no other programs"),
    ("TcpStream", "no network"),
    ("TcpListener", "no network"),
    ("UdpSocket", "no network"),
    ("ToSocketAddrs", "no network: a name look-up asks the network"),
    ("std::io::std", "commands write to the writer they are given"),
    ("std::time", "the clock is no input"),
    ("SystemTime", "the clock is no input"),
    ("Instant::now", "the clock is no input"),
    ("Timestamp::now", "the clock is no input"),
    ("Zoned::now", "the clock is no input"),
    ("TimeZone::system", "the machine's time zone is no input"),
    ("std::thread", "order must not depend on scheduling"),
    ("RandomState", "its order differs from run to run"),
    ("println!", "commands write to the writer they are given"),
    ("print!", "commands write to the writer they are given"),
    ("clap", "the command line is src/cli's alone"),
    ("aws_sdk", "AWS is reached at the edge"),
    ("aws_config", "AWS is reached at the edge"),
    ("tokio", "nothing here waits"),
    ("ureq", "nothing here talks"),
];

/// Where a word is allowed all the same, and why.
const ALLOWED: &[(&str, &str, &str)] = &[(
    "runtime/simulator/src/shares.rs",
    "std::thread",
    "worlds that share nothing; their number changes no record, which src/tests/shares.rs holds",
)];

/// `use std::{fs, env}` is the same by another way.
const FORBIDDEN_IN_STD: &[&str] = &["fs", "env", "process", "net", "time", "thread"];

#[test]
fn constructs_engine_stores_and_simulator_are_pure() {
    let mut faults = Vec::new();
    for file in sources(&["constructs", "runtime/engine", "runtime/stores", "runtime/simulator"]) {
        // Examples and generators are programs of their own.
        if file.is_test() || file.path.contains("/examples/") || file.path.contains("/generate/") {
            continue;
        }
        for (line, code) in file.code() {
            for (word, why) in FORBIDDEN {
                let allowed = ALLOWED.iter().any(|(path, other, _)| file.path == *path && word == other);
                if code.contains(word) && !allowed {
                    faults.push(format!("{}:{line}: `{word}`: {why}", file.path));
                }
            }
        }
        let code: String = file.code().map(|(_, code)| code).collect();
        for group in code.split("use std::{").skip(1) {
            let names = group.split_once('}').map_or(group, |(names, _)| names);
            let first = |name: &str| name.trim().split("::").next().unwrap_or_default().to_owned();
            for name in names.split(',').map(first).filter(|n| FORBIDDEN_IN_STD.contains(&n.as_str())) {
                faults.push(format!("{}: `use std::{{{name}, …}}`", file.path));
            }
        }
    }
    none(&faults, "everything from parse to synth is a function of its inputs; see ARCHITECTURE.md");
}

/// Words that the lower crates do not know.
const PIPELINE_WORDS: &[&str] = &["pipeline", "spark", "shell", "trigger", "emr"];

#[test]
fn the_construct_core_and_the_schemas_say_nothing_of_pipelines() {
    let mut faults = Vec::new();
    for file in sources(&["constructs/core/src", "constructs/schema/src"]) {
        if file.is_test() {
            continue;
        }
        for (line, code) in file.text.lines().enumerate() {
            let lower = code.to_lowercase();
            // The crate's own head may say that it knows nothing of them.
            if lower.contains("nothing of pipelines") {
                continue;
            }
            for word in words(&lower).filter(|word| PIPELINE_WORDS.iter().any(|known| word.starts_with(known))) {
                faults.push(format!("{}:{}: `{word}`", file.path, line + 1));
            }
        }
    }
    none(&faults, "core and schema know CloudFormation and nothing above it");
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[test]
fn reading_yaml_and_findings_know_nothing_of_aws() {
    let mut faults = Vec::new();
    for file in sources(&["constructs/diag/src", "constructs/yaml/src"]) {
        for (line, code) in file.code().filter(|_| !file.is_test()) {
            if code.contains("AWS::") || code.contains("arn:") || code.contains("amazonaws") {
                faults.push(format!("{}:{line}: {}", file.path, code.trim()));
            }
        }
    }
    none(&faults, "diag and yaml know text and places");
}
