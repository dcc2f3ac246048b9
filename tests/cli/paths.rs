//! PATH: a file, a project, a folder of projects; and what is said where it is none of them.

use std::fs;

use pipesynth::cli::Exit;

use crate::support::{Ran, Scratch, run};

const GOOD: &str = "steps: [{ name: a, type: shell, command: date }]\n";

fn validate(scratch: &Scratch, path: &str) -> Ran {
    run(["validate".into(), scratch.arg(path)])
}

#[test]
fn a_folder_is_searched_for_projects_but_not_what_others_keep_there() {
    let scratch = Scratch::new("paths-search");
    for project in ["a", "b/c", "b/d/e"] {
        scratch.write(&format!("{project}/pipeline.yaml"), GOOD);
    }
    scratch.write("f/pipelines/one.yaml", GOOD);
    scratch.write("f/pipelines/two.yml", GOOD);
    // What must not be read would be an error.
    for other in
        [".hidden/pipeline.yaml", "node_modules/x/pipeline.yaml", "target/x/pipeline.yaml", "f/pipelines/notes.txt"]
    {
        scratch.write(other, "name: [");
    }
    assert_eq!(validate(&scratch, "").err, "5 pipelines checked, no errors\n");
    assert_eq!(validate(&scratch, "b").err, "2 pipelines checked, no errors\n");
    assert_eq!(validate(&scratch, "b/c/pipeline.yaml").err, "1 pipeline checked, no errors\n");
    assert_eq!(validate(&scratch, "f/pipelines/two.yml").err, "1 pipeline checked, no errors\n");
}

#[test]
fn a_pipeline_without_a_name_is_called_as_its_folder_or_its_file() {
    let scratch = Scratch::new("paths-names");
    scratch.write("Alpha/pipeline.yaml", GOOD);
    scratch.write("b/pipelines/Beta.yaml", GOOD);
    for (path, name) in
        [("Alpha", "alpha"), ("Alpha/pipeline.yaml", "alpha"), ("b", "beta"), ("b/pipelines/Beta.yaml", "beta")]
    {
        let template = run(["synth".into(), scratch.arg(path)]).good();
        assert!(template.contains(&format!("\"pipesynth-{name}\"")), "{path}");
    }
}

#[test]
fn a_path_without_pipelines_is_wrong_usage_that_says_what_a_project_is() {
    let scratch = Scratch::new("paths-nothing");
    scratch.write("notes.txt", "");
    for command in ["validate", "synth"] {
        let ran = run([command.into(), scratch.arg("")]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
        assert!(ran.err.contains("no pipeline under") && ran.err.contains("create-project"), "{}", ran.err);
    }
    let ran = run(["synth".into(), scratch.arg(""), "--out".into(), scratch.arg("out")]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(!scratch.at("out").exists());
}

#[test]
fn a_path_that_is_not_there_is_wrong_usage_that_names_it() {
    let scratch = Scratch::new("paths-missing");
    for command in ["validate", "synth"] {
        let ran = run([command.into(), scratch.arg("nowhere/pipeline.yaml")]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
        assert!(ran.err.contains("nowhere/pipeline.yaml` cannot be read"), "{}", ran.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_the_system_does_not_give_is_named_as_refused() {
    // It opens, and reading it fails.
    let ran = run(["validate", "/proc/self/mem"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Refused, ""), "{}", ran.err);
    assert!(ran.err.contains("/proc/self/mem` cannot be read: "), "{}", ran.err);
}

#[test]
fn an_assembly_that_cannot_be_written_is_named_as_refused() {
    let scratch = Scratch::new("paths-out");
    scratch.write("project/pipeline.yaml", GOOD);
    scratch.write("file", "mine");
    for out in ["file", "file/out"] {
        let ran = run(["synth".into(), scratch.arg("project"), "--out".into(), scratch.arg(out)]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Refused, ""), "{}", ran.err);
        assert!(ran.err.contains("cannot be written"), "{}", ran.err);
    }
    assert_eq!(fs::read_to_string(scratch.at("file")).unwrap(), "mine");
}

#[cfg(unix)]
#[test]
fn a_circle_of_links_is_not_walked_round() {
    let scratch = Scratch::new("paths-links");
    scratch.write("a/pipeline.yaml", GOOD);
    scratch.write("b/notes.txt", "");
    std::os::unix::fs::symlink(scratch.path(), scratch.at("b/up")).unwrap();
    assert_eq!(validate(&scratch, "").err, "1 pipeline checked, no errors\n");
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_no_file_is_refused_before_it_is_read() {
    let scratch = Scratch::new("paths-pipe");
    let pipe = scratch.at("pipeline.yaml");
    // Opening it would wait for a writer that never comes.
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [pipe.to_str().unwrap(), "/dev/zero"] {
        for command in ["validate", "synth"] {
            let ran = run([command, path]);
            assert_eq!((ran.exit, ran.out.as_str()), (Exit::Refused, ""), "{}", ran.err);
            assert!(
                ran.err.contains(&format!("`{path}` cannot be read: it is neither a file nor a folder")),
                "{}",
                ran.err
            );
        }
    }
    assert_eq!(validate(&scratch, "").exit, Exit::Usage, "a folder with nothing else in it holds no pipeline");
}

#[test]
fn a_file_with_the_other_ending_is_told_and_not_read() {
    let scratch = Scratch::new("paths-yml");
    scratch.write("a/pipeline.yaml", GOOD);
    scratch.write("a/pipesynth.yml", "name: [");
    scratch.write("b/pipeline.yml", "name: [");
    let ran = validate(&scratch, "");
    assert_eq!(ran.exit, Exit::Done);
    for (folder, name) in [("a", "pipesynth"), ("b", "pipeline")] {
        let note = format!("{folder}/{name}.yml` is not read: such a file is called `{name}.yaml`\n");
        assert!(ran.err.contains(&note), "{}", ran.err);
    }
}
