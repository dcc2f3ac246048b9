//! Synthesis is a function of its files: the same bytes in every locale, time zone and folder, however the path is written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Scratch, copy_folder, examples, files_under, root};

/// Every file of an assembly.
type Assembly = Vec<(String, Vec<u8>)>;

/// The assembly that the real command makes of `path`, seen from `here`, in an environment with these variables.
fn assembly(here: &Path, path: &Path, environment: &[(&str, &str)]) -> Assembly {
    let out = Scratch::new("determinism-out");
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipesynth"));
    command.current_dir(here).arg("synth").arg(path).arg("--out").arg(out.path()).envs(environment.iter().copied());
    let ran = command.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let read = |file: String| (file.clone(), fs::read(out.at(&file)).unwrap());
    files_under(out.path()).into_iter().map(read).collect()
}

#[track_caller]
fn same(way: &str, expected: &Assembly, found: &Assembly) {
    let names = |assembly: &Assembly| assembly.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(expected), names(found), "{way}");
    for ((name, a), (_, b)) in expected.iter().zip(found) {
        assert!(a == b, "{way}: {name} differs:\n{}", String::from_utf8_lossy(b));
    }
}

#[test]
fn an_assembly_is_the_same_in_every_environment_and_however_its_path_is_written() {
    for example in examples() {
        let relative = PathBuf::from("examples").join(&example);
        let expected = assembly(root(), &relative, &[]);
        for environment in [
            [("LC_ALL", "tr_TR.UTF-8"), ("LANG", "tr_TR.UTF-8"), ("TZ", "Pacific/Kiritimati")],
            [("LC_ALL", "C"), ("LANG", "C"), ("TZ", "UTC")],
            [("LC_ALL", "ja_JP.eucJP"), ("HOME", "/nonexistent"), ("TZ", "America/St_Johns")],
            [("SOURCE_DATE_EPOCH", "0"), ("NO_COLOR", "1"), ("COLUMNS", "20")],
        ] {
            same(&format!("{environment:?}"), &expected, &assembly(root(), &relative, &environment));
        }
        let up = Path::new("..").join(&relative);
        let ways = [
            ("absolute", root().to_owned(), root().join(&relative)),
            ("inside", root().join(&relative), PathBuf::from(".")),
            ("with a slash", root().to_owned(), PathBuf::from(format!("{}/", relative.display()))),
            ("through the parent", root().join("src"), up.clone()),
            ("with dots", root().to_owned(), Path::new("src/./..").join(&relative)),
        ];
        for (way, here, path) in ways {
            same(way, &expected, &assembly(&here, &path, &[]));
        }
    }
}

#[test]
fn an_assembly_is_the_same_wherever_the_files_lie_and_in_whatever_order_they_were_made() {
    for example in examples() {
        let original = root().join("examples").join(&example);
        let expected = assembly(root(), &original, &[]);
        let scratch = Scratch::new(&format!("determinism-{example}"));
        let copy = scratch.at("ein Ordner/ünï");
        for file in files_under(&original).iter().rev() {
            fs::create_dir_all(copy.join(file).parent().unwrap()).unwrap();
            fs::copy(original.join(file), copy.join(file)).unwrap();
        }
        same("copied in reverse", &expected, &assembly(&copy, Path::new("."), &[]));
        same("from above", &expected, &assembly(scratch.path(), Path::new("ein Ordner/ünï"), &[]));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&copy, scratch.at("link")).unwrap();
            same("through a link", &expected, &assembly(scratch.path(), Path::new("link"), &[]));
        }
    }
}

#[test]
fn an_assembly_over_an_older_one_is_the_same_as_in_an_empty_folder() {
    let scratch = Scratch::new("determinism-over");
    copy_folder(&root().join("examples/case-study"), &scratch.at("project"));
    let synth = |folder: &str| {
        crate::support::run(["synth".into(), scratch.arg("project"), "--out".into(), scratch.arg(folder)]).good();
        let read = |file: String| (file.clone(), fs::read(scratch.at(&format!("{folder}/{file}"))).unwrap());
        files_under(&scratch.at(folder)).into_iter().map(read).collect::<Assembly>()
    };
    let expected = synth("fresh");
    for file in ["manifest.json", "pipesynth-listings.template.json", "pipesynth-user.template.json"] {
        scratch.write(&format!("old/{file}"), "{\"longer than before\": [1, 2, 3]}".repeat(10_000));
    }
    same("over older files", &expected, &synth("old"));
}
