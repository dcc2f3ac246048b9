//! The invariants of ARCHITECTURE.md that a machine can hold. Text scans are blunt: they read words, not programs, and each was seen to fail.

mod codes;
mod crates;
mod layout;
mod links;
mod purity;
mod rooms;
mod texts;

use std::fs;

use pipesynth_diag::Code;

use crate::support::{files_under, root};

/// A source file: its path from the repository's folder, and its text.
struct SourceFile {
    path: String,
    text: String,
}

impl SourceFile {
    /// The lines that the compiler reads, with their numbers: no comments, and nothing from the file's own tests on, which stand last.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        let lines = self.text[..end].lines().enumerate().map(|(at, line)| (at + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// A file of tests alone, which may do what the code may not.
    fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("tests.rs")
    }
}

/// The Rust files below some folders.
fn sources(folders: &[&str]) -> Vec<SourceFile> {
    let mut found = Vec::new();
    for folder in folders {
        for path in files_under(&root().join(folder)).into_iter().filter(|path| path.ends_with(".rs")) {
            let path = format!("{folder}/{path}");
            let text = fs::read_to_string(root().join(&path)).unwrap();
            found.push(SourceFile { path, text });
        }
    }
    assert!(!found.is_empty(), "no Rust file below {folders:?}");
    found
}

/// Fails with one line per fault, and with what to do.
#[track_caller]
pub fn none(faults: &[String], help: &str) {
    assert!(faults.is_empty(), "\n{}\n\n{help}\n", faults.join("\n"));
}

/// All kinds of findings, of all crates.
pub fn all_codes() -> impl Iterator<Item = &'static Code> {
    codes::tables().into_iter().flat_map(|table| table.codes.iter().copied())
}
