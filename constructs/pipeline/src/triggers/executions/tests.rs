//! `trigger.executions` → the condition that the central side hears, and the rule that starts the machine.

use serde_json::{Value, json};

use crate::testing::{STEP, properties, template};

fn with(executions: &str) -> Value {
    template(&format!("name: child\naccount: B\n{STEP}trigger: {{ executions: {executions} }}\n"))
}

fn registered(executions: &str) -> Value {
    properties(&with(executions), "Registration")["Trigger"]["executions"].clone()
}

fn detail(executions: &str) -> Value {
    properties(&with(executions), "Dependency")["EventPattern"]["detail"].clone()
}

#[test]
fn a_parent_without_account_and_status_is_the_childs_own_and_must_succeed() {
    let condition = &registered("{ allOf: [{ name: Listings }] }")["condition"];
    // A list of one is its only entry.
    assert_eq!(condition, &json!({ "account": "222222222222", "name": "listings", "status": ["SUCCEEDED"] }));
}

#[test]
fn the_words_for_statuses_mean_sets_of_them() {
    let status = |word: &str| {
        registered(&format!("{{ anyOf: [{{ name: a, status: [{word}] }}] }}"))["condition"]["status"].take()
    };
    assert_eq!(status("SUCCESS"), json!(["SUCCEEDED"]));
    assert_eq!(status("NOT_SUCCESS"), json!(["FAILED", "TIMED_OUT", "ABORTED"]));
    assert_eq!(status("COMPLETED, FAILED"), json!(["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"]));
}

#[test]
fn both_lists_are_joined_by_their_operator() {
    let joined = |operator: &str| {
        registered(&format!(
            "{{ allOf: [{{ name: a }}, {{ name: b }}], anyOf: [{{ name: c }}, {{ name: d }}], operator: {operator} }}"
        ))["condition"]
            .take()
    };
    let leaf = |name: &str| json!({ "account": "222222222222", "name": name, "status": ["SUCCEEDED"] });
    let (all, any) = (json!({ "allOf": [leaf("a"), leaf("b")] }), json!({ "anyOf": [leaf("c"), leaf("d")] }));
    let parts = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    // A list inside a list of its own kind is part of it.
    assert_eq!(parts(&joined("AND"), "allOf").len(), 3, "{}", joined("AND"));
    assert!(parts(&joined("AND"), "allOf").contains(&any));
    assert_eq!(parts(&joined("OR"), "anyOf").len(), 3, "{}", joined("OR"));
    assert!(parts(&joined("OR"), "anyOf").contains(&all));
}

#[test]
fn only_triggers_of_the_central_account_for_this_pipeline_start_it() {
    let template = with("{ anyOf: [{ name: a }] }");
    let rule = properties(&template, "Dependency");
    assert_eq!(rule["EventBusName"], "data-pipeline");
    let pattern = &rule["EventPattern"];
    assert_eq!(pattern["account"], json!(["999999999999"]));
    assert_eq!(pattern["source"], json!(["pipesynth.central"]));
    assert_eq!(pattern["replay-name"], json!([{ "exists": false }]));
    assert_eq!(pattern["detail"]["target"]["pipeline"], json!(["child"]));
    assert!(rule["Targets"][0]["DeadLetterConfig"].is_object());
}

#[test]
fn parents_are_looked_at_a_second_time_only_where_all_of_them_must_be_there() {
    assert_eq!(
        detail("{ allOf: [{ name: a, account: A }, { name: b }] }")["parents"],
        json!({ "111111111111/a": { "status": ["SUCCEEDED"] }, "222222222222/b": { "status": ["SUCCEEDED"] } })
    );
    for executions in [
        "{ anyOf: [{ name: a }, { name: b }] }",
        "{ allOf: [{ name: a }, { name: b, optional: true }] }",
        "{ allOf: [{ name: a }, { anyOf: [{ name: b }, { name: c }] }] }",
        "{ allOf: [{ name: a, status: [SUCCESS] }, { name: a, status: [FAILED], offset: -1d }] }",
        // A missed deadline starts it with what is there, or with nothing.
        "{ allOf: [{ name: a, account: A }, { name: b }], deadline: '07:00', onMiss: fire }",
        "{ allOf: [{ name: a }], deadline: '07:00', onMiss: fire }",
    ] {
        assert_eq!(detail(executions)["parents"], Value::Null, "{executions}");
    }
    let notified = "{ allOf: [{ name: a }], deadline: '07:00', onMiss: notify }";
    assert!(detail(notified)["parents"].is_object());
}

#[test]
fn a_pattern_stays_within_eventbridges_quota() {
    for parents in [1, 10, 30, 200] {
        let all: Vec<String> =
            (0..parents).map(|n| format!("{{ name: a-parent-with-quite-a-long-name-{n} }}")).collect();
        let template = with(&format!("{{ allOf: [{}] }}", all.join(", ")));
        let pattern = properties(&template, "Dependency")["EventPattern"].to_string();
        assert!(pattern.len() <= 2_048, "{parents}: {} characters", pattern.len());
    }
}

#[test]
fn a_run_counts_for_a_day_only_where_nothing_else_keeps_old_runs_from_new_ones() {
    let within = |condition: &str| registered(condition)["within"].take();
    for (condition, effective) in [
        ("{ allOf: [{ name: a }, { name: b }] }", "none"),
        ("{ allOf: [{ name: a }, { name: b }], correlate: hour }", "none"),
        ("{ allOf: [{ name: a }, { name: b }], correlate: key:$.country }", "none"),
        ("{ allOf: [{ name: a }, { name: b }], correlate: none }", "24h"),
        ("{ allOf: [{ name: a }, { name: b }], correlate: none, within: none }", "none"),
        ("{ allOf: [{ name: a }, { name: b }], within: 2h }", "2h"),
        ("{ anyOf: [{ name: a }, { name: b }], correlate: none }", "none"),
        ("{ allOf: [{ name: a }], correlate: none }", "none"),
    ] {
        assert_eq!(within(condition), effective, "{condition}");
    }
}
