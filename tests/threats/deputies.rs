//! Threat 4: a service of AWS, asked by somebody else, does it to us.

use serde_json::{Value, json};

use super::org::{A, CENTRAL, OUTSIDE, Org, Stack, statements};
use super::policy::{Request, Verdict, resource, texts};

/// Services that are not documented to say for whom they come where they take a role; what stands in for it.
const SILENT: [(&str, &str); 3] = [
    ("apigateway.amazonaws.com", "only the account's own settings name the role that writes its access logs"),
    ("cloudformation.amazonaws.com", "who hands it the role needs `iam:PassRole` in this account"),
    ("ec2.amazonaws.com", "an instance profile can be used in its own account alone"),
];

/// Every policy of a stack by which others are let in: what it is, and its statements.
fn doors(stack: &Stack<'_>) -> Vec<(String, Vec<Value>)> {
    let mut doors = Vec::new();
    for (kind, document) in [
        ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
        ("AWS::KMS::Key", "KeyPolicy"),
        ("AWS::S3::BucketPolicy", "PolicyDocument"),
        ("AWS::SNS::TopicPolicy", "PolicyDocument"),
        ("AWS::SQS::QueuePolicy", "PolicyDocument"),
        ("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy"),
    ] {
        doors.extend(stack.of(kind).into_iter().map(|(id, properties)| (id, statements(&properties[document]))));
    }
    doors.extend(stack.of("AWS::Lambda::Permission").into_iter().map(|(id, permission)| {
        let condition = |property: &str, key: &str| {
            let value = &permission[property];
            if value.is_null() { json!({}) } else { json!({ key: value }) }
        };
        let statement = json!({"Effect": "Allow", "Action": permission["Action"], "Principal": {"Service": permission["Principal"]},
            "Condition": {"ArnLike": condition("SourceArn", "aws:SourceArn"),
                "StringEquals": condition("SourceAccount", "aws:SourceAccount")}});
        (id, vec![statement])
    }));
    doors
}

/// The most alike that another account can make it: the source that is asked for, but for its account.
fn foreign(statement: &Value, service: &str) -> String {
    let operators = statement["Condition"].as_object().into_iter().flatten();
    let sources = operators.filter_map(|(_, keys)| keys.get("aws:SourceArn")).flat_map(texts).next();
    let source = sources.unwrap_or_else(|| {
        let service = service.split('.').next().unwrap();
        format!("arn:aws:{service}:eu-central-1:{A}:x")
    });
    let source = source.replace('*', "x");
    [A, CENTRAL].iter().fold(source, |source, own| source.replace(own, OUTSIDE))
}

#[test]
fn threat_4_no_service_is_let_in_on_behalf_of_another_account() {
    let (mut seen, mut silent) = (0, std::collections::BTreeSet::new());
    for (name, stack) in Org::case_study().stacks() {
        for (id, door) in doors(&stack) {
            for statement in door.iter().filter(|statement| statement["Effect"] == "Allow") {
                for service in texts(&statement["Principal"]["Service"]) {
                    let (actions, on) = (texts(&statement["Action"]), texts(&statement["Resource"]));
                    let on = on.first().map_or_else(String::new, |on| on.replace('*', "x"));
                    let request = Request::by_service(&service, &actions[0].replace('*', "X"), &on);
                    let attack =
                        request.with("aws:SourceAccount", OUTSIDE).with("aws:SourceArn", &foreign(statement, &service));
                    let succeeds =
                        |statement: &Value| resource(std::slice::from_ref(statement), &attack) == Verdict::Allowed;
                    if SILENT.iter().any(|(known, _)| *known == service) && statement["Condition"].is_null() {
                        silent.insert(service);
                        continue;
                    }
                    assert!(!succeeds(statement), "{name} {id} lets in `{service}` for another account: {statement}");
                    let mut open = statement.clone();
                    open.as_object_mut().unwrap().remove("Condition");
                    assert!(succeeds(&open), "{name} {id}: something else than the condition holds it");
                    seen += 1;
                }
            }
        }
    }
    assert!(seen >= 25, "{seen} doors");
    assert_eq!(silent.len(), SILENT.len(), "{silent:?}: nobody needs the rest of the list");
}
