//! `pipesynth simulate`: the case study's scenarios hold, and what does not hold ends with exit code 1.

use std::fs;

use pipesynth::cli::Exit;
use serde_json::Value;

use crate::support::{Held, Ran, Scratch, drawn, files_under, root, run};

const CASE_STUDY: &str = "examples/case-study";
const STEPS: &str = "steps: [{ name: a, type: shell, command: date }]\n";

/// The scenario files of the case study, without their ending.
fn scenarios() -> Vec<String> {
    let files = files_under(&root().join(CASE_STUDY).join("scenarios"));
    let names: Vec<String> = files.iter().filter_map(|file| Some(file.strip_suffix(".yaml")?.to_owned())).collect();
    assert!(names.len() >= 6, "{names:?}");
    names
}

fn scenario(name: &str, more: &[&str]) -> Ran {
    let file = format!("--scenario={CASE_STUDY}/scenarios/{name}.yaml");
    run(["simulate", CASE_STUDY, &file].iter().chain(more).copied())
}

/// The case study with a scenario of this text.
fn text(name: &str, text: &str, more: &[&str]) -> Ran {
    let scratch = Scratch::new(name);
    scratch.write("scenario.yaml", text);
    let mut arguments = vec!["simulate".into(), CASE_STUDY.into(), "--scenario".into(), scratch.arg("scenario.yaml")];
    arguments.extend(more.iter().map(Into::into));
    let ran = run(arguments);
    Ran { err: scratch.without_path(&ran.err), ..ran }
}

fn json(ran: Ran) -> Value {
    serde_json::from_str(&ran.good()).unwrap()
}

/// Every scenario of the case study as text, and one in every format, for the test that owns snapshots/.
pub fn hold(held: &mut Held) {
    for name in scenarios() {
        held.file(&format!("snapshots/simulate/{name}.txt"), &scenario(&name, &[]).good());
    }
    for format in ["json", "html"] {
        let name = "searches-fails-and-is-rerun";
        let text = scenario(name, &["--format", format]).good();
        let text = if format == "html" { drawn(&text) } else { text };
        held.file(&format!("snapshots/simulate/{name}.{format}"), &text);
    }
}

#[test]
fn every_scenario_of_the_case_study_expects_something_and_gets_it() {
    for name in scenarios() {
        let ran = scenario(&name, &[]);
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""), "{name}: {}", ran.out);
        let file = fs::read_to_string(root().join(format!("{CASE_STUDY}/scenarios/{name}.yaml"))).unwrap();
        assert!(file.contains("\nexpect:\n"), "{name} expects nothing");
    }
}

#[test]
fn all_scenarios_may_be_given_at_once_and_one_that_fails_fails_all() {
    let files: Vec<String> =
        scenarios().iter().map(|name| format!("--scenario={CASE_STUDY}/scenarios/{name}.yaml")).collect();
    let arguments = || ["simulate".to_owned(), CASE_STUDY.to_owned()].into_iter().chain(files.clone());
    let ran = run(arguments());
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert_eq!(ran.out.matches("scenario examples/case-study/scenarios/").count(), files.len());
    let ran = run(arguments().chain(["--scenario=tests/fixtures/bad-scenarios/not-met.yaml".to_owned()]));
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.err.contains("error[PS0509]: expectation not met: "), "{}", ran.err);
    assert!(ran.err.contains("--> tests/fixtures/bad-scenarios/not-met.yaml:"), "{}", ran.err);
    assert!(
        ran.out.contains("scenario tests/fixtures/bad-scenarios/not-met.yaml"),
        "the timeline is shown all the same"
    );
}

#[test]
fn without_a_scenario_it_is_today() {
    let ran = run(["simulate", CASE_STUDY]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    let document = json(run(["simulate", CASE_STUDY, "--format=json"]));
    assert_eq!(document["runs"].as_array().unwrap().len(), 3);
    assert!(document["from"].as_str().unwrap() > "2026-");
}

#[test]
fn the_command_line_stands_over_the_scenario() {
    let runs = |more: &[&str]| {
        let ran = text("simulate-over", "from: 2026-11-23\ndays: 2\n", &[&["--format=json"], more].concat());
        json(ran)["runs"].as_array().unwrap().len()
    };
    assert_eq!(runs(&[]), 6);
    assert_eq!(runs(&["--days=4"]), 12);
    assert_eq!(runs(&["--from=2026-12-01"]), 6);
    assert_eq!(runs(&["--until=2026-11-23T04:00"]), 1);
    assert_eq!(runs(&["--from=2026-11-23T04:00:00Z", "--until=2026-11-24"]), 1, "pipeline-X has one parent only");
}

#[test]
fn another_seed_draws_other_durations_and_the_same_seed_the_same() {
    let with =
        |seed: &str| text("simulate-seed", "from: 2026-11-23\nduration: 10m..5h\n", &["--format=json", seed]).good();
    assert_eq!(with("--seed=1"), with("--seed=1"));
    assert_ne!(with("--seed=1"), with("--seed=2"));
    let written = text("simulate-seed", "from: 2026-11-23\nduration: 10m..5h\nseed: 2\n", &["--format=json"]).good();
    assert_eq!(written, with("--seed=2"));
}

#[test]
fn the_same_scenario_gives_the_same_bytes_in_every_format() {
    for format in ["text", "json", "html"] {
        let once = scenario("duplicates", &["--format", format]).good();
        assert_eq!(once, scenario("duplicates", &["--format", format]).good(), "{format}");
    }
}

#[test]
fn a_file_gets_the_same_bytes_as_stdout() {
    let scratch = Scratch::new("simulate-out");
    let out = scratch.at("page.html");
    let ran = scenario("normal-day", &["--format=html", "--out", out.to_str().unwrap()]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, ""));
    assert!(ran.err.ends_with("page.html` written\n"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&out).unwrap(), scenario("normal-day", &["--format=html"]).good());
    let ran = scenario("normal-day", &["--out", scratch.at("no/such.txt").to_str().unwrap()]);
    assert_eq!(ran.exit, Exit::Refused);
}

#[test]
fn an_expectation_that_is_not_met_is_shown_at_its_line() {
    let ran = text("simulate-not-met", "from: 2026-11-23\nexpect:\n  - { pipeline: searches, count: 2 }\n", &[]);
    assert_eq!(ran.exit, Exit::Findings);
    assert!(ran.err.starts_with("error[PS0509]: expectation not met: "), "{}", ran.err);
    assert!(ran.err.contains("--> scenario.yaml:3:5"), "{}", ran.err);
    assert!(ran.err.ends_with("\n1 error\n"), "{}", ran.err);
}

#[test]
fn what_is_expected_of_runs_is_not_met_by_no_run_at_all() {
    for expected in ["status: SUCCEEDED", "notBefore: 2026-11-23", "notAfter: 2026-11-24"] {
        let slip = format!("from: 2026-11-23\nexpect:\n  - {{ pipeline: searches, dates: 2025-11-23, {expected} }}\n");
        assert_eq!(text("simulate-vacuous", &slip, &[]).exit, Exit::Findings, "{expected}");
        let none = slip.replace("searches,", "searches, count: 0,");
        let met = if expected.starts_with("notAfter") { Exit::Findings } else { Exit::Done };
        assert_eq!(text("simulate-vacuous", &none, &[]).exit, met, "{expected}");
    }
}

#[test]
fn an_entry_that_no_run_was_like_is_a_warning_unless_the_span_was_chosen_by_hand() {
    let slip = "from: 2026-11-23\nruns:\n  - { pipeline: searches, dates: 2025-11-23, outcome: FAILED }\n";
    let ran = text("simulate-no-run", slip, &[]);
    assert_eq!(ran.exit, Exit::Done);
    assert!(ran.err.starts_with("warning[PS0510]: no run of `searches` for 2025-11-23 took place"), "{}", ran.err);
    assert_eq!(text("simulate-no-run", slip, &["--days=1"]).err, "");
}

#[test]
fn an_action_that_found_nothing_to_act_on_is_a_warning_at_its_line() {
    let slip = "from: 2026-11-23\nactions:\n  - { at: 2026-11-23T00:30, stop: searches }\n";
    let ran = text("simulate-vain", slip, &[]);
    assert_eq!(ran.exit, Exit::Done);
    let why = "warning[PS0510]: there is no open run to stop, so this changed nothing";
    assert!(ran.err.starts_with(why) && ran.err.contains("--> scenario.yaml:3:5"), "{}", ran.err);
    assert_eq!(text("simulate-vain", slip, &["--days=1"]).err, "");
}

#[test]
fn an_action_outside_a_chosen_span_is_a_warning() {
    let late = "from: 2026-11-23\ndays: 3\nactions:\n  - { at: 2026-11-25T07:00, run: searches }\n";
    assert_eq!(text("simulate-outside", late, &[]).exit, Exit::Done);
    let ran = text("simulate-outside", late, &["--days=1"]);
    assert_eq!(ran.exit, Exit::Done);
    assert!(ran.err.starts_with("warning[PS0505]: an action at `2026-11-25T07:00` is outside"), "{}", ran.err);
}

#[test]
fn pipelines_without_account_and_organisation_are_simulated_in_one_that_stands_for_any() {
    let scratch = Scratch::new("simulate-any");
    scratch.write("pipeline.yaml", format!("name: alone\ntrigger: {{ schedule: {{ hour: 3 }} }}\n{STEPS}"));
    let ran = run(["simulate".into(), scratch.arg(""), "--from=2026-11-23".into(), "--format=json".into()]);
    assert_eq!(
        ran.err,
        "note: 1 pipeline names no account and is simulated in account 000000000001, which stands for any\n"
    );
    assert_eq!(json(ran)["runs"].as_array().unwrap().len(), 1);
}

#[test]
fn nothing_is_simulated_while_a_pipeline_has_errors_and_the_scenarios_are_shown_too() {
    let scratch = Scratch::new("simulate-errors");
    scratch.write("pipesynth.yaml", fs::read_to_string(root().join(CASE_STUDY).join("pipesynth.yaml")).unwrap());
    scratch.write("good/pipeline.yaml", format!("name: good\naccount: Account_A_ID\n{STEPS}"));
    scratch.write("wrong/pipeline.yaml", format!("name: wrong\naccount: Nobody\n{STEPS}"));
    scratch
        .write("s.yaml", "runs:\n  - { pipeline: wrong, outcome: FAILED }\n  - { pipeline: good, outcome: BROKEN }\n");
    let ran = run(["simulate".into(), scratch.arg(""), "--scenario".into(), scratch.arg("s.yaml")]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Findings, ""));
    assert!(ran.err.contains("error[PS0203]") && ran.err.contains("`BROKEN` is not an outcome"), "{}", ran.err);
    assert!(!ran.err.contains("PS0501"), "`wrong` was found, with errors of its own: {}", ran.err);
}

#[test]
fn what_cannot_be_is_wrong_usage() {
    let two = ["--scenario", "a.yaml", "--scenario", "b.yaml", "--format", "json"];
    for (more, told) in [
        (&["--from=someday"][..], "expected a date such as"),
        (&["--days=0"], "1..=3653"),
        (&["--until=2026-11-24", "--days=1"], "cannot be used with"),
        (&["--from=2026-11-23", "--until=2026-11-23"], "is not after the begin"),
        (&["--from=2026-11-23", "--until=2199-01-01"], "at most ten years"),
        (&["--scenario=no-such.yaml"], "`no-such.yaml` cannot be read"),
        (&two, "2 scenarios are written as text only"),
    ] {
        let ran = run(["simulate", CASE_STUDY].iter().chain(more).copied());
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""), "{more:?}");
        assert!(ran.err.contains(told), "{more:?}: {}", ran.err);
    }
    let scratch = Scratch::new("simulate-nothing");
    assert_eq!(run(["simulate".into(), scratch.arg("")]).exit, Exit::Usage);
}

/// The blocks of code of docs/simulate.md in this language.
fn examples(language: &str) -> Vec<String> {
    let guide = fs::read_to_string(root().join("docs/simulate.md")).unwrap();
    let blocks = guide.split("```").skip(1).step_by(2);
    blocks.filter_map(|block| Some(block.strip_prefix(language)?.trim_start().to_owned())).collect()
}

#[test]
fn the_scenarios_of_the_guide_are_met_and_its_commands_work() {
    let yaml = examples("yaml\n");
    assert!(!yaml.is_empty());
    for (number, example) in yaml.iter().enumerate() {
        let ran = text(&format!("simulate-guide-{number}"), example, &[]);
        assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""), "{example}\n{}", ran.out);
    }
    let guide = fs::read_to_string(root().join("docs/simulate.md")).unwrap();
    let commands: Vec<&str> = guide.lines().filter_map(|line| line.strip_prefix("    pipesynth ")).collect();
    assert!(commands.len() >= 3, "{commands:?}");
    for command in commands {
        let words = command.split_whitespace().take_while(|word| !word.starts_with(['#', '>']));
        assert_eq!(run(words).exit, Exit::Done, "{command}");
    }
    // What the command prints stands between the marks of the block, written anew like other files made by code.
    let (before, rest) = guide.split_once("```text\n").unwrap();
    let (_, after) = rest.split_once("```").unwrap();
    let shown = scenario("searches-fails-and-is-rerun", &[]).good();
    let mut held = Held::new();
    held.file("docs/simulate.md", &format!("{before}```text\n{shown}```{after}"));
    held.check();
}
