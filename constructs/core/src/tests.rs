//! What the core promises: ids, references, faults and the written template.

use crate::typed::AnyResource;
use crate::*;

fn stack() -> Stack {
    Stack::new("demo", "a demo")
}

fn bus() -> AnyResource {
    AnyResource::new("AWS::Events::EventBus")
}

#[test]
fn a_template_shows_references_by_logical_id() {
    let mut s = stack();
    let root = s.root();
    let a = s.add(root, "bus", bus().with("Name", "x"));
    s.add(
        root,
        "rule",
        AnyResource::new("AWS::Events::Rule")
            .with("EventBusName", a.reference())
            .with("Arn", a.att(Attribute::new("Arn")))
            .with(
                "Text",
                Intrinsic::Sub(vec![
                    Piece::Text("a ${b} ".into()),
                    Piece::Ref(Target::Pseudo(Pseudo::Region)),
                    Piece::GetAtt(a.id(), "Arn".into()),
                ]),
            ),
    );
    let text = s.template().unwrap().to_json().unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rule = &json["Resources"]["Rule"]["Properties"];
    assert_eq!(rule["EventBusName"]["Ref"], "Bus");
    assert_eq!(rule["Arn"]["Fn::GetAtt"], serde_json::json!(["Bus", "Arn"]));
    assert_eq!(rule["Text"]["Fn::Sub"], "a ${!b} ${AWS::Region}${Bus.Arn}");
}

#[test]
fn two_resources_of_one_id_are_a_fault_that_names_both_paths() {
    let mut s = stack();
    let root = s.root();
    let ab = s.scope(root, "ab");
    s.add(ab, "c", bus());
    s.add(root, "ab-c", bus());
    let faults = s.template().err().unwrap();
    assert_eq!(faults, [Fault::DuplicateId { id: "AbC".into(), paths: ["ab/c".into(), "ab-c".into()] }]);
}

#[test]
fn a_rename_keeps_the_old_id_and_an_unused_one_is_a_fault() {
    let mut s = stack();
    let root = s.root();
    s.add(root, "bus", bus());
    s.renames_mut().keep("Bus", "OldBus");
    assert!(s.template().unwrap().to_json().unwrap().contains("\"OldBus\""));
    s.renames_mut().keep("Nothing", "Older");
    assert_eq!(s.template().err().unwrap(), [Fault::UnusedRename { new: "Nothing".into(), old: "Older".into() }]);
}

#[test]
fn references_that_lead_nowhere_are_faults() {
    let mut foreign = Stack::new("other", "");
    let top = foreign.root();
    let alien = foreign.add(top, "bus", bus());
    let mut s = stack();
    let root = s.root();
    let own = s.add(root, "bus", bus().with("Name", parameter("Missing")).with("X", alien.reference()));
    s.set_condition(own.id(), "Never");
    let faults = s.template().err().unwrap();
    assert_eq!(faults.len(), 3, "{faults:?}");
}

#[test]
fn resources_that_wait_for_each_other_are_a_fault_with_the_circle() {
    let mut s = stack();
    let root = s.root();
    let a = s.add(root, "a", bus());
    let b = s.add(root, "b", bus().with("Name", a.reference()));
    s.depends_on(a.id(), b.id());
    assert_eq!(s.template().err().unwrap(), [Fault::Circle(vec!["A".into(), "B".into(), "A".into()])]);
}

#[test]
fn five_hundred_and_one_resources_are_over_the_limit() {
    let mut s = stack();
    let root = s.root();
    for i in 0..501 {
        s.add(root, format!("r{i}"), bus());
    }
    assert_eq!(s.template().err().unwrap(), [Fault::OverLimit { what: "resources", got: 501, limit: 500 }]);
}

#[test]
fn policies_conditions_and_metadata_stand_at_the_resource() {
    let mut s = stack();
    let root = s.root();
    s.condition("Yes", Intrinsic::Equals("a".into(), "a".into()));
    let a = s.add(root, "a", bus());
    s.set_condition(a.id(), "Yes");
    s.set_policies(a.id(), Policy::RetainExceptOnCreate, Policy::Retain);
    s.set_metadata(a.id(), "Note", "kept");
    let json: serde_json::Value = serde_json::from_str(&s.template().unwrap().to_json().unwrap()).unwrap();
    let a = &json["Resources"]["A"];
    assert_eq!(a["Condition"], "Yes");
    assert_eq!(a["DeletionPolicy"], "RetainExceptOnCreate");
    assert_eq!(a["UpdateReplacePolicy"], "Retain");
    assert_eq!(a["Metadata"]["Note"], "kept");
}

#[test]
fn a_resource_has_its_own_origin_or_its_scopes() {
    let mut s = stack();
    let root = s.root();
    let scope = s.scope(root, "trigger");
    let origin = |line| Origin { path: "pipeline.yaml".into(), line, column: 1 };
    s.set_origin(scope, origin(3));
    s.add(scope, "a", bus());
    let b = s.add(scope, "b", bus());
    s.set_resource_origin(b.id(), origin(7));
    let template = s.template().unwrap();
    let lines: Vec<_> = template.resources().map(|r| r.origin.map(|o| o.line)).collect();
    assert_eq!(lines, [Some(3), Some(7)]);
}
