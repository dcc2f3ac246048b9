//! `type: spark` → the arguments of spark-submit.

use serde_json::{Value, json};

use crate::testing::{arguments, template};

fn spark(keys: &str) -> Vec<Value> {
    let template = template(&format!("name: a\nsteps: [{{ name: s, type: spark, {keys} }}]\n"));
    arguments(&template, "s").as_array().unwrap().clone()
}

#[test]
fn options_stand_before_the_application_and_arguments_behind_it() {
    let args = spark(
        "application: s3://bucket/a.jar, class: com.example.Main, conf: { a.b: 1, c.d: x y }, arguments: [--date, '2026']",
    );
    let expected = [
        "spark-submit",
        "--deploy-mode",
        "cluster",
        "--class",
        "com.example.Main",
        "--conf",
        "a.b=1",
        "--conf",
        "c.d=x y",
        "s3://bucket/a.jar",
        "--date",
        "2026",
    ];
    assert_eq!(args, expected.map(Value::from));
}

#[test]
fn a_file_of_the_project_lies_under_the_prefix_of_its_code() {
    let application = spark("application: code/a.py")[3]["Fn::Sub"].clone();
    assert!(application.as_str().unwrap().ends_with("/${CodePrefix}/code/a.py"), "{application}");
}

#[test]
fn dates_are_known_when_the_machine_runs_and_accounts_when_it_is_deployed() {
    let args = spark(
        r#"application: s3://bucket/a.py, arguments: ["{{ logicalDate }}", "x={{ logicalDate - 1d }}", "{{ account }}", "{{ pipeline }}"]"#,
    );
    assert_eq!(args[4], "{% $logicalDate %}");
    assert_eq!(args[5], "{% 'x=' & $fromMillis($toMillis($logicalDate) - 86400000, '[Y0001]-[M01]-[D01]') %}");
    assert_eq!(args[6], json!({ "Fn::Sub": "${AWS::AccountId}" }));
    assert_eq!(args[7], "a");
}

#[test]
fn text_that_looks_like_a_reference_or_a_quote_stays_text() {
    let args = spark(
        r#"application: s3://bucket/a.py, arguments: ["${AWS::Region}", "it's {{ runId }}", "a\\b {{ account }} ${x}"]"#,
    );
    assert_eq!(args[4], "${AWS::Region}");
    assert_eq!(args[5], "{% \"it's \" & $states.context.Execution.Name %}");
    assert_eq!(args[6], json!({ "Fn::Sub": "a\\b ${AWS::AccountId} ${!x}" }));
}
