//! Who is told of an end: the pattern of the template's rule decides, not what the registration says.

use std::fs;
use std::path::Path;

use pipesynth_contract::Status::{Aborted, Failed, Succeeded, TimedOut};
use pipesynth_contract::{PipelineId, Status};
use serde_json::{Value, json};

use crate::{Deployment, Stack};

fn read(name: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots/case-study");
    let text = fs::read_to_string(root.join(format!("pipesynth-{name}.template.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The ends of `searches` that are told, and to whom, after a change of its template.
fn told(change: impl FnOnce(&mut Value)) -> (Vec<Status>, Vec<String>) {
    let (central, user, mut template) = (read("central"), read("user"), read("searches"));
    change(&mut template["Resources"]);
    let stack = |account: &'static str, template| Stack { account, region: "eu-central-1", template };
    let mut builder = Deployment::builder(stack("999999999999", &central), "o-a1b2c3d4e5");
    builder.user(stack("222222222222", &user));
    builder.pipeline(stack("222222222222", &template));
    let mut deployment = builder.build().unwrap();
    let id: PipelineId = "222222222222/searches".parse().unwrap();
    let pipeline = deployment.pipelines.remove(deployment.at[&id]);
    (pipeline.told, pipeline.targets)
}

#[test]
fn the_rule_of_the_template_says_which_ends_are_told_and_to_whom() {
    assert_eq!(told(|_| ()), (vec![Failed, TimedOut, Aborted], vec!["SLACK search-alerts".to_owned()]));
    let pattern = |resources: &mut Value| {
        resources["RunEnded"]["Properties"]["EventPattern"]["detail"]["status"] = json!(["SUCCEEDED", "RUNNING"]);
    };
    assert_eq!(told(pattern).0, [Status::Running, Succeeded]);
    let another = |resources: &mut Value| {
        resources["RunEnded"]["Properties"]["EventPattern"]["detail"]["stateMachineArn"] = json!(["arn:of-another"]);
    };
    assert_eq!(told(another).0, []);
    assert_eq!(told(|resources| drop(resources.as_object_mut().unwrap().remove("RunEnded"))).0, []);
    // Only where the pipeline's stack listens to them are the central account's notices heard.
    let noticed = |change: fn(&mut Value)| {
        let (central, user, mut template) = (read("central"), read("user"), read("pipeline-x"));
        change(&mut template["Resources"]["Noticed"]["Properties"]);
        let stack = |account: &'static str, template| Stack { account, region: "eu-central-1", template };
        let mut builder = Deployment::builder(stack("999999999999", &central), "o-a1b2c3d4e5");
        builder.user(stack("333333333333", &user));
        builder.pipeline(stack("333333333333", &template));
        builder.build().unwrap().pipelines[0].noticed
    };
    assert!(noticed(|_| ()));
    assert!(!noticed(|rule| rule["EventPattern"]["account"] = json!(["111111111111"])));
    assert!(!noticed(|rule| rule["EventPattern"]["detail-type"] = json!(["Pipeline Trigger"])));
    assert!(!noticed(|rule| rule["EventBusName"] = json!("default")));
    let posted = |resources: &mut Value| {
        let targets = resources["RunEnded"]["Properties"]["Targets"].as_array_mut().unwrap();
        let mut target = targets[0].clone();
        let template = target["InputTransformer"]["InputTemplate"].as_str().unwrap();
        let mut input: Value = serde_json::from_str(template).unwrap();
        input["to"] = json!({"channel": "PAGERDUTY", "secret": "pager"});
        target["InputTransformer"]["InputTemplate"] = json!(input.to_string());
        targets.push(target);
    };
    assert_eq!(told(posted).1, ["SLACK search-alerts", "PAGERDUTY pager"]);
}
