//! A stack's tags → the `Tags` of every resource that can carry them.

use pipesynth_core::{Map, Stack, Value};
use pipesynth_schema::{Schema, TagShape};

/// Adds the stack's tags; a resource's own tag of the same key stands.
pub(super) fn apply(stack: &mut Stack) {
    let tags: Vec<(String, String)> = stack.tags().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    if tags.is_empty() {
        return;
    }
    for (resource_type, properties) in stack.resources_mut() {
        let Some((property, shape)) = Schema::of(resource_type).and_then(Schema::tags) else { continue };
        let own = properties.remove(property);
        let merged = match shape {
            TagShape::Map => map(own, &tags),
            TagShape::List => list(own, &tags, false),
            TagShape::AutoScalingList => list(own, &tags, true),
        };
        properties.set(property, merged);
    }
}

fn map(own: Option<Value>, tags: &[(String, String)]) -> Value {
    let mut map = match own {
        Some(Value::Map(map)) => map,
        Some(other) => return other,
        None => Map::new(),
    };
    for (key, value) in tags {
        if map.get(key).is_none() {
            map.set(key.clone(), value.clone());
        }
    }
    Value::Map(map)
}

fn list(own: Option<Value>, tags: &[(String, String)], at_launch: bool) -> Value {
    let mut items = match own {
        Some(Value::List(items)) => items,
        Some(other) => return other,
        None => Vec::new(),
    };
    let has = |items: &[Value], key: &str| {
        items.iter().any(|i| i.as_map().and_then(|m| m.get("Key")).and_then(Value::as_str) == Some(key))
    };
    for (key, value) in tags {
        if !has(&items, key) {
            let tag = Map::new().with("Key", key.clone()).with("Value", value.clone());
            items.push(Value::Map(if at_launch { tag.with("PropagateAtLaunch", true) } else { tag }));
        }
    }
    Value::List(items)
}
