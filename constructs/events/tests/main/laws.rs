//! Random patterns and events → laws that hold for all of them.

use pipesynth_events::Pattern;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::answer;
use super::support::{any_json, event, operator, pair, text_like};

/// Whether a single value passes a list of conditions.
fn passes(conditions: Value, value: &Value) -> bool {
    Pattern::parse(&json!({"a": conditions})).unwrap().matches(&json!({"a": value}))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('*', "\\*")
}

/// Puts one more condition in front of or behind those of every field.
fn widened(pattern: &Value, operator: &Value, in_front: bool) -> Value {
    let Value::Object(fields) = pattern else { return pattern.clone() };
    let wide = |(key, value): (&String, &Value)| {
        let value = match value {
            Value::Array(alternatives) if key == "$or" => {
                alternatives.iter().map(|one| widened(one, operator, in_front)).collect()
            }
            Value::Array(conditions) => {
                let mut conditions = conditions.clone();
                conditions.insert(if in_front { 0 } else { conditions.len() }, operator.clone());
                Value::Array(conditions)
            }
            below => widened(below, operator, in_front),
        };
        (key.clone(), value)
    };
    Value::Object(fields.iter().map(wide).collect())
}

/// `{"a": {"b": …}}` as `{"a.b": …}`, outside of `$or`.
fn dotted(pattern: &Value) -> Value {
    let Value::Object(fields) = pattern else { return pattern.clone() };
    let mut flat = serde_json::Map::new();
    for (key, value) in fields {
        match dotted(value) {
            Value::Object(below) if key != "$or" && !below.contains_key("$or") => {
                flat.extend(below.into_iter().map(|(name, value)| (format!("{key}.{name}"), value)));
            }
            other => {
                flat.insert(key.clone(), other);
            }
        }
    }
    Value::Object(flat)
}

/// A pattern for each leaf: the keys on the way, and the leaf itself.
fn own(event: &Value) -> Vec<Value> {
    match event {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| own(value).into_iter().map(move |below| json!({key: below})))
            .collect(),
        Value::Array(items) => items.iter().flat_map(own).collect(),
        leaf => vec![json!([leaf])],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_a_pattern_or_has_faults_at_places_that_are_there(pattern in any_json(), event in any_json()) {
        match Pattern::parse(&pattern) {
            Ok(read) => { let _ = read.matches(&event); }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    prop_assert!(pattern.pointer(&fault.path).is_some(), "{fault} in {pattern}");
                }
            }
        }
    }

    #[test]
    fn prefix_suffix_and_equality_are_wildcards(part in text_like(), whole in text_like()) {
        let (wild, whole) = (escaped(&part), Value::from(whole));
        prop_assert_eq!(passes(json!([{"prefix": part}]), &whole), passes(json!([{"wildcard": format!("{wild}*")}]), &whole));
        prop_assert_eq!(passes(json!([{"suffix": part}]), &whole), passes(json!([{"wildcard": format!("*{wild}")}]), &whole));
        prop_assert_eq!(passes(json!([{"exactly": part}]), &whole), passes(json!([{"wildcard": wild}]), &whole));
    }

    #[test]
    fn a_wildcard_finds_its_parts_in_order(parts in prop::collection::vec(("[abä*\\\\]{1,3}", text_like()), 1..4)) {
        let wild: Vec<String> = parts.iter().map(|(part, _)| escaped(part)).collect();
        let filled: String = parts.iter().flat_map(|(part, after)| [part.as_str(), after]).collect();
        let wild = json!([{"wildcard": format!("{}*", wild.join("*"))}]);
        prop_assert!(passes(wild, &json!(filled)));
    }

    #[test]
    fn anything_but_is_the_complement_for_what_is_there(name in 0..4_usize, texts in prop::collection::vec("[ab*]{1,3}", 1..3), value in event()) {
        let name = ["prefix", "suffix", "wildcard", "equals-ignore-case"][name];
        let texts: Vec<String> = texts.iter().map(|text| if name == "wildcard" { escaped(text) } else { text.clone() }).collect();
        let each: Value = texts.iter().map(|text| json!({name: text})).collect();
        for leaf in own(&value).iter().filter_map(|pattern| pattern.pointer("/a/0")).chain([&json!("ab"), &json!("*"), &json!(1)]) {
            if leaf.is_object() || leaf.is_array() { continue }
            prop_assert_ne!(passes(each.clone(), leaf), passes(json!([{"anything-but": {name: texts}}]), leaf));
            prop_assert_ne!(passes(json!(texts), leaf), passes(json!([{"anything-but": texts}]), leaf));
        }
    }

    #[test]
    fn numbers_are_compared_by_value(number in -6..6_i32, bound in -6..6_i32) {
        let (value, real) = (json!(number), json!(f64::from(number)));
        prop_assert!(passes(json!([real]), &value) && passes(json!([value]), &real));
        let ask = |sign: &str| passes(json!([{"numeric": [sign, bound]}]), &real);
        prop_assert_eq!(
            [ask("<"), ask("<="), ask("="), ask(">="), ask(">")],
            [number < bound, number <= bound, number == bound, number >= bound, number > bound]
        );
        prop_assert_eq!(passes(json!([{"numeric": [">", bound, "<=", bound + 5]}]), &value), number > bound && number <= bound + 5);
    }

    #[test]
    fn one_more_alternative_never_loses_an_event((pattern, event) in pair(), operator in operator(), in_front in any::<bool>()) {
        if answer(&pattern, &event) == "true" {
            prop_assert_eq!(answer(&widened(&pattern, &operator, in_front), &event), "true");
        }
    }

    #[test]
    fn or_is_one_or_the_other((one, event) in pair(), (other, _) in pair()) {
        let (first, second) = (answer(&one, &event), answer(&other, &event));
        let or = answer(&json!({"$or": [one, other]}), &event);
        let expected = match (first, second) {
            ("invalid", _) | (_, "invalid") => "invalid",
            ("true", _) | (_, "true") => "true",
            _ => "false",
        };
        prop_assert_eq!(or, expected);
    }

    #[test]
    fn dots_in_keys_are_the_same_as_objects((pattern, event) in pair()) {
        // A pattern at fault may have nothing below a key, which dots cannot say.
        if answer(&pattern, &event) != "invalid" {
            prop_assert_eq!(answer(&dotted(&pattern), &event), answer(&pattern, &event));
            prop_assert_eq!(answer(&pattern, &dotted(&event)), answer(&pattern, &event));
        }
    }

    #[test]
    fn every_leaf_passes_its_own_value_and_exists(event in event()) {
        for pattern in own(&event) {
            prop_assert_eq!(answer(&pattern, &event), "true");
            prop_assert_eq!(answer(&widened(&pattern, &json!({"exists": false}), true), &event), "true");
        }
    }
}
