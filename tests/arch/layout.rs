//! The shape of the files: each says at its top what lives there, none is long, no test is forgotten.

use super::{SourceFile, none, sources};

/// Lines of a file that is written by hand.
const LONGEST: usize = 400;

/// Files that are longer, and why.
const LONGER: &[(&str, &str)] = &[];

/// Made by a generator from AWS's schemas.
const GENERATED: &str = "constructs/cfn/src/generated/";

fn all() -> Vec<SourceFile> {
    sources(&["src", "constructs", "runtime", "tests", "benches"])
}

#[test]
fn every_file_says_at_its_top_what_lives_there() {
    let mut faults = Vec::new();
    for file in all() {
        let head = file.text.lines().next().unwrap_or_default();
        let words = head.strip_prefix("//! ").map_or(0, |text| text.split_whitespace().count());
        if words < 3 && !file.path.starts_with(GENERATED) {
            faults.push(format!("{}: starts with `{head}`", file.path));
        }
    }
    none(&faults, "the first line is `//! ` and a sentence");
}

#[test]
fn no_file_is_long() {
    let mut faults = Vec::new();
    for file in all().iter().filter(|file| !file.path.starts_with(GENERATED)) {
        let lines = file.text.lines().count();
        let allowed = LONGER.iter().any(|(path, _)| *path == file.path);
        match (lines > LONGEST, allowed) {
            (true, false) => faults.push(format!("{}: {lines} lines, at most {LONGEST}", file.path)),
            (false, true) => faults.push(format!("{}: short enough by now, take it off the list", file.path)),
            _ => {}
        }
    }
    for (path, _) in LONGER {
        if !all().iter().any(|file| file.path == *path) {
            faults.push(format!("{path}: on the list and not there"));
        }
    }
    none(&faults, "split it by subject, or put it on the list in tests/arch/layout.rs with a reason");
}

#[test]
fn no_test_file_is_forgotten() {
    let files = sources(&["tests"]);
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| file.path != "tests/main.rs") {
        let (folder, name) = file.path.rsplit_once('/').unwrap();
        let (folder, module) = match name {
            "mod.rs" => folder.rsplit_once('/').unwrap(),
            name => (folder, name.trim_end_matches(".rs")),
        };
        let parents = [format!("{folder}/mod.rs"), format!("{folder}.rs"), format!("{folder}/main.rs")];
        let declared = format!("mod {module};");
        let known = files.iter().filter(|f| parents.contains(&f.path));
        if !known
            .flat_map(|f| f.text.lines())
            .any(|line| line.trim() == declared || line.trim() == format!("pub {declared}"))
        {
            faults.push(format!("{}: nobody says `{declared}`", file.path));
        }
    }
    none(&faults, "a file that is not declared is never compiled");
}
