//! The three snippets of the published post, verbatim: with a step they are whole pipelines.

use std::fs;

use serde_json::Value;

use crate::support::{Scratch, copy_folder, root, run};

/// The template of a pipeline that is one snippet and one step.
fn template(snippet: &str) -> Value {
    let scratch = Scratch::new(&format!("published-{snippet}"));
    copy_folder(&root().join("tests/fixtures/base"), scratch.path());
    let text = fs::read_to_string(root().join(format!("tests/fixtures/format/post/{snippet}.yaml"))).unwrap();
    let step = "steps: [{ name: a, type: spark, application: code/a.py }]\n";
    scratch.write("pipeline.yaml", format!("name: pipeline-X\naccount: Account_C_ID\n{text}{step}"));
    run(["validate".into(), scratch.arg("")]).good();
    serde_json::from_str(&run(["synth".into(), scratch.arg("")]).good()).unwrap()
}

fn of_type<'a>(template: &'a Value, kind: &str) -> Vec<&'a Value> {
    let all = template["Resources"].as_object().unwrap().values();
    all.filter(|resource| resource["Type"] == kind).map(|resource| &resource["Properties"]).collect()
}

#[test]
fn an_hour_is_a_daily_schedule() {
    let template = template("schedule");
    let schedules = of_type(&template, "AWS::Scheduler::Schedule");
    assert_eq!(schedules.len(), 1);
    assert_eq!(schedules[0]["ScheduleExpression"], "cron(0 3 * * ? *)");
    assert_eq!(schedules[0]["ScheduleExpressionTimezone"], "UTC");
}

#[test]
fn two_parents_are_a_rule_on_the_bus_of_pipelines() {
    let template = template("executions");
    let rules = of_type(&template, "AWS::Events::Rule");
    let rule = rules.iter().find(|rule| rule["EventBusName"] == "data-pipeline").unwrap();
    assert_eq!(rule["EventPattern"]["account"], serde_json::json!(["999999999999"]));
    let parents = &rule["EventPattern"]["detail"]["parents"];
    for parent in ["111111111111/listings", "222222222222/searches"] {
        assert_eq!(parents[parent]["status"], serde_json::json!(["SUCCEEDED"]), "{parents:#}");
    }
}

#[test]
fn a_slack_channel_and_an_address_subscribe_to_the_topic() {
    let template = template("notifications");
    let subscriptions = of_type(&template, "AWS::SNS::Subscription");
    let protocols: Vec<&str> = subscriptions.iter().filter_map(|s| s["Protocol"].as_str()).collect();
    assert_eq!(protocols, ["email", "lambda"]);
    assert_eq!(subscriptions[0]["Endpoint"], "team@example.com");
    let registration = of_type(&template, "Custom::PipesynthRegistration");
    let registration = registration.first().unwrap_or_else(|| panic!("{template:#}"));
    let notifications = &registration["Notifications"];
    assert_eq!(notifications["type"], "FULL_EXECUTION", "{registration:#}");
    assert_eq!(notifications["slackChannels"], serde_json::json!(["data-pipeline-alerts"]), "{registration:#}");
}
