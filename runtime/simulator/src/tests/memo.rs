//! A bus that remembers gives the answers of its patterns, and leaves are those of the whole event.

use pipesynth_events::Pattern;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::wiring::bus::{Bus, Event, Leaf, Memo, Rule};

/// An event of texts, with one field that no two events share.
struct Plain(Value);

impl Event for Plain {
    fn value(&self) -> Value {
        self.0.clone()
    }

    fn leaf(&self, name: &str) -> Leaf<'_> {
        match name.split('.').try_fold(&self.0, |value, key| value.get(key)) {
            None => Leaf::Absent,
            Some(Value::String(_)) if name == "detail.unique" => Leaf::Other,
            Some(Value::String(text)) => Leaf::Text(text),
            Some(_) => Leaf::Other,
        }
    }

    /// A number of all leaves but the one that no two events share.
    fn number(&self) -> Option<u64> {
        let mut same = self.0.clone();
        same["detail"].as_object_mut()?.remove("unique");
        let lists = same["detail"]["two"].is_array();
        let hash =
            same.to_string().bytes().fold(7, |hash: u64, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        (!lists).then_some(hash)
    }
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["a", "b", "c", "10.0.0.1", "::1", "", "a=b"])
}

fn condition() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => prop::collection::vec(word(), 1..3).prop_map(|words| json!(words)),
        1 => word().prop_map(|word| json!([{"prefix": word}])),
        1 => word().prop_map(|word| json!([{"anything-but": [word]}])),
        1 => any::<bool>().prop_map(|there| json!([{"exists": there}])),
        1 => word().prop_map(|word| json!([{"wildcard": format!("*{word}*")}])),
    ]
}

const FIELDS: [&str; 6] = ["source", "account", "replay-name", "one", "two", "unique"];

fn pattern() -> impl Strategy<Value = Value> {
    let fields = || prop::collection::btree_map(prop::sample::select(FIELDS.to_vec()), condition(), 1..4);
    (fields(), fields(), prop::option::of((fields(), fields()))).prop_map(|(top, detail, either)| {
        let mut pattern = json!(top);
        pattern["detail"] = json!(detail);
        if let Some((a, b)) = either {
            pattern["$or"] = json!([a, b]);
        }
        pattern
    })
}

fn event() -> impl Strategy<Value = Value> {
    let fields = || prop::collection::btree_map(prop::sample::select(FIELDS.to_vec()), word(), 0..5);
    (fields(), fields(), any::<bool>()).prop_map(|(top, detail, list)| {
        let mut event = json!(top);
        event["detail"] = json!(detail);
        if list {
            event["detail"]["two"] = json!(["a", "b"]);
        }
        event
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_a_bus_remembers_is_what_its_patterns_say(
        patterns in prop::collection::vec(pattern(), 1..6), events in prop::collection::vec(event(), 1..20),
    ) {
        // AWS refuses some: two of one field in `$or`, an empty prefix.
        let read = |raw: Value| Some(Rule { pattern: Pattern::parse(&raw).ok()?, raw, targets: Vec::new() });
        let bus = Bus::new(String::new(), String::new(), Vec::new(), patterns.into_iter().filter_map(read).collect());
        let mut memo = Memo::default();
        for event in events.iter().chain(&events) {
            let expected: Vec<usize> =
                (0..bus.rules.len()).filter(|at| bus.rules[*at].pattern.matches(event)).collect();
            prop_assert_eq!(&*bus.takers(&mut memo, &Plain(event.clone())), expected, "{}", event);
        }
    }
}
