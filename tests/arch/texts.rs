//! What no file of the repository says: places of one machine, hosts of package registries.

use std::fs;

use super::none;
use crate::support::{files_under, root};

/// Put together here, so that this file does not say them either.
fn forbidden() -> Vec<(String, &'static str)> {
    let machine = "a path of one machine";
    let host = "the host of a package registry: each machine names its own in its settings";
    let mut all = vec![
        (["..", "/", "shared"].concat(), "a folder beside the repository"),
        (["/", "work", "/"].concat(), machine),
        (["/", "root", "/"].concat(), machine),
        (["/", "home", "/"].concat(), machine),
        (["/", "Users", "/"].concat(), machine),
    ];
    for (name, ending) in [
        ("crates", "io"),
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("rubygems", "org"),
        ("proxy.golang", "org"),
        ("maven.apache", "org"),
    ] {
        all.push((format!("{name}.{ending}"), host));
    }
    all
}

/// Files that cannot do without, and why: an entry that nothing needs fails.
fn exempt() -> Vec<(&'static str, String, &'static str)> {
    vec![("Cargo.lock", ["crates", "io"].join("."), "cargo itself writes the index's name into its lock file")]
}

#[test]
fn no_file_names_a_place_that_only_one_machine_knows() {
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for path in files_under(root()) {
        let bytes = fs::read(root().join(&path)).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for (word, why) in forbidden() {
            if !text.contains(&word) {
                continue;
            }
            match exempt().iter().position(|(file, what, _)| *file == path && *what == word) {
                Some(at) => used.push(at),
                None => {
                    let line = text.lines().position(|line| line.contains(&word)).map_or(0, |at| at + 1);
                    faults.push(format!("{path}:{line}: `{word}`: {why}"));
                }
            }
        }
    }
    for (at, (file, word, _)) in exempt().iter().enumerate() {
        if !used.contains(&at) {
            faults.push(format!("{file} does not say `{word}` any more"));
        }
    }
    none(&faults, "whoever clones the repository has none of this");
}
