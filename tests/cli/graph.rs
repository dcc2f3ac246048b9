//! `pipesynth graph`: one picture on stdout or in a file, findings beside it.

use std::fs;

use pipesynth::cli::Exit;

use crate::support::{Held, Scratch, drawn, root, run};

/// Format and file under snapshots/graph/.
const FORMATS: [(&str, &str); 5] = [
    ("text", "case-study.txt"),
    ("mermaid", "case-study.mmd"),
    ("dot", "case-study.dot"),
    ("json", "case-study.json"),
    ("html", "case-study.html"),
];

/// The case study in every format, for the test that owns snapshots/.
pub fn hold(held: &mut Held) {
    for (format, file) in FORMATS {
        let text = run(["graph", "examples/case-study", "--format", format]).good();
        let text = if format == "html" { drawn(&text) } else { text };
        held.file(&format!("snapshots/graph/{file}"), &text);
    }
}

const STEPS: &str = "steps: [{ name: a, type: shell, command: date }]\n";

/// Two pipelines that wait for each other, and one with a mistake of its own.
fn knot(name: &str) -> Scratch {
    let scratch = Scratch::new(name);
    let organization = fs::read_to_string(root().join("examples/case-study/pipesynth.yaml")).unwrap();
    scratch.write("pipesynth.yaml", organization);
    for (ours, other) in [("left", "right"), ("right", "left")] {
        let trigger = format!("trigger: {{ executions: {{ allOf: [{{ name: {other} }}] }} }}");
        scratch.write(
            &format!("{ours}/pipeline.yaml"),
            format!("name: {ours}\naccount: Account_A_ID\n{trigger}\n{STEPS}"),
        );
    }
    scratch.write("wrong/pipeline.yaml", format!("name: wrong\naccount: Nobody\n{STEPS}"));
    scratch
}

#[test]
fn the_list_is_the_default_and_nothing_else_is_said() {
    let ran = run(["graph", "examples/case-study"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert_eq!(ran.out, run(["graph", "examples/case-study", "--format=text"]).good());
    assert!(ran.out.starts_with("3 pipelines in 3 accounts, 2 dependencies\n"), "{}", ran.out);
}

#[test]
fn the_path_from_which_it_is_drawn_does_not_matter() {
    let whole =
        run(["graph".into(), root().join("examples/case-study").into_os_string(), "--format=html".into()]).good();
    assert_eq!(whole, run(["graph", "examples/case-study", "--format=html"]).good());
}

#[test]
fn a_project_by_itself_shows_the_parents_that_are_elsewhere() {
    let text = run(["graph", "examples/case-study/pipeline-x"]).good();
    insta::assert_snapshot!(text, @r"
    1 pipeline in 1 account, 2 dependencies
    2 pipelines named by conditions and not found

    listings · Account_A_ID 111111111111
      not found
      feeds pipeline-X

    searches · Account_B_ID 222222222222
      not found
      feeds pipeline-X

    pipeline-X · Account_C_ID 333333333333 · rent-journey
      starts when all of
      ├─ listings (Account_A_ID) SUCCEEDED — not found
      └─ searches (Account_B_ID) SUCCEEDED — not found
    ");
}

#[test]
fn a_cycle_is_drawn_and_reported() {
    let scratch = knot("graph-cycle");
    let ran = run(["graph".into(), scratch.arg("")]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.err.contains("error[PS0401]: pipelines wait for each other: `left` waits for `right`"), "{}", ran.err);
    assert!(ran.err.contains("note: 1 pipeline has errors of its own and is left out\n"), "{}", ran.err);
    assert!(ran.out.contains("  starts when right (Account_A_ID) SUCCEEDED — closes a cycle\n"), "{}", ran.out);
    assert!(!ran.out.contains("wrong"), "{}", ran.out);
}

#[test]
fn synth_and_validate_refuse_a_cycle() {
    let scratch = knot("graph-refused");
    fs::remove_dir_all(scratch.at("wrong")).unwrap();
    for command in ["validate", "synth"] {
        let mut arguments = vec![command.into(), scratch.arg("")];
        if command == "synth" {
            arguments.extend(["--out".into(), scratch.arg("out")]);
        }
        let ran = run(arguments);
        assert_eq!((ran.exit, ran.err.matches("error[PS0401]").count()), (Exit::Findings, 1), "{command}: {}", ran.err);
    }
    assert!(!scratch.at("out").exists());
}

#[test]
fn a_file_gets_the_same_bytes_as_stdout() {
    let scratch = Scratch::new("graph-out");
    let ran = run([
        "graph".into(),
        "examples/case-study".into(),
        "--format=dot".into(),
        "--out".into(),
        scratch.arg("g.dot"),
    ]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, ""));
    assert!(ran.err.ends_with("g.dot` written\n"), "{}", ran.err);
    assert_eq!(
        fs::read_to_string(scratch.at("g.dot")).unwrap(),
        run(["graph", "examples/case-study", "--format=dot"]).out
    );
    let nowhere = run(["graph".into(), "examples/case-study".into(), "--out".into(), scratch.arg("no/g.txt")]);
    assert_eq!(nowhere.exit, Exit::Refused);
    assert!(nowhere.err.contains("cannot be written"), "{}", nowhere.err);
}

#[test]
fn a_folder_without_pipelines_is_wrong_usage() {
    let scratch = Scratch::new("graph-nothing");
    let ran = run(["graph".into(), scratch.arg("")]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
    assert!(ran.err.starts_with("error: no pipeline under "), "{}", ran.err);
}

#[test]
fn a_chart_with_more_arrows_than_mermaid_draws_says_so() {
    let scratch = Scratch::new("graph-many");
    let organization = fs::read_to_string(root().join("examples/case-study/pipesynth.yaml")).unwrap();
    scratch.write("pipesynth.yaml", organization);
    let parents: String = (0..251).map(|n| format!("{{ name: p{n}, account: Account_B_ID }}, ")).collect();
    for name in ["one", "two"] {
        let trigger = format!("trigger: {{ executions: {{ anyOf: [{parents}] }} }}");
        scratch.write(
            &format!("{name}/pipeline.yaml"),
            format!("name: {name}\naccount: Account_A_ID\n{trigger}\n{STEPS}"),
        );
    }
    let ran = run(["graph".into(), scratch.arg(""), "--format=mermaid".into()]);
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(ran.err.starts_with("note: 502 arrows, and Mermaid draws 500 unless"), "{}", ran.err);
}
