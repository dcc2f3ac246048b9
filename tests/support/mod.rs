//! What the tests share: the command line in process, scratch folders, files that are held against what they should be.

mod cli;
mod held;
mod page;
mod scratch;
mod yaml;

pub use cli::{Ran, run};
pub use held::Held;
pub use page::drawn;
pub use scratch::Scratch;
pub use yaml::from_yaml;

use std::fs;
use std::path::{Path, PathBuf};

/// The repository's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files under a folder, sorted; their paths start at it, with `/`. Hidden folders and build output are left out.
pub fn files_under(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

fn walk(folder: &Path, from: &Path, found: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let entry = entry.unwrap();
        let path = entry.path();
        let skipped = ["target", "node_modules", "__pycache__", ".git"].iter().any(|name| entry.file_name() == *name);
        match entry.file_type().unwrap() {
            kind if kind.is_dir() && !skipped => walk(&path, from, found),
            kind if kind.is_file() => found.push(slashed(path.strip_prefix(from).unwrap())),
            _ => {}
        }
    }
}

/// A path's text with `/` between its parts.
pub fn slashed(path: &Path) -> String {
    pipesynth::project::shown(path)
}

/// The folders under examples/, by name.
pub fn examples() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("examples"))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    for file in files_under(from) {
        let target: PathBuf = to.join(&file);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::copy(from.join(&file), target).unwrap();
    }
}
