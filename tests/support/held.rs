//! Files of the repository that are written by code: held against what they should be, or written anew with INSTA_UPDATE=always.

use std::fs;

use similar::TextDiff;

use super::{files_under, root};

/// Lines of a difference that are shown per file.
const SHOWN: usize = 60;

/// Compares files and says at the end all that is wrong.
pub struct Held {
    update: bool,
    seen: Vec<String>,
    wrong: Vec<String>,
}

impl Held {
    /// Compares, unless the environment asks for writing, as it does with insta.
    pub fn new() -> Self {
        let update = std::env::var("INSTA_UPDATE").is_ok_and(|v| matches!(v.as_str(), "always" | "force"));
        Self { update, seen: Vec::new(), wrong: Vec::new() }
    }

    /// Holds one file, by its path from the repository's folder.
    pub fn file(&mut self, path: &str, expected: &str) {
        self.seen.push(path.to_owned());
        let file = root().join(path);
        let found = fs::read_to_string(&file).ok();
        if found.as_deref() == Some(expected) {
            return;
        }
        if self.update {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            return fs::write(&file, expected).unwrap();
        }
        self.wrong.push(match found {
            None => format!("{path}: missing"),
            Some(found) => difference(path, &found, expected),
        });
    }

    /// Every file of a folder with this ending must have been held; others are left-overs.
    pub fn nothing_else_in(&mut self, folder: &str, ending: &str) {
        for path in files_under(&root().join(folder)).into_iter().filter(|p| p.ends_with(ending)) {
            let path = format!("{folder}/{path}");
            if self.seen.contains(&path) {
                continue;
            }
            match self.update {
                true => fs::remove_file(root().join(&path)).unwrap(),
                false => self.wrong.push(format!("{path}: nothing writes this file any more")),
            }
        }
    }

    /// Fails if anything was wrong.
    #[track_caller]
    pub fn check(self) {
        let command = "INSTA_UPDATE=always cargo test --test main";
        let wrong = self.wrong.join("\n\n");
        assert!(wrong.is_empty(), "\n{wrong}\n\nif this is meant: {command}, then read the difference in git\n");
    }
}

fn difference(path: &str, found: &str, expected: &str) -> String {
    let diff = TextDiff::from_lines(found, expected);
    let text = diff.unified_diff().context_radius(3).header(path, "now").to_string();
    let lines: Vec<&str> = text.lines().collect();
    match lines.len().checked_sub(SHOWN) {
        None | Some(0) => text,
        Some(more) => format!("{}\n… and {more} more lines", lines[..SHOWN].join("\n")),
    }
}
