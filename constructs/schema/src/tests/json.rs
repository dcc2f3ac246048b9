//! Template JSON → values.

use pipesynth_core::{Intrinsic, Pseudo, Target, Value};
use serde_json::json;

use crate::from_json;

#[test]
fn functions_are_recognised_and_look_alikes_are_not() {
    let read = |json| from_json(&json).unwrap();
    assert_eq!(read(json!({"Ref": "AWS::Region"})), Intrinsic::Ref(Target::Pseudo(Pseudo::Region)).into());
    assert_eq!(read(json!({"Ref": "Bus"})), Intrinsic::Ref(Target::Parameter("Bus".into())).into());
    assert_eq!(read(json!({"Fn::If": ["A", 1, 2]})), Intrinsic::If("A".into(), 1.into(), 2.into()).into());
    assert_eq!(read(json!({"Fn::Sub": "a"})), Intrinsic::Other("Fn::Sub".into(), "a".into()).into());
    assert!(matches!(read(json!({"Ref": "A", "Other": 1})), Value::Map(_)));
    assert!(matches!(read(json!({"Condition": {"Bool": {}}})), Value::Map(_)));
    assert_eq!(
        read(json!({"Fn::If": ["A", 1]})),
        Intrinsic::Other("Fn::If".into(), Value::list(["A".into(), Value::Int(1)])).into()
    );
}

#[test]
fn null_is_told_with_its_path() {
    let null = from_json(&json!({"A": [{"B": null}]})).unwrap_err();
    assert_eq!(null.to_string(), "A.0.B: `null` is not allowed in a template");
}

#[test]
fn numbers_keep_their_kind() {
    assert_eq!(
        from_json(&json!([1, 1.5, u64::MAX])).unwrap(),
        Value::List(vec![1.into(), 1.5.into(), (u64::MAX as f64).into()])
    );
}
