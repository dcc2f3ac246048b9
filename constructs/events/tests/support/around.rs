//! An event → patterns that have to do with it: its own fields, values that are its own or nearly so.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

use super::{KEYS, broken_operator, conditions, merged, operator};

/// Keys and the leaf that they lead to.
type Leaf = (Vec<String>, Value);

pub fn pattern(event: &Value) -> BoxedStrategy<Value> {
    let object = fields(event);
    let alternatives = prop::collection::vec(fields(event), 2..4).prop_map(|or| json!({"$or": or}));
    let with_or = (object.clone(), alternatives.clone()).prop_map(|(object, or)| merged(object, or));
    prop_oneof![4 => object, 1 => alternatives, 1 => with_or].boxed()
}

fn fields(event: &Value) -> BoxedStrategy<Value> {
    let mut leaves = Vec::new();
    gather(event, &mut Vec::new(), &mut leaves);
    let elsewhere = (prop::collection::vec(select(KEYS).prop_map(str::to_owned), 1..3), conditions(operator().boxed()));
    let field = if leaves.is_empty() {
        elsewhere.boxed()
    } else {
        let here = select(leaves).prop_flat_map(|(path, value)| (Just(path), list(value)));
        prop_oneof![6 => here, 1 => elsewhere].boxed()
    };
    prop::collection::vec(field, 1..4).prop_map(nested).boxed()
}

/// The leaves of an event; lists add no key.
fn gather(value: &Value, path: &mut Vec<String>, found: &mut Vec<Leaf>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                path.push(key.clone());
                gather(value, path, found);
                path.pop();
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, path, found)),
        leaf => found.push((path.clone(), leaf.clone())),
    }
}

/// Fields by their keys; what finds its place taken is left out.
fn nested(fields: Vec<Leaf>) -> Value {
    let mut all = Map::new();
    for (path, conditions) in fields {
        let Some((last, above)) = path.split_last() else { continue };
        let target = above
            .iter()
            .try_fold(&mut all, |object, key| object.entry(key.as_str()).or_insert_with(|| json!({})).as_object_mut());
        if let Some(target) = target {
            target.entry(last.as_str()).or_insert(conditions);
        }
    }
    Value::Object(all)
}

/// Conditions, mostly with one that has to do with a leaf of the event.
fn list(leaf: Value) -> impl Strategy<Value = Value> {
    let one = prop_oneof![30 => near(leaf), 10 => operator(), 1 => broken_operator()];
    prop::collection::vec(one, 1..3).prop_map(Value::from)
}

fn near(leaf: Value) -> BoxedStrategy<Value> {
    let all = match &leaf {
        Value::String(text) => {
            let middle = text.char_indices().nth(1).map_or(0, |(at, _)| at);
            let (start, end) = text.split_at(middle);
            vec![
                json!({"prefix": start}),
                json!({"suffix": end}),
                json!({"equals-ignore-case": text.to_uppercase()}),
                json!({"prefix": {"equals-ignore-case": start.to_uppercase()}}),
                json!({"suffix": {"equals-ignore-case": end.to_uppercase()}}),
                json!({"wildcard": format!("*{}", end.replace('*', "\\*"))}),
                json!({"wildcard": format!("{}*", start.replace('*', "\\*"))}),
                json!({"anything-but": text}),
                json!({"anything-but": {"wildcard": "a*"}}),
                json!({"exactly": text}),
            ]
        }
        Value::Number(number) => {
            let floor = number.as_f64().map(f64::floor);
            vec![
                json!({"numeric": [">=", floor]}),
                json!({"numeric": ["<", floor]}),
                json!({"numeric": [">", -300, "<=", 300]}),
                json!({"anything-but": [5, 300]}),
            ]
        }
        _ => vec![json!({"anything-but": "a"}), json!({"anything-but": 5})],
    };
    prop_oneof![3 => Just(leaf), 3 => select(all), 1 => Just(json!({"exists": true}))].boxed()
}
