//! `pipesynth synth --out` over an older assembly: what is written, what keeps its time, what is removed, what is left alone.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use pipesynth::cli::Exit;

use crate::support::{Ran, Scratch, copy_folder, files_under, root, run};

/// The case study with its assembly in `out`.
fn case_study(name: &str) -> Scratch {
    let scratch = Scratch::new(name);
    copy_folder(&root().join("examples/case-study"), &scratch.at("project"));
    synth(&scratch).good();
    scratch
}

fn synth(scratch: &Scratch) -> Ran {
    run(["synth".into(), scratch.arg("project"), "--out".into(), scratch.arg("out")])
}

/// Every file of the assembly with its bytes.
fn all(scratch: &Scratch) -> Vec<(String, Vec<u8>)> {
    let read = |file: String| (file.clone(), fs::read(scratch.at(&format!("out/{file}"))).unwrap());
    files_under(&scratch.at("out")).into_iter().map(read).collect()
}

fn changed(path: &Path) -> SystemTime {
    fs::metadata(path).unwrap().modified().unwrap()
}

#[test]
fn files_that_stay_the_same_keep_their_time() {
    let scratch = case_study("assembly-times");
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let files = files_under(&scratch.at("out"));
    for file in &files {
        let file = fs::File::options().write(true).open(scratch.at(&format!("out/{file}"))).unwrap();
        file.set_modified(long_ago).unwrap();
    }
    scratch.write("project/listings/code/aggregate.py", "print('changed')\n");
    synth(&scratch).good();
    let mut written = files;
    written.retain(|file| changed(&scratch.at(&format!("out/{file}"))) != long_ago);
    let own = ["assets/pipesynth-listings/code/aggregate.py", "manifest.json", "pipesynth-listings.assets.json"];
    assert_eq!(written, own);
}

#[test]
fn files_of_pipelines_that_are_gone_go_too() {
    let scratch = case_study("assembly-gone");
    scratch.write("out/notes.txt", "mine");
    scratch.write("out/pipesynth-mine.template.json", "in no manifest");
    fs::remove_dir_all(scratch.at("project/pipeline-x")).unwrap();
    let before = files_under(&scratch.at("out"));
    let ran = synth(&scratch);
    assert!(ran.err.ends_with(" 2 files changed, 3 removed\n"), "manifest and headroom: {}", ran.err);
    let mut gone = before;
    let after = files_under(&scratch.at("out"));
    gone.retain(|file| !after.contains(file));
    let own = [
        "assets/pipesynth-pipeline-x/code/metric_x.py",
        "pipesynth-pipeline-x.assets.json",
        "pipesynth-pipeline-x.template.json",
    ];
    assert_eq!(gone, own);
    assert!(!scratch.at("out/assets/pipesynth-pipeline-x").exists(), "an empty folder is left");
    assert!(synth(&scratch).err.ends_with(", 0 files changed\n"));
}

#[test]
fn what_a_manifest_names_outside_its_folder_or_under_other_names_is_not_ours_to_remove() {
    let scratch = case_study("assembly-foreign");
    let manifest = |file: &str| {
        serde_json::json!({ "artifacts": {
            "a": { "type": "aws:cloudformation:stack", "properties": { "templateFile": file } },
            "b": { "type": "cdk:asset-manifest", "properties": { "file": "pipesynth-gone.assets.json" } },
        } })
        .to_string()
    };
    scratch.write("keep/pipesynth-a.template.json", "not in the folder");
    scratch.write("out/MyStack.template.json", "another tool's");
    let path = serde_json::json!({ "files": { "x": { "source": { "path": "assets/pipesynth-gone/../../../keep/pipesynth-a.template.json" } } } });
    for file in ["../keep/pipesynth-a.template.json", "MyStack.template.json"] {
        scratch.write("out/manifest.json", manifest(file));
        scratch.write("out/pipesynth-gone.assets.json", path.to_string());
        assert!(synth(&scratch).err.ends_with(" changed, 1 removed\n"), "the asset manifest alone");
        assert!(
            scratch.at("keep/pipesynth-a.template.json").exists() && scratch.at("out/MyStack.template.json").exists()
        );
    }
}

#[test]
fn a_stack_that_cannot_be_made_leaves_the_older_assembly_as_it_is() {
    let scratch = case_study("assembly-refused");
    let before = all(&scratch);
    // Too many resources for a stack: seen when the last template is made, after those of others that changed.
    let addresses: Vec<String> = (0..600).map(|n| format!("a{n}@example.com")).collect();
    let text = format!(
        "name: zz\naccount: Account_A_ID\nsteps: [{{ name: a, type: shell, command: date }}]\n\
         notifications: {{ type: ON_FAILURE, targets: [{{ channel: EMAIL, addresses: [{}] }}] }}\n",
        addresses.join(", ")
    );
    scratch.write("project/zz/pipeline.yaml", text);
    scratch.write("project/listings/code/aggregate.py", "print('changed')\n");
    let ran = synth(&scratch);
    assert!(ran.exit == Exit::Findings && ran.err.contains("error[PS0301]"), "{}", ran.err);
    assert!(all(&scratch) == before, "{:?}", files_under(&scratch.at("out")));
    // In a place of its own, nothing at all is left behind.
    let ran = run(["synth".into(), scratch.arg("project"), "--out".into(), scratch.arg("new/below")]);
    assert!(ran.exit == Exit::Findings && !scratch.at("new").exists());
}
