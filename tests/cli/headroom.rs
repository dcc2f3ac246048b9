//! What is used of AWS's limits: as a table, as JSON, in the assembly; and findings as SARIF.

use std::fs;

use serde_json::Value;

use crate::support::{Scratch, root, run};

#[test]
fn the_table_goes_to_stdout_and_says_how_many_pipelines_more_there_is_room_for() {
    let table = run(["validate", "examples/case-study", "--headroom"]).good();
    let line = table.lines().find(|line| line.starts_with("rules on an account's default bus")).unwrap();
    assert!(line.contains(" of 300") && line.ends_with("pipelines more"), "{line}");
    assert!(table.lines().any(|line| line.starts_with("bytes of a state machine's definition")), "{table}");
    assert_eq!(run(["validate", "examples/case-study"]).good(), "", "only where it is asked for");
}

#[test]
fn the_same_stands_in_the_json_and_in_the_assembly() {
    let out = Scratch::new("headroom");
    run(["synth".into(), "examples/case-study".into(), "--out".into(), out.arg("")]).good();
    let assembly: Value = serde_json::from_str(&fs::read_to_string(out.at("headroom.json")).unwrap()).unwrap();
    let json = run(["validate", "examples/case-study", "--headroom", "--format=json"]).good();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["headroom"], assembly);
    let roles = assembly.as_array().unwrap().iter().find(|found| found["limit"] == "roles").unwrap();
    assert_eq!((roles["most"].as_u64(), roles["adjustable"].as_bool()), (Some(1_000), Some(true)));
    assert!(roles["source"].as_str().unwrap().contains("IAM"), "{roles:#}");
}

#[test]
fn findings_are_written_as_sarif() {
    let scratch = Scratch::new("sarif");
    fs::copy(root().join("tests/fixtures/bad/environments/pipesynth.yaml"), scratch.at("pipesynth.yaml")).unwrap();
    let ran = run(["validate".into(), scratch.arg(""), "--format=sarif".into()]);
    let log: Value = serde_json::from_str(&ran.out).unwrap();
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert!(results.len() > 5 && ran.err.is_empty(), "{log:#}");
    for result in results {
        let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][at]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().unwrap().ends_with("pipesynth.yaml"));
        assert!(place["region"]["startLine"].as_u64() >= Some(1));
    }
}
