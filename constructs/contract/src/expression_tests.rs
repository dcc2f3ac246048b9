//! Ways of writing a condition → one canonical form.

use super::*;
use serde_json::{Value, json};

fn node(value: Value) -> Node {
    serde_json::from_value(value).unwrap()
}

fn leaf(name: &str) -> Value {
    json!({"account": "111111111111", "name": name, "status": ["SUCCEEDED"]})
}

#[test]
fn a_tree_reads_and_writes_the_same_text() {
    let wire = json!({"allOf": [leaf("a"), {"anyOf": [leaf("b"),
        {"name": "c", "status": ["FAILED", "ABORTED"], "optional": true, "within": "90m", "offset": "-1d"}]}]});
    assert_eq!(serde_json::to_value(node(wire.clone())).unwrap(), wire);
}

#[test]
fn order_nesting_and_doubles_do_not_change_the_canonical_form() {
    let plain = node(json!({"allOf": [leaf("a"), leaf("b"), {"anyOf": [leaf("c"), leaf("d")]}]})).canonical();
    for other in [
        json!({"allOf": [{"anyOf": [leaf("d"), leaf("c")]}, leaf("b"), leaf("a")]}),
        json!({"allOf": [{"allOf": [leaf("b"), leaf("a")]}, {"anyOf": [leaf("c"), {"anyOf": [leaf("d")]}]}]}),
        json!({"allOf": [leaf("a"), leaf("a"), leaf("b"), {"anyOf": [leaf("c"), leaf("d"), leaf("c")]}]}),
        json!({"anyOf": [{"allOf": [leaf("a"), {"allOf": [leaf("b"), {"anyOf": [leaf("c"), leaf("d")]}]}]}]}),
    ] {
        assert_eq!(node(other.clone()).canonical(), plain, "{other}");
    }
    assert_eq!(plain.clone().canonical(), plain);
}

#[test]
fn an_or_is_not_an_and() {
    let and = node(json!({"allOf": [leaf("a"), leaf("b")]})).canonical();
    let or = node(json!({"anyOf": [leaf("a"), leaf("b")]})).canonical();
    assert_ne!(and, or);
    assert!(and.has_and() && !or.has_and());
    assert!(!node(json!({"allOf": [leaf("a")]})).has_and());
}

#[test]
fn groups_of_another_kind_stay_groups() {
    let wire = json!({"anyOf": [{"allOf": [leaf("a"), leaf("b")]}, {"allOf": [leaf("a"), leaf("c")]}]});
    assert_eq!(serde_json::to_value(node(wire.clone()).canonical()).unwrap(), wire);
}

#[test]
fn faults_of_the_whole_tree_are_collected() {
    let tree = node(json!({"allOf": [{"anyOf": []}, {"name": "B", "status": []},
        {"account": "1", "name": "c", "status": ["FAILED"]}]}));
    assert_eq!(tree.findings().len(), 4, "{:?}", tree.findings());
}

#[test]
fn a_node_that_is_two_things_is_refused() {
    for wire in [
        json!({"allOf": [], "anyOf": []}),
        json!({"allOf": [], "name": "a", "status": []}),
        json!({"name": "a"}),
        json!({}),
    ] {
        let error = serde_json::from_value::<Node>(wire).unwrap_err().to_string();
        assert!(error.contains("`allOf` alone"), "{error}");
    }
    assert!(serde_json::from_value::<Node>(json!({"name": "a", "status": ["SUCCESS"]})).is_err());
}
