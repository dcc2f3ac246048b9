//! `pipesynth validate`: for people on stderr, for programs on stdout.

use pipesynth::cli::Exit;
use serde_json::{Value, json};

use crate::support::{Scratch, examples, run};

#[test]
fn every_example_is_good() {
    for example in examples() {
        let ran = run(["validate", &format!("examples/{example}")]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, ""), "{}", ran.err);
        assert!(ran.err.ends_with("checked, no errors\n"), "{}", ran.err);
    }
}

#[test]
fn findings_for_programs_are_one_document_on_stdout_with_everything_that_people_see() {
    let scratch = Scratch::new("validate-json");
    scratch.write("pipeline.yaml", "name: a\nsteps:\n  - { name: a, type: shel, command: date }\nnam: b\n");
    let ran = run(["validate".into(), "--format=json".into(), scratch.arg("")]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Findings, ""));
    let found: Value = serde_json::from_str(&scratch.without_path(&ran.out)).unwrap();
    let expected = json!({ "diagnostics": [
        {
            "code": "PS0105", "severity": "error", "message": "`shel` is not a step type", "label": "",
            "path": "pipeline.yaml", "line": 3, "column": 22, "endLine": 3, "endColumn": 26,
            "why": null, "help": ["did you mean `shell`?", "this version builds `hadoop`, `hive`, `shell`, `spark`"], "related": [],
        },
        {
            "code": "PS0104", "severity": "error", "message": "unknown key `nam` in a pipeline", "label": "",
            "path": "pipeline.yaml", "line": 4, "column": 1, "endLine": 4, "endColumn": 4, "why": null,
            "help": [
                "did you mean `name`?",
                "known keys: `name`, `renamedFrom`, `team`, `description`, `account`, `region`, `tags`, `params`, `trigger`, `concurrency`, \
                 `cluster`, `access`, `steps`, `notifications`, `environments`"
            ],
            "related": [],
        },
    ]});
    assert_eq!(found, expected);
}

#[test]
fn a_good_project_gives_programs_an_empty_list() {
    let ran = run(["validate", "--format=json", "examples/case-study"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert_eq!(serde_json::from_str::<Value>(&ran.out).unwrap(), json!({ "diagnostics": [] }));
}

#[test]
fn good_texts_that_look_odd_pass() {
    for (name, text) in [
        (
            "anchors",
            "steps:\n  - &a { name: a, type: shell, command: &c date }\n  - { name: b, type: shell, command: *c }\n",
        ),
        ("zeros", "account: 012345678901\nsteps: [{ name: a, type: shell, command: date }]\n"),
        ("quoted-zeros", "account: \"012345678901\"\nsteps: [{ name: a, type: shell, command: date }]\n"),
        ("json", "{ \"steps\": [{ \"name\": \"a\", \"type\": \"shell\", \"command\": \"date\" }] }\n"),
        ("marked", "--- # one document\nsteps: [{ name: a, type: shell, command: date }]\n...\n"),
        ("windows", "\u{feff}steps:\r\n  - name: a\r\n    type: shell\r\n    command: date\r\n"),
        ("no-line-end", "steps: [{ name: a, type: shell, command: date }]"),
        ("blocks", "steps:\n- name: a\n  type: shell\n  command: |\n    echo a\n    echo b\n"),
        ("null", "team: null\nsteps: [{ name: a, type: shell, command: date, retry: ~ }]\n"),
        ("no-word", "team: \"no\"\nparams: { country: NO }\nsteps: [{ name: a, type: shell, command: date }]\n"),
    ] {
        let scratch = Scratch::new(&format!("odd-{name}"));
        scratch.write("pipeline.yaml", text);
        let ran = run(["validate".into(), scratch.arg("")]);
        assert_eq!(ran.exit, Exit::Done, "{name}: {}", ran.err);
    }
}

#[test]
fn an_accounts_leading_zeros_stay_quoted_or_not() {
    for text in ["012345678901", "\"012345678901\"", "'012345678901'"] {
        let scratch = Scratch::new("zeros");
        scratch.write(
            "pipeline.yaml",
            format!("name: a\naccount: {text}\nsteps: [{{ name: a, type: shell, command: date }}]\n"),
        );
        assert!(run(["synth".into(), scratch.arg("")]).good().contains("\"012345678901\""), "{text}");
    }
}

#[test]
fn what_is_over_by_now_is_said_by_validate_and_changes_no_template() {
    let scratch = Scratch::new("validate-over");
    let write = |schedule: &str| {
        let text = format!(
            "name: a\ntrigger: {{ schedule: {{ {schedule} }} }}\nsteps: [{{ name: a, type: shell, command: date }}]\n"
        );
        scratch.write("pipeline.yaml", text);
    };
    for (schedule, exit) in [("cron: 0 3 1 1 ? 2020-2022", Exit::Findings), ("at: 2020-01-01T03:00:00", Exit::Done)] {
        write(schedule);
        let ran = run(["validate".into(), scratch.arg("")]);
        assert_eq!(ran.exit, exit, "{}", ran.err);
        assert!(ran.err.contains("[PS0403]: the schedule never fires again"), "{}", ran.err);
        run(["synth".into(), scratch.arg("")]).good();
    }
}

#[test]
fn a_program_of_a_pipeline_is_opened_but_not_read() {
    let scratch = Scratch::new("validate-large");
    scratch.write("pipeline.yaml", "name: a\nsteps: [{ name: a, type: shell, script: code/large.sh }]\n");
    scratch.write("code/large.sh", "");
    // A file with a hole takes no room; reading it would take minutes.
    let file = std::fs::File::options().write(true).open(scratch.at("code/large.sh")).unwrap();
    file.set_len(1 << 40).unwrap();
    assert_eq!(run(["validate".into(), scratch.arg("")]).exit, Exit::Done);
}
