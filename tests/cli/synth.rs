//! `pipesynth synth`: one template on stdout, or the whole assembly in a folder.

use std::fs;

use pipesynth::cli::Exit;
use serde_json::Value;

use crate::support::{Scratch, copy_folder, files_under, from_yaml, root, run};

const CASE_STUDY: &str = "examples/case-study";

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&run(arguments).good()).unwrap()
}

#[test]
fn one_template_goes_to_stdout_and_nothing_else_is_said() {
    let ran = run(["synth", "examples/case-study/listings"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    let template: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(template["AWSTemplateFormatVersion"], "2010-09-09");
    assert!(template["Resources"]["Machine"]["Properties"]["Definition"].is_object());
}

#[test]
fn several_pipelines_on_stdout_are_wrong_usage_that_names_both_ways_out() {
    let ran = run(["synth", CASE_STUDY]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    insta::assert_snapshot!(ran.err, @r"
    error: `examples/case-study` holds 3 pipelines, and stdout takes one template
    hint: pick one with `--pipeline NAME`: `listings`, `pipeline-X`, `searches`
    hint: or write all of them with `--out DIR`
    ");
}

#[test]
fn one_of_several_pipelines_is_picked_by_its_name_in_any_case() {
    let picked = run(["synth", CASE_STUDY, "--pipeline", "PIPELINE-x"]).good();
    assert_eq!(picked, run(["synth", "examples/case-study/pipeline-x"]).good());
    let ran = run(["synth", CASE_STUDY, "--pipeline", "listing"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    insta::assert_snapshot!(ran.err, @r"
    error: no pipeline named `listing` under `examples/case-study`
    hint: there are `listings`, `pipeline-X`, `searches`
    ");
}

#[test]
fn a_picked_pipeline_is_stopped_by_what_concerns_it_alone() {
    let scratch = Scratch::new("synth-picked");
    copy_folder(&root().join(CASE_STUDY), scratch.path());
    let picked = |name: &str| run(["synth".into(), scratch.arg(""), "--pipeline".into(), name.into()]);
    let write = |path: &str, from: &str, to: &str| {
        let text = fs::read_to_string(root().join(CASE_STUDY).join(path)).unwrap();
        assert!(text.contains(from));
        scratch.write(path, text.replace(from, to));
    };
    let good = picked("listings").good();
    // Another pipeline's own mistakes, and a file that cannot be read at all.
    write("searches/pipeline.yaml", "hour: 5", "hour: 25");
    scratch.write("broken/pipeline.yaml", "name: [");
    assert_eq!(picked("listings").good(), good);
    assert_eq!(picked("searches").exit, Exit::Findings);
    assert_eq!(picked("broken").exit, Exit::Findings, "called as its folder");
    let err = picked("SEARCHES").err;
    assert!(err.contains("searches/pipeline.yaml:") && !err.contains("broken/pipeline.yaml"), "{err}");
    // A name that nobody has may be that of a file that cannot be read.
    assert_eq!(picked("nobody").exit, Exit::Findings);
    // A circle is everyone's who is in it.
    let back = "executions: { anyOf: [{ name: pipeline-x, account: Account_C_ID }] }";
    write("listings/pipeline.yaml", "schedule:\n        hour: 3", back);
    assert!(picked("pipeline-x").err.contains("error[PS0401]"));
    assert!(picked("listings").err.contains("error[PS0401]"));
    // So is a mistake in pipesynth.yaml.
    write("listings/pipeline.yaml", "name: listings", "name: listings");
    write("pipesynth.yaml", "o-a1b2c3d4e5", "a1b2c3d4e5");
    assert_eq!(picked("listings").exit, Exit::Findings);
}

#[test]
fn the_account_stacks_need_pipesynth_yaml_alone() {
    let scratch = Scratch::new("synth-accounts");
    scratch.write("pipesynth.yaml", fs::read(root().join(CASE_STUDY).join("pipesynth.yaml")).unwrap());
    for (stack, resource) in [("central", "AWS::Events::EventBus"), ("user", "AWS::S3::Bucket")] {
        let template = run(["synth".into(), scratch.arg(""), "--stack".into(), stack.into()]).good();
        assert_eq!(template, run(["synth", CASE_STUDY, "--stack", stack]).good());
        assert!(template.contains(resource));
    }
    // A pipeline with errors does not stop them; a pipesynth.yaml with errors does.
    scratch.write("pipeline.yaml", "name: [");
    let of = |scratch: &Scratch| run(["synth".into(), scratch.arg(""), "--stack=central".into()]);
    assert_eq!(of(&scratch).exit, Exit::Done);
    scratch.write("pipesynth.yaml", "organization: {}");
    assert_eq!(of(&scratch).exit, Exit::Findings);
    fs::remove_file(scratch.at("pipesynth.yaml")).unwrap();
    scratch.write("pipeline.yaml", "steps: [{ name: a, type: shell, command: date }]");
    let ran = of(&scratch);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    assert!(ran.err.starts_with("error: no pipesynth.yaml at or above"), "{}", ran.err);
}

#[test]
fn yaml_says_the_same_as_json() {
    for path in ["listings", "searches", "pipeline-x"].map(|name| format!("{CASE_STUDY}/{name}")) {
        for stack in ["pipeline", "central", "user"] {
            let yaml = run(["synth", path.as_str(), "--stack", stack, "--format", "yaml"]).good();
            assert_eq!(from_yaml(&yaml), json(&["synth", path.as_str(), "--stack", stack]), "{path} {stack}");
        }
    }
}

#[test]
fn a_pipeline_for_any_account_names_none() {
    let scratch = Scratch::new("synth-any-account");
    scratch.write("pipeline.yaml", "name: a\nsteps: [{ name: a, type: shell, command: date }]\n");
    let template = run(["synth".into(), scratch.arg("")]).good();
    let digits = template.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 12).count();
    assert_eq!(digits, 0, "{template}");
}

#[test]
fn an_assembly_holds_every_stack_its_code_and_a_manifest_that_names_them() {
    let scratch = Scratch::new("synth-assembly");
    let ran = run(["synth".into(), CASE_STUDY.into(), "--out".into(), scratch.arg("")]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, ""));
    let files = files_under(scratch.path());
    let manifest: Value = serde_json::from_slice(&fs::read(scratch.at("manifest.json")).unwrap()).unwrap();
    for (id, artifact) in manifest["artifacts"].as_object().unwrap() {
        let properties = &artifact["properties"];
        let file = properties["templateFile"].as_str().or(properties["file"].as_str()).unwrap();
        assert!(files.iter().any(|f| f == file), "{id} names {file}");
    }
    for pipeline in ["listings", "searches", "pipeline-x"] {
        let assets: Value =
            serde_json::from_slice(&fs::read(scratch.at(&format!("pipesynth-{pipeline}.assets.json"))).unwrap())
                .unwrap();
        for (_, asset) in assets["files"].as_object().unwrap() {
            let copy = fs::read(scratch.at(asset["source"]["path"].as_str().unwrap())).unwrap();
            let name = asset["source"]["path"].as_str().unwrap().rsplit_once("/code/").unwrap().1;
            assert_eq!(copy, fs::read(root().join(CASE_STUDY).join(pipeline).join("code").join(name)).unwrap());
        }
    }
}

#[test]
fn a_second_run_changes_no_file_and_a_changed_program_changes_its_own_alone() {
    let scratch = Scratch::new("synth-again");
    copy_folder(&root().join(CASE_STUDY), &scratch.at("project"));
    let synth = || run(["synth".into(), scratch.arg("project"), "--out".into(), scratch.arg("out")]);
    let all = || -> Vec<(String, Vec<u8>)> {
        let read = |file: String| (file.clone(), fs::read(scratch.at(&format!("out/{file}"))).unwrap());
        files_under(&scratch.at("out")).into_iter().map(read).collect()
    };
    synth().good();
    let first = all();
    let again = synth();
    assert!(again.err.ends_with(", 0 files changed\n"), "{}", again.err);
    assert_eq!(all(), first);
    scratch.write("project/listings/code/aggregate.py", "print('changed')\n");
    synth().good();
    let changed: Vec<String> =
        all().into_iter().zip(first).filter(|(now, before)| now != before).map(|((file, _), _)| file).collect();
    assert_eq!(
        changed,
        ["assets/pipesynth-listings/code/aggregate.py", "manifest.json", "pipesynth-listings.assets.json"],
        "templates carry no hash of code"
    );
}

#[test]
fn one_name_in_two_accounts_gives_two_files() {
    let scratch = Scratch::new("synth-two-accounts");
    for account in ["111111111111", "222222222222"] {
        let text = format!("name: a\naccount: '{account}'\nsteps: [{{ name: a, type: shell, command: date }}]\n");
        scratch.write(&format!("{account}/pipeline.yaml"), text);
    }
    run(["synth".into(), scratch.arg(""), "--out".into(), scratch.arg("out")]).good();
    let templates: Vec<String> =
        files_under(&scratch.at("out")).into_iter().filter(|file| file.ends_with(".template.json")).collect();
    assert_eq!(templates, ["pipesynth-a.111111111111.template.json", "pipesynth-a.222222222222.template.json"]);
}

#[test]
fn projects_of_two_organisations_make_no_assembly() {
    let scratch = Scratch::new("synth-two-organisations");
    for id in ["o-aaaaaaaaaa", "o-bbbbbbbbbb"] {
        let text = format!("organization: {{ id: {id}, centralAccount: '999999999999', region: eu-central-1 }}\n");
        scratch.write(&format!("{id}/pipesynth.yaml"), text);
        scratch.write(&format!("{id}/pipeline.yaml"), "steps: [{ name: a, type: shell, command: date }]\n");
    }
    let ran = run(["synth".into(), scratch.arg(""), "--out".into(), scratch.arg("out")]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("projects of several organisations"), "{}", ran.err);
    assert!(!scratch.at("out").exists());
}
