//! The permission boundary of pipelines' roles: every role that a pipeline stack makes has it, and it allows what they were made for.

use std::ffi::OsString;
use std::path::Path;

use serde_json::Value;

use crate::support::{Scratch, examples, root, run};

/// A template of an example's assembly.
fn template(folder: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(folder).unwrap()).unwrap()
}

fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

fn of_type<'a>(template: &'a Value, kind: &'a str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let all = template["Resources"].as_object().unwrap().iter();
    all.filter(move |(_, resource)| resource["Type"] == kind).map(|(id, resource)| (id, &resource["Properties"]))
}

/// IAM's `*`, on text in which `${…}` stands for itself.
fn like(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    (0..=rest.len()).filter(|at| rest.is_char_boundary(*at)).any(|at| like(after, &rest[at..]))
}

/// The text of a resource's name; that of another resource of the stack is its id.
fn text(value: &Value) -> String {
    match &value["Fn::Sub"] {
        Value::String(text) => text.clone(),
        _ => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
    }
}

/// Whether a statement of the boundary allows an action on a resource.
fn allows(boundary: &[&Value], action: &str, resource: &str) -> bool {
    boundary.iter().any(|statement| {
        list(&statement["Action"]).iter().any(|pattern| like(pattern.as_str().unwrap(), action))
            && list(&statement["Resource"]).iter().any(|pattern| like(&text(pattern), resource))
    })
}

#[test]
fn every_role_of_a_pipeline_has_the_boundary_and_may_do_what_it_is_for() {
    let mut seen = 0;
    for example in examples() {
        let scratch = Scratch::new("boundary");
        let example = root().join("examples").join(example);
        run([OsString::from("synth"), example.into_os_string(), "--out".into(), scratch.arg("")]).good();
        let user = template(&scratch.path().join("pipesynth-user.template.json"));
        let (_, policy) = of_type(&user, "AWS::IAM::ManagedPolicy").next().unwrap();
        let name = text(&policy["ManagedPolicyName"]);
        let arn = format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy/pipesynth/{name}");
        let boundary = list(&policy["PolicyDocument"]["Statement"]);
        for file in std::fs::read_dir(scratch.path()).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if !name.ends_with(".template.json")
                || ["pipesynth-user.t", "pipesynth-central.t"].iter().any(|own| name.starts_with(own))
            {
                continue;
            }
            let template = template(&path);
            for (id, role) in of_type(&template, "AWS::IAM::Role") {
                assert_eq!(text(&role["PermissionsBoundary"]), arn, "{name}: {id}");
                let statements =
                    list(&role["Policies"]).into_iter().flat_map(|p| list(&p["PolicyDocument"]["Statement"]));
                for statement in statements {
                    for action in list(&statement["Action"]) {
                        for resource in list(&statement["Resource"]) {
                            let (action, resource) = (action.as_str().unwrap(), text(resource));
                            assert!(allows(&boundary, action, &resource), "{name}: {id}: {action} on {resource}");
                            seen += 1;
                        }
                    }
                }
            }
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn the_boundary_lets_nobody_change_rights_or_take_another_role() {
    let scratch = Scratch::new("boundary");
    run([
        OsString::from("synth"),
        root().join("examples/case-study").into_os_string(),
        "--out".into(),
        scratch.arg(""),
    ])
    .good();
    let user = template(&scratch.path().join("pipesynth-user.template.json"));
    let (_, policy) = of_type(&user, "AWS::IAM::ManagedPolicy").next().unwrap();
    let boundary = list(&policy["PolicyDocument"]["Statement"]);
    let role =
        |name: &str| format!("arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/pipesynth/{name}-eu-central-1");
    for (action, resource) in [
        ("iam:CreateRole", role("mine")),
        ("iam:PutRolePolicy", role("sfn-listings")),
        ("iam:PassRole", role("registry-client")),
        ("iam:PassRole", role("trigger-dispatcher")),
        ("sts:AssumeRole", role("registry-client")),
        ("execute-api:Invoke", "*".to_owned()),
        ("events:PutEvents", "*".to_owned()),
        ("organizations:DescribeOrganization", "*".to_owned()),
        ("lambda:UpdateFunctionCode", "*".to_owned()),
        ("dynamodb:PutItem", "".to_owned()),
    ] {
        let only_data = action == "dynamodb:PutItem";
        assert_eq!(allows(&boundary, action, &resource), only_data, "{action} on {resource}");
    }
    // A managed policy may have 6,144 characters, spaces not counted (IAM quotas).
    let size = policy["PolicyDocument"].to_string().len();
    assert!(size < 6_144 / 2, "{size}");
    for statement in boundary {
        let data = list(&statement["Action"]).iter().any(|action| action.as_str().unwrap().starts_with("s3:"));
        let within = !statement["Condition"]["StringEquals"]["aws:ResourceOrgID"].is_null();
        assert_eq!(data, within, "{statement}");
    }
}
