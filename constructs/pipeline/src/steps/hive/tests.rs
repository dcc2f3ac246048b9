//! `type: hive` → the arguments of hive-script.

use serde_json::Value;

use crate::testing::{arguments, template};

fn hive(keys: &str) -> Vec<Value> {
    let head = "name: a\ncluster: { applications: [Hive] }\n";
    let template = template(&format!("{head}steps: [{{ name: s, type: hive, {keys} }}]\n"));
    arguments(&template, "s").as_array().unwrap().clone()
}

#[test]
fn variables_stand_behind_the_script_and_further_arguments_at_the_end() {
    let args = hive("script: s3://bucket/a.hql, variables: { DAY: '2026', N: 1 }, arguments: [--hiveconf, a=b]");
    let expected = [
        "hive-script",
        "--run-hive-script",
        "--args",
        "-f",
        "s3://bucket/a.hql",
        "-d",
        "DAY=2026",
        "-d",
        "N=1",
        "--hiveconf",
        "a=b",
    ];
    assert_eq!(args, expected.map(Value::from));
}

#[test]
fn a_script_of_the_project_lies_under_the_prefix_of_its_code_and_its_variables_know_the_run() {
    let args = hive(r#"script: code/a.hql, variables: { DAY: "{{ logicalDate - 1d }}" }"#);
    assert!(args[4]["Fn::Sub"].as_str().unwrap().ends_with("/${CodePrefix}/code/a.hql"), "{}", args[4]);
    let day = "{% 'DAY=' & $fromMillis($toMillis($logicalDate) - 86400000, '[Y0001]-[M01]-[D01]') %}";
    assert_eq!(args[6], day);
}
