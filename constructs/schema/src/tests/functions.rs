//! Intrinsic functions → accepted where such a value can come out.

use pipesynth_core::{Map, sub};

use super::{check, clean, only};
use crate::{Kind, validate};

const QUEUE: &str = "AWS::SQS::Queue";

#[test]
fn functions_stand_for_texts_and_numbers() {
    clean(
        QUEUE,
        r#"{"QueueName": {"Ref": "Name"}, "DelaySeconds": {"Fn::Sub": "${Delay}"}, "KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}"#,
    );
    clean(
        QUEUE,
        r#"{"QueueName": {"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}]]}, "FifoQueue": {"Fn::FindInMap": ["a", "b", "c"]}}"#,
    );
    assert_eq!(validate(QUEUE, &Map::new().with("QueueName", sub("a-${AWS::Region}"))), []);
}

#[test]
fn text_functions_give_no_list_and_no_object() {
    for function in [r#"{"Fn::Sub": "a"}"#, r#"{"Fn::Join": ["", ["a"]]}"#, r#"{"Ref": "AWS::Region"}"#] {
        assert_eq!(only(QUEUE, &format!(r#"{{"Tags": {function}}}"#)), ("Tags".into(), Kind::WrongType, None));
    }
    let lambda = r#"{"Role": "arn:aws:iam::111111111111:role/a", "Code": {"Fn::Sub": "a"}}"#;
    assert_eq!(only("AWS::Lambda::Function", lambda), ("Code".into(), Kind::WrongType, None));
    assert_eq!(validate(QUEUE, &Map::new().with("Tags", sub("a-${AWS::Region}"))).len(), 1);
}

#[test]
fn list_functions_give_no_text() {
    assert_eq!(only(QUEUE, r#"{"QueueName": {"Fn::Split": [",", "a,b"]}}"#).1, Kind::WrongType);
    clean(
        "AWS::EC2::VPCEndpoint",
        r#"{"VpcId": "vpc-1", "ServiceName": "s3", "SubnetIds": {"Fn::Split": [",", {"Ref": "Subnets"}]}}"#,
    );
    clean("AWS::EC2::VPCEndpoint", r#"{"VpcId": "vpc-1", "ServiceName": "s3", "SubnetIds": {"Ref": "Subnets"}}"#);
}

#[test]
fn both_branches_of_a_condition_are_checked() {
    clean(QUEUE, r#"{"DelaySeconds": {"Fn::If": ["Slow", 900, {"Ref": "AWS::NoValue"}]}}"#);
    assert_eq!(only(QUEUE, r#"{"DelaySeconds": {"Fn::If": ["Slow", 901, 1]}}"#).1, Kind::Range);
    assert_eq!(
        only(QUEUE, r#"{"DelaySeconds": {"Fn::If": ["A", 1, {"Fn::If": ["B", 2, "soon"]}]}}"#).1,
        Kind::WrongType
    );
    let tags = r#"{"Tags": {"Fn::If": ["A", [{"Key": "a"}], {"Ref": "AWS::NoValue"}]}}"#;
    assert_eq!(only(QUEUE, tags), ("Tags[0]".into(), Kind::Missing, None));
}

#[test]
fn the_properties_as_a_whole_may_be_conditional() {
    assert_eq!(only(QUEUE, r#"{"Fn::If": ["A", {"DelaySeconds": 901}, {"DelaySeconds": 1}]}"#).1, Kind::Range);
    assert_eq!(only(QUEUE, r#"[1]"#).1, Kind::WrongType);
}

#[test]
fn no_value_leaves_a_property_out() {
    clean(QUEUE, r#"{"DelaySeconds": {"Ref": "AWS::NoValue"}}"#);
    let role = r#"{"AssumeRolePolicyDocument": {"Ref": "AWS::NoValue"}}"#;
    assert_eq!(only("AWS::IAM::Role", role), (String::new(), Kind::Missing, None));
}

#[test]
fn condition_functions_are_no_property_values() {
    assert_eq!(only(QUEUE, r#"{"FifoQueue": {"Fn::Equals": ["a", "b"]}}"#).1, Kind::WrongType);
    assert_eq!(only(QUEUE, r#"{"FifoQueue": {"Condition": "A"}}"#).1, Kind::WrongType);
}

#[test]
fn macros_between_properties_are_not_judged() {
    clean(
        QUEUE,
        r#"{"QueueName": "a", "Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://a"}}}"#,
    );
    clean("AWS::IAM::Role", r#"{"Path": "/", "Fn::Transform": {"Name": "Trust"}}"#);
}

#[test]
fn an_object_with_the_one_key_condition_is_still_an_object() {
    let statement = r#"{"Queues": ["q"], "PolicyDocument": {"Condition": "a"}}"#;
    clean("AWS::SQS::QueuePolicy", statement);
    let found =
        check("AWS::Lambda::Function", r#"{"Role": "arn:aws:iam::111111111111:role/a", "Code": {"Condition": "A"}}"#);
    assert_eq!(found.first().map(|f| (f.path.as_str(), f.kind)), Some(("Code.Condition", Kind::UnknownProperty)));
}

#[test]
fn unions_take_a_function_that_one_of_them_takes() {
    clean(QUEUE, r#"{"RedrivePolicy": {"Fn::Sub": "${Policy}"}}"#);
    assert_eq!(only(QUEUE, r#"{"RedrivePolicy": {"Fn::Split": [",", "a"]}}"#).1, Kind::WrongType);
}
