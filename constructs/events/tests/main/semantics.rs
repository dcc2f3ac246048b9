//! What is easily got wrong about matching, one example each, and bounded time.

use pipesynth_events::Pattern;
use serde_json::{Value, json};

#[track_caller]
fn hold(pattern: Value, passing: &[Value], others: &[Value]) {
    let read = Pattern::parse(&pattern).unwrap();
    for event in passing {
        assert!(read.matches(event), "{pattern} should let {event} through");
    }
    for event in others {
        assert!(!read.matches(event), "{pattern} should not let {event} through");
    }
}

#[test]
fn strings_numbers_booleans_and_null_are_never_the_same() {
    hold(json!({"a": ["5"]}), &[json!({"a": "5"})], &[json!({"a": 5})]);
    hold(json!({"a": [5]}), &[json!({"a": 5.0})], &[json!({"a": "5"})]);
    hold(json!({"a": [null]}), &[json!({"a": null})], &[json!({"a": "null"}), json!({})]);
    hold(json!({"a": [true]}), &[json!({"a": true})], &[json!({"a": "true"}), json!({"a": 1})]);
}

#[test]
fn fields_below_one_list_must_be_of_one_element() {
    let pattern = json!({"jobs": {"name": ["a"], "state": ["FAILED"]}});
    let one = json!({"jobs": [{"name": "b", "state": "OK"}, {"name": "a", "state": "FAILED"}]});
    let mixed = json!({"jobs": [{"name": "a", "state": "OK"}, {"name": "b", "state": "FAILED"}]});
    hold(pattern.clone(), &[one.clone(), json!({"jobs": {"name": "a", "state": "FAILED"}})], &[mixed]);
    // Inner lists belong to their outer element.
    let nested = json!({"jobs": [[{"name": "a"}, {"state": "FAILED"}], [one["jobs"][1]]]});
    hold(pattern, &[nested], &[json!({"jobs": [[{"name": "a"}], [{"state": "FAILED"}]]})]);
}

#[test]
fn absence_is_asked_of_the_element_that_the_other_fields_chose() {
    let pattern = json!({"jobs": {"name": ["a"], "stop": [{"exists": false}]}});
    hold(
        pattern,
        &[json!({"jobs": [{"name": "a"}, {"name": "b", "stop": 1}]})],
        &[json!({"jobs": [{"name": "a", "stop": 1}]})],
    );
}

#[test]
fn only_leaves_exist() {
    let (leaf, object, empty) = (json!({"a": null}), json!({"a": {"b": 1}}), json!({"a": []}));
    hold(json!({"a": [{"exists": true}]}), std::slice::from_ref(&leaf), &[object.clone(), empty.clone(), json!({})]);
    hold(json!({"a": [{"exists": false}]}), &[object, empty, json!({})], &[leaf]);
}

#[test]
fn anything_but_asks_for_a_value() {
    let pattern = json!({"a": [{"anything-but": ["x", "y"]}]});
    hold(
        pattern,
        &[json!({"a": "z"}), json!({"a": null}), json!({"a": 1}), json!({"a": ["x", "z"]})],
        &[json!({}), json!({"a": ["x", "y"]})],
    );
}

#[test]
fn a_field_inside_or_takes_the_place_of_the_same_field_before_it() {
    hold(
        json!({"a": ["x"], "$or": [{"a": ["y"]}, {"b": ["z"]}]}),
        &[json!({"a": "y"}), json!({"a": "x", "b": "z"})],
        &[json!({"a": "x"})],
    );
    hold(json!({"$or": [{"a": ["y"]}, {"b": ["z"]}], "a": ["x"]}), &[json!({"a": "x"})], &[json!({"a": "y"})]);
}

#[test]
fn branches_that_share_a_value_keep_their_own() {
    // Event Ruler 2.0.1 forgets the prefix here; the documentation says that one branch is enough.
    hold(
        json!({"$or": [{"a": ["", "x"]}, {"a": ["x", {"prefix": "q"}]}]}),
        &[json!({"a": "qq"})],
        &[json!({"a": "p"})],
    );
}

#[test]
fn addresses_are_compared_by_value_and_within_their_family() {
    hold(
        json!({"a": ["10.0.0.5"]}),
        &[json!({"a": "010.000.00.005"}), json!({"a": "::ffff:a00:5"})],
        &[json!({"a": "10.0.0.5.6"}), json!({"a": "0000000010.0.0.5"}), json!({"a": "::ffff:10.0.0.5"})],
    );
    hold(json!({"a": ["2001:db8::1"]}), &[json!({"a": "2001:0db8:0:0::1"})], &[json!({"a": "2001:db8::2"})]);
    hold(
        json!({"a": [{"cidr": "0.0.0.0/0"}]}),
        &[json!({"a": "9.9.9.9"})],
        &[json!({"a": "::1"}), json!({"a": "999.9.9.9"}), json!({"a": 9})],
    );
    hold(json!({"a": [{"cidr": "10.1.2.3/20"}]}), &[json!({"a": "10.1.15.255"})], &[json!({"a": "10.1.16.0"})]);
}

#[test]
fn case_is_ignored_beyond_ascii() {
    hold(json!({"a": [{"equals-ignore-case": "Straße É"}]}), &[json!({"a": "STRASSE é"})], &[json!({"a": "STRASE é"})]);
    hold(
        json!({"a": [{"suffix": {"equals-ignore-case": ".ßV"}}]}),
        &[json!({"a": "x.SSv"}), json!({"a": "É.ßv"})],
        &[json!({"a": "sV"})],
    );
}

#[test]
fn what_is_no_object_passes_nothing() {
    hold(json!({"a": [{"exists": false}]}), &[json!({})], &[json!([]), json!(null), json!("a"), json!([{}])]);
}

#[test]
fn the_worst_of_wildcards_and_lists_end_at_once() {
    let pattern = json!({"a": [{"wildcard": format!("{}b", "*a".repeat(500))}]});
    hold(pattern, &[], &[json!({"a": "a".repeat(100_000)})]);
    // Ten thousand elements, of which the pattern must find one that has both.
    let items: Vec<Value> = (0..20_000).map(|at| json!({"k": at % 2, "v": (at + 1) % 2, "w": [{"x": 1}]})).collect();
    let pattern = json!({"jobs": {"k": [1], "v": [1], "w": {"x": [1]}}});
    hold(pattern, &[], &[json!({"jobs": items})]);
}
