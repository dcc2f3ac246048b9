//! A folder with an assembly → the files that its manifest names as ours, and which of them no later assembly has.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path};

use serde_json::Value;

use super::write::WriteFault;

/// The manifest's name in its folder.
pub(super) const MANIFEST: &str = "manifest.json";
/// How the names of all our stacks start, and so of their files.
const PREFIX: &str = "pipesynth-";
/// The folder with the copies of pipelines' files.
const ASSETS: &str = "assets";

/// Paths of an assembly's files below its folder, with `/`.
#[derive(Debug, Default)]
pub(super) struct Ours(BTreeSet<String>);

impl Ours {
    /// Adds a file.
    pub fn add(&mut self, path: String) {
        self.0.insert(path);
    }

    /// What the manifest in a folder names; nothing where there is none that can be read. Other tools write such manifests too, and people
    /// may: only names that an assembly of ours gives are taken.
    pub fn named_in(folder: &Path) -> Self {
        let read = |name: &str| -> Option<Value> { serde_json::from_slice(&fs::read(folder.join(name)).ok()?).ok() };
        let mut found = Self::default();
        let manifest = read(MANIFEST).unwrap_or_default();
        for artifact in manifest["artifacts"].as_object().into_iter().flat_map(|all| all.values()) {
            let properties = &artifact["properties"];
            let file = properties["templateFile"].as_str().or(properties["file"].as_str()).filter(|name| is_file(name));
            let Some(file) = file else { continue };
            found.add(file.to_owned());
            if properties["file"].is_string() {
                let copies = read(file).unwrap_or_default();
                let copies = copies["files"].as_object().into_iter().flat_map(|all| all.values());
                let paths = copies.filter_map(|copy| copy["source"]["path"].as_str()).filter(|path| is_copy(path));
                found.0.extend(paths.map(str::to_owned));
            }
        }
        found
    }

    /// Those that another assembly does not have.
    pub fn without(mut self, others: &Self) -> Self {
        self.0.retain(|path| !others.0.contains(path));
        self
    }

    /// Removes them, with folders that are empty then, and says how many files there were.
    pub fn remove(self, folder: &Path) -> Result<usize, WriteFault> {
        let mut removed = 0;
        for name in self.0 {
            let path = folder.join(&name);
            if !fs::symlink_metadata(&path).is_ok_and(|found| found.is_file()) {
                continue;
            }
            fs::remove_file(&path).map_err(|fault| WriteFault { path: path.clone(), fault })?;
            removed += 1;
            for above in path.ancestors().skip(1).take_while(|above| above.starts_with(folder) && *above != folder) {
                // One that is not empty stays.
                if fs::remove_dir(above).is_err() {
                    break;
                }
            }
        }
        Ok(removed)
    }
}

/// `pipesynth-x.template.json`, `pipesynth-x.assets.json`
fn is_file(name: &str) -> bool {
    let ours = name.starts_with(PREFIX) && (name.ends_with(".template.json") || name.ends_with(".assets.json"));
    ours && plain(name).count() == 1
}

/// `assets/pipesynth-x/code/a.py`
fn is_copy(path: &str) -> bool {
    let names: Vec<&str> = plain(path).collect();
    names.len() == Path::new(path).components().count()
        && matches!(names.as_slice(), [ASSETS, stack, _, ..] if stack.starts_with(PREFIX))
}

/// The names of a path; of one that leads elsewhere fewer than it has parts.
fn plain(path: &str) -> impl Iterator<Item = &str> {
    Path::new(path).components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::{is_copy, is_file};

    #[test]
    fn only_names_that_an_assembly_of_ours_gives_are_ours() {
        assert!(is_file("pipesynth-a.template.json") && is_file("pipesynth-a.111111111111.assets.json"));
        for name in
            ["MyStack.template.json", "pipesynth-a.json", "pipesynth-/../x.template.json", "/pipesynth-a.template.json"]
        {
            assert!(!is_file(name), "{name}");
        }
        assert!(is_copy("assets/pipesynth-a/code/a.py") && is_copy("assets/pipesynth-a/a.py"));
        for path in [
            "assets/pipesynth-a/../../x",
            "../assets/pipesynth-a/x",
            "assets/other/x",
            "assets/pipesynth-a",
            "/assets/pipesynth-a/x",
        ] {
            assert!(!is_copy(path), "{path}");
        }
    }
}
