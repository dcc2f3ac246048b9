//! `pipesynth create-project`: a project that works as it is, and never at the cost of a file that was there.

use std::fs;

use pipesynth::cli::Exit;

use crate::support::{Ran, Scratch, files_under, run};

fn create(scratch: &Scratch, name: &str, folder: &str) -> Ran {
    run(["create-project".into(), "-n".into(), name.into(), scratch.arg(folder)])
}

#[test]
fn the_new_project_validates_and_synthesizes_as_it_is() {
    let scratch = Scratch::new("create");
    for name in ["listings", "Pipeline-X", "a", "2026", &"a".repeat(40), "no", "null", "1e3"] {
        let ran = create(&scratch, name, name);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, ""), "{}", ran.err);
        let files = [".github/workflows/pipeline.yml", ".gitignore", "README.md", "code/aggregate.py", "pipeline.yaml"];
        assert_eq!(files_under(&scratch.at(name)), files);
        run(["validate".into(), scratch.arg(name)]).good();
        let template = run(["synth".into(), scratch.arg(name)]).good();
        assert!(template.contains(&format!("\"pipesynth-{}\"", name.to_lowercase())));
        for file in files {
            let text = fs::read_to_string(scratch.at(&format!("{name}/{file}"))).unwrap();
            assert!(!text.contains("NAME"), "{file}:\n{text}");
        }
    }
}

#[test]
fn a_project_that_is_there_stays_as_it_is() {
    let scratch = Scratch::new("create-again");
    for there in ["pipeline.yaml", "README.md", "code/aggregate.py", ".gitignore"] {
        scratch.write(&format!("p/{there}"), "mine");
        let ran = create(&scratch, "listings", "p");
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
        assert!(ran.err.contains(there) && ran.err.contains("nothing was written"), "{}", ran.err);
        assert_eq!(files_under(&scratch.at("p")), [there]);
        assert_eq!(fs::read_to_string(scratch.at(&format!("p/{there}"))).unwrap(), "mine");
        fs::remove_dir_all(scratch.at("p")).unwrap();
    }
}

#[test]
fn a_folder_with_other_files_gets_the_project_beside_them() {
    let scratch = Scratch::new("create-beside");
    scratch.write("p/notes.txt", "mine");
    create(&scratch, "listings", "p").good();
    run(["validate".into(), scratch.arg("p")]).good();
    assert_eq!(fs::read_to_string(scratch.at("p/notes.txt")).unwrap(), "mine");
}

#[test]
fn names_that_no_pipeline_can_have_are_refused() {
    let scratch = Scratch::new("create-names");
    let long = "a".repeat(41);
    for name in ["", "a b", "a_b", "-a", "a-", "ä", "a/b", "../a", "a\u{1b}[31m", &long, "central", "User", "assets"] {
        let ran = run(["create-project".into(), format!("--name={name}").into(), scratch.arg("p")]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""), "{name}: {}", ran.err);
        assert!(!ran.err.contains('\u{1b}'), "{:?}", ran.err);
        assert!(!scratch.at("p").exists());
    }
}

#[test]
fn a_path_that_cannot_be_made_is_named() {
    let scratch = Scratch::new("create-path");
    scratch.write("file", "");
    let ran = create(&scratch, "listings", "file/p");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Refused, ""));
    assert!(ran.err.contains("file/p") && ran.err.contains("cannot be written"), "{}", ran.err);
}
