//! Rules of starts that only the synthesized templates together with the decisions show, on the virtual clock.

use std::ffi::OsString;

use serde_json::Value;

use crate::support::{Scratch, run};

const ORGANIZATION: &str = "organization: { id: o-a1b2c3d4e5, centralAccount: '999999999999', region: eu-central-1, \
    accounts: { A: '111111111111' } }\n";

fn project(name: &str, pipelines: &[(&str, &str)]) -> Scratch {
    let scratch = Scratch::new(name);
    scratch.write("pipesynth.yaml", ORGANIZATION);
    for (name, more) in pipelines {
        let steps = "steps: [{ name: a, type: shell, command: date }]";
        scratch.write(&format!("{name}/pipeline.yaml"), format!("name: {name}\naccount: A\n{more}\n{steps}\n"));
    }
    scratch
}

/// `date HH:MM` of the runs of a pipeline, by scenario text over the project.
fn starts(scratch: &Scratch, scenario: &str, pipeline: &str) -> Vec<String> {
    scratch.write("scenario.yaml", scenario);
    let mut scenario = OsString::from("--scenario=");
    scenario.push(scratch.arg("scenario.yaml"));
    let ran = run(["simulate".into(), scratch.arg(""), scenario, "--format=json".into()]);
    let record: Value = serde_json::from_str(&ran.good()).unwrap();
    let of = |run: &&Value| run["pipeline"].as_str().unwrap().ends_with(&format!("/{pipeline}"));
    let line =
        |run: &Value| format!("{} {}", run["logicalDate"].as_str().unwrap(), &run["started"].as_str().unwrap()[11..16]);
    record["runs"].as_array().unwrap().iter().filter(of).map(line).collect()
}

#[test]
fn a_missed_deadline_starts_a_pipeline_whatever_its_condition() {
    let trigger =
        |condition: &str| format!("trigger: {{ executions: {{ {condition}, deadline: '06:00', onMiss: fire }} }}");
    let (all, one) = (trigger("allOf: [{ name: a }, { name: b }]"), trigger("allOf: [{ name: b }]"));
    let scratch = project(
        "missed",
        &[
            ("a", "trigger: { schedule: { hour: 1 } }"),
            ("b", "trigger: { schedule: { hour: 8 } }"),
            ("all", &all),
            ("one", &one),
        ],
    );
    let scenario = "from: 2026-11-23\ndays: 1\n";
    assert_eq!(starts(&scratch, scenario, "all"), ["2026-11-23 06:00"]);
    assert_eq!(starts(&scratch, scenario, "one")[0], "2026-11-23 06:00");
}

#[test]
fn who_waits_for_a_former_name_is_started() {
    let scratch = project(
        "former",
        &[
            // Registered before and after the one that was renamed.
            ("before", "trigger: { executions: { allOf: [{ name: old }] } }"),
            ("new", "renamedFrom: old\ntrigger: { schedule: { hour: 4 } }"),
            ("zlast", "trigger: { executions: { allOf: [{ name: old }] } }"),
        ],
    );
    for child in ["before", "zlast"] {
        assert_eq!(starts(&scratch, "from: 2026-11-23\ndays: 1\n", child).len(), 1, "{child}");
        let explained = run(["explain".into(), child.into(), scratch.arg("")]).good();
        assert!(explained.contains("new (") && !explained.contains("old"), "{explained}");
    }
}

#[test]
fn a_backfill_of_a_date_before_the_first_scheduled_time_is_followed() {
    let child =
        "trigger:\n  schedule: { hour: 6 }\n  operator: AND\n  executions: { allOf: [{ name: a }], backfill: follow }";
    let scratch = project("backfill", &[("a", "trigger: { schedule: { hour: 1 } }"), ("child", child)]);
    let scenario = "from: 2026-11-23\ndays: 1\nactions:\n  - { at: 2026-11-23T12:00, backfill: a, dates: 2026-11-01..2026-11-02 }\n";
    let dates = starts(&scratch, scenario, "child");
    let dates: Vec<&str> = dates.iter().map(|line| &line[..10]).collect();
    assert_eq!(dates, ["2026-11-23", "2026-11-01", "2026-11-02"]);
}
