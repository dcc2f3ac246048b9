//! Old and new properties → what is replaced.

use super::map;
use crate::{Change, Impact, Schema};

fn changes(resource_type: &str, old: &str, new: &str) -> Vec<(String, Impact)> {
    let all = Schema::of(resource_type).unwrap().changes(&map(old), &map(new));
    all.into_iter().map(|Change { path, impact }| (path, impact)).collect()
}

fn one(resource_type: &str, property: &str, old: &str, new: &str) -> Impact {
    let object = |value: &str| format!(r#"{{"{property}": {value}}}"#);
    let all = changes(resource_type, &object(old), &object(new));
    assert_eq!(all.len(), 1, "{all:?}");
    all.into_iter().next().unwrap().1
}

#[test]
fn a_changed_name_replaces_and_changed_tags_update() {
    let tags = |value: &str| format!(r#"[{{"Key": "team", "Value": "{value}"}}]"#);
    assert_eq!(one("AWS::S3::Bucket", "BucketName", r#""a""#, r#""b""#), Impact::Replace);
    assert_eq!(one("AWS::S3::Bucket", "Tags", &tags("a"), &tags("b")), Impact::Update);
}

#[test]
fn aws_decides_per_property_what_replaces() {
    let key = |name: &str| format!(r#"[{{"AttributeName": "{name}", "KeyType": "HASH"}}]"#);
    assert_eq!(one("AWS::DynamoDB::Table", "KeySchema", &key("a"), &key("b")), Impact::Replace);
    assert_eq!(one("AWS::DynamoDB::Table", "BillingMode", r#""PROVISIONED""#, r#""PAY_PER_REQUEST""#), Impact::Update);
    assert_eq!(one("AWS::Kinesis::Stream", "ShardCount", "1", "2"), Impact::Update);
    assert_eq!(one("AWS::RDS::DBInstance", "StorageEncrypted", "false", "true"), Impact::Replace);
    assert_eq!(one("AWS::Events::Rule", "EventBusName", r#""a""#, r#""b""#), Impact::Replace);
}

#[test]
fn adding_and_removing_count_as_changes() {
    assert_eq!(changes("AWS::SQS::Queue", r#"{"QueueName": "a"}"#, "{}"), [("QueueName".into(), Impact::Replace)]);
    assert_eq!(changes("AWS::SQS::Queue", "{}", r#"{"DelaySeconds": 1}"#), [("DelaySeconds".into(), Impact::Update)]);
    assert_eq!(changes("AWS::SQS::Queue", r#"{"DelaySeconds": 1}"#, r#"{"DelaySeconds": 1}"#), []);
}

#[test]
fn nested_changes_are_told_at_their_place() {
    let rule = |id: &str| format!(r#"{{"Targets": [{{"Id": "a", "Arn": "x"}}, {{"Id": "{id}", "Arn": "y"}}]}}"#);
    assert_eq!(changes("AWS::Events::Rule", &rule("b"), &rule("c")), [("Targets[1].Id".into(), Impact::Update)]);
}

#[test]
fn a_function_that_changes_is_a_change() {
    let old = r#"{"QueueName": {"Ref": "A"}}"#;
    assert_eq!(
        changes("AWS::SQS::Queue", old, r#"{"QueueName": {"Ref": "B"}}"#),
        [("QueueName".into(), Impact::Replace)]
    );
}

#[test]
fn the_gravest_change_speaks_for_the_resource() {
    let schema = Schema::of("AWS::SQS::Queue").unwrap();
    let (old, new) = (map(r#"{"QueueName": "a", "DelaySeconds": 1}"#), map(r#"{"QueueName": "b", "DelaySeconds": 2}"#));
    assert_eq!(schema.impact(&old, &new), Some(Impact::Replace));
    assert_eq!(schema.impact(&old, &old), None);
    assert!(Impact::Update < Impact::MayReplace && Impact::MayReplace < Impact::Replace);
}
