//! Literal properties → findings.

use super::{check, clean, only};
use crate::Kind;

const QUEUE: &str = "AWS::SQS::Queue";
const RULE: &str = "AWS::Events::Rule";

fn at(path: &str, kind: Kind) -> (String, Kind, Option<&'static str>) {
    (path.into(), kind, None)
}

fn near(path: &str, kind: Kind, name: &'static str) -> (String, Kind, Option<&'static str>) {
    (path.into(), kind, Some(name))
}

#[test]
fn an_unknown_property_has_the_nearest_name() {
    let found = only(QUEUE, r#"{"VisibilityTimeOut": 30}"#);
    assert_eq!(found, near("VisibilityTimeOut", Kind::UnknownProperty, "VisibilityTimeout"));
    let found = only(
        RULE,
        r#"{"ScheduleExpression": "rate(1 day)", "Targets": [{"Id": "a", "Arn": "arn:aws:x", "InputTransform": {}}]}"#,
    );
    assert_eq!(found, near("Targets[0].InputTransform", Kind::UnknownProperty, "InputTransformer"));
}

#[test]
fn an_unknown_type_has_the_nearest_of_its_service() {
    assert_eq!(only("AWS::SQS::Qeue", "{}"), near("", Kind::UnknownType, "AWS::SQS::Queue"));
    assert_eq!(only("AWS::S3::Object", "{}").1, Kind::UnknownType);
    assert_eq!(only("AWS::Event::Rule", "{}"), near("", Kind::UnknownType, "AWS::Events::Rule"));
    assert_eq!(only("AWS::Nowhere::Thing", "{}"), at("", Kind::UnknownType));
    assert_eq!(only("Queue", "{}"), at("", Kind::UnknownType));
}

#[test]
fn types_of_other_registries_are_not_judged() {
    clean("MyCompany::MODULE", r#"{"Anything": 1}"#);
    clean("Datadog::Monitors::Monitor", r#"{"Anything": 1}"#);
}

#[test]
fn missing_required_properties_are_told_at_their_object() {
    let found = check("AWS::IAM::Role", r#"{"Policies": [{"PolicyName": "a"}]}"#);
    let all: Vec<_> = found.iter().map(|f| (f.path.as_str(), f.kind, f.message.as_str())).collect();
    assert_eq!(
        all,
        [
            ("Policies[0]", Kind::Missing, "`PolicyDocument` is required"),
            ("", Kind::Missing, "`AssumeRolePolicyDocument` is required"),
        ]
    );
}

#[test]
fn values_of_another_type_are_told() {
    assert_eq!(only(QUEUE, r#"{"DelaySeconds": "soon"}"#), at("DelaySeconds", Kind::WrongType));
    assert_eq!(only(QUEUE, r#"{"DelaySeconds": 1.5}"#), at("DelaySeconds", Kind::WrongType));
    assert_eq!(only(QUEUE, r#"{"FifoQueue": "yes"}"#), at("FifoQueue", Kind::WrongType));
    assert_eq!(only(QUEUE, r#"{"QueueName": ["a"]}"#), at("QueueName", Kind::WrongType));
    assert_eq!(only(QUEUE, r#"{"Tags": {"team": "a"}}"#), at("Tags", Kind::WrongType));
    assert_eq!(only(QUEUE, r#"{"RedriveAllowPolicy": 3}"#), at("RedriveAllowPolicy", Kind::WrongType));
    assert_eq!(
        only("AWS::Lambda::Function", r#"{"Role": "arn:aws:iam::111111111111:role/a", "Code": "./"}"#),
        at("Code", Kind::WrongType)
    );
}

#[test]
fn texts_that_cloudformation_converts_are_taken() {
    clean(QUEUE, r#"{"DelaySeconds": "30", "FifoQueue": "true", "QueueName": 17}"#);
}

#[test]
fn values_outside_an_enum_have_the_nearest_value() {
    let table = |mode: &str| {
        format!(r#"{{"KeySchema": [{{"AttributeName": "pk", "KeyType": "HASH"}}], "BillingMode": "{mode}"}}"#)
    };
    let found = only("AWS::DynamoDB::Table", &table("PAY_PER_REQUESTS"));
    assert_eq!(found, near("BillingMode", Kind::Value, "PAY_PER_REQUEST"));
    clean("AWS::DynamoDB::Table", &table("PROVISIONED"));
    assert_eq!(only("AWS::Logs::LogGroup", r#"{"RetentionInDays": 8}"#).1, Kind::Value);
    clean("AWS::Logs::LogGroup", r#"{"RetentionInDays": 7}"#);
}

#[test]
fn our_own_patches_reach_the_schema() {
    let found = only(QUEUE, r#"{"DeduplicationScope": "messagegroup"}"#);
    assert_eq!(found, near("DeduplicationScope", Kind::Value, "messageGroup"));
    let found = only("AWS::EC2::SecurityGroup", r#"{"GroupDescription": "a ^ b"}"#);
    assert_eq!(found, at("GroupDescription", Kind::Pattern));
    clean("AWS::EC2::SecurityGroup", r#"{"GroupDescription": "EMR [primary]"}"#);
}

#[test]
fn ranges_lengths_and_patterns_hold() {
    assert_eq!(only(QUEUE, r#"{"DelaySeconds": 901}"#), at("DelaySeconds", Kind::Range));
    clean(QUEUE, r#"{"DelaySeconds": 900}"#);
    assert_eq!(only("AWS::Logs::LogGroup", r#"{"LogGroupName": ""}"#), at("LogGroupName", Kind::Length));
    assert_eq!(only("AWS::Logs::LogGroup", r#"{"LogGroupName": "a b"}"#), at("LogGroupName", Kind::Pattern));
    clean("AWS::Logs::LogGroup", r#"{"LogGroupName": "/aws/vendedlogs/states/a"}"#);
    let name = "é".repeat(65);
    let role = format!(r#"{{"AssumeRolePolicyDocument": {{}}, "RoleName": "{name}"}}"#);
    assert_eq!(only("AWS::IAM::Role", &role), at("RoleName", Kind::Length));
}

#[test]
fn secrets_that_are_resolved_at_deploy_time_are_not_judged() {
    clean(QUEUE, r#"{"DelaySeconds": "{{resolve:ssm:/delay:1}}", "DeduplicationScope": "{{resolve:ssm:/scope:1}}"}"#);
}

#[test]
fn what_only_aws_sets_is_told() {
    assert_eq!(only(QUEUE, r#"{"QueueUrl": "https://example.com/q"}"#), at("QueueUrl", Kind::ReadOnly));
}

#[test]
fn properties_that_exclude_or_need_each_other_are_told() {
    let subnet = |rest: &str| format!(r#"{{"VpcId": "vpc-0123456789abcdef0"{rest}}}"#);
    assert_eq!(only("AWS::EC2::Subnet", &subnet("")), at("", Kind::Conflict));
    clean("AWS::EC2::Subnet", &subnet(r#", "CidrBlock": "10.0.0.0/24""#));
    let mapping = |rest: &str| {
        format!(
            r#"{{"ImageId": "ami-0123456789abcdef0", "BlockDeviceMappings": [{{"DeviceName": "/dev/sda1"{rest}}}]}}"#
        )
    };
    assert_eq!(
        only("AWS::EC2::Instance", &mapping(r#", "VirtualName": "ephemeral0", "Ebs": {"VolumeSize": 100}"#)),
        at("BlockDeviceMappings[0]", Kind::Conflict)
    );
    // With an intrinsic condition on one of them, both may stand in the template.
    clean(
        "AWS::EC2::Instance",
        &mapping(
            r#", "VirtualName": "ephemeral0", "Ebs": {"Fn::If": ["Big", {"VolumeSize": 100}, {"Ref": "AWS::NoValue"}]}"#,
        ),
    );
}

#[test]
fn a_list_of_unique_items_holds_none_twice() {
    let role = r#"{"AssumeRolePolicyDocument": {}, "ManagedPolicyArns": ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/A"]}"#;
    assert_eq!(only("AWS::IAM::Role", role), at("ManagedPolicyArns[1]", Kind::Conflict));
}

#[test]
fn of_several_shapes_the_nearest_speaks() {
    clean(QUEUE, r#"{"RedrivePolicy": {"deadLetterTargetArn": "arn", "maxReceiveCount": 3}}"#);
    assert_eq!(
        only(QUEUE, r#"{"RedrivePolicy": {"maxReceiveCounts": 3}}"#),
        near("RedrivePolicy.maxReceiveCounts", Kind::UnknownProperty, "maxReceiveCount")
    );
}

#[test]
fn documents_hold_anything() {
    let policy = r#"{"Queues": ["q"], "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Condition": {"StringEquals": {"a": "b"}}}]}}"#;
    clean("AWS::SQS::QueuePolicy", policy);
    clean(RULE, r#"{"EventPattern": {"source": ["aws.states"], "detail": {"status": [{"anything-but": "RUNNING"}]}}}"#);
    clean(
        "AWS::StepFunctions::StateMachine",
        r#"{"RoleArn": "arn:aws:iam::111111111111:role/a", "Definition": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}}"#,
    );
}

#[test]
fn custom_resources_take_anything_but_need_their_token() {
    clean(
        "Custom::Registration",
        r#"{"ServiceToken": "arn:aws:lambda:eu-central-1:111111111111:function:f", "Name": {"a": [1]}}"#,
    );
    assert_eq!(only("Custom::Registration", r#"{"Name": "a"}"#), at("", Kind::Missing));
    clean("AWS::CDK::Metadata", r#"{"Analytics": "v2:deflate64:H4sI"}"#);
}
