//! Random patterns and events, close enough to each other to match now and then.
//!
//! Few keys, few values: what is rare in the wild is frequent here, lists of objects with the same keys above all.

mod around;

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Keys; a dot within is a key like any other.
const KEYS: &[&str] = &["a", "b", "c"];

const TEXTS: &[&str] =
    &["", "a", "b", "ab", "aba", "AB", "a*b", "10.0.0.5", "10.0.1.9", "2001:db8::7", "5", "true", "null"];

/// An event, or rather its `detail`.
pub fn event() -> impl Strategy<Value = Value> {
    object(value(), 1..4)
}

/// A pattern and an event: most patterns are made around the event, some know nothing of it, some AWS would refuse.
pub fn pair() -> impl Strategy<Value = (Value, Value)> {
    let near = event().prop_flat_map(|event| (around::pattern(&event), Just(event)));
    prop_oneof![5 => near, 1 => (any_pattern(), event())]
}

/// A pattern that AWS takes or not.
fn any_pattern() -> impl Strategy<Value = Value> {
    let operator = prop_oneof![8 => operator(), 1 => broken_operator()];
    let at_leaf = prop_oneof![30 => conditions(operator.boxed()), 1 => Just(json!([])), 1 => scalar()];
    prop_oneof![40 => fields(at_leaf.boxed()), 1 => Just(json!({})), 1 => scalar()]
}

/// Any JSON at all, with words of patterns in it.
#[allow(dead_code, reason = "the example asks for pairs only")]
pub fn any_json() -> impl Strategy<Value = Value> {
    let words = [
        "$or",
        "prefix",
        "suffix",
        "anything-but",
        "numeric",
        "exists",
        "cidr",
        "wildcard",
        "a",
        ">",
        "<=",
        "10.0.0.0/8",
    ];
    let word = move || prop_oneof![4 => select(words.to_vec()).prop_map(str::to_owned), 1 => any::<String>()];
    let leaf = prop_oneof![
        scalar(),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        word().prop_map(Value::from)
    ];
    leaf.prop_recursive(6, 60, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word(), inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A text of few letters, those with a meaning in wildcards among them.
#[allow(dead_code, reason = "the example asks for pairs only")]
pub fn text_like() -> impl Strategy<Value = String> {
    r"[abä*\\]{0,4}"
}

fn text() -> impl Strategy<Value = String> {
    select(TEXTS).prop_map(str::to_owned)
}

fn number() -> impl Strategy<Value = Value> {
    select(vec![
        json!(0),
        json!(1),
        json!(1.5),
        json!(5),
        json!(5.0),
        json!(-2),
        json!(300),
        json!(9_007_199_254_740_993_u64),
    ])
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![6 => text().prop_map(Value::from), 3 => number(), 1 => any::<bool>().prop_map(Value::from), 1 => Just(Value::Null)]
}

/// What stands in an event.
fn value() -> BoxedStrategy<Value> {
    let nested = scalar().prop_recursive(3, 24, 3, |inner| {
        prop_oneof![
            2 => object(inner.clone(), 0..3),
            2 => prop::collection::vec(object(inner.clone(), 0..3), 0..4).prop_map(Value::from),
            1 => prop::collection::vec(inner, 0..3).prop_map(Value::from),
        ]
    });
    nested.boxed()
}

fn object(value: impl Strategy<Value = Value>, size: std::ops::Range<usize>) -> impl Strategy<Value = Value> {
    let entry = (select(KEYS).prop_map(str::to_owned), value);
    prop::collection::vec(entry, size).prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>()))
}

/// An object of a pattern over some leaves, with `$or` now and then.
fn fields(leaf: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    let leaf = object(leaf, 1..3);
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            3 => object(inner.clone(), 1..3),
            3 => (inner.clone(), object(inner.clone(), 1..2)).prop_map(|(one, other)| merged(one, other)),
            2 => (inner.clone(), prop::collection::vec(inner, 2..4)).prop_map(|(pattern, or)| merged(pattern, json!({"$or": or}))),
        ]
    })
}

/// Both objects' fields; the second's come last.
fn merged(one: Value, other: Value) -> Value {
    let (Value::Object(mut all), Value::Object(other)) = (one, other) else { unreachable!("both are objects") };
    for (key, value) in other {
        all.shift_remove(&key);
        all.insert(key, value);
    }
    Value::Object(all)
}

fn conditions(operator: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let one = prop_oneof![3 => scalar(), 4 => operator];
    prop::collection::vec(one, 1..3).prop_map(Value::from).boxed()
}

/// An operator that AWS takes.
pub fn operator() -> impl Strategy<Value = Value> {
    let wild = || select(&["*", "a*", "*b", "a*b", "*a*", "a\\*b", "10.*"][..]).prop_map(str::to_owned);
    let some = || select(&["a", "b", "ab", "10.", "7"][..]).prop_map(str::to_owned);
    let texts = |one: BoxedStrategy<String>| {
        prop_oneof![one.clone().prop_map(Value::from), prop::collection::vec(one, 1..3).prop_map(Value::from)]
    };
    let exact = || select(vec![json!(0), json!(1), json!(1.5), json!(300), json!(-2)]);
    prop_oneof![
        text().prop_map(|t| json!({"prefix": t})),
        text().prop_map(|t| json!({"suffix": t})),
        text().prop_map(|t| json!({"prefix": {"equals-ignore-case": t}})),
        text().prop_map(|t| json!({"suffix": {"equals-ignore-case": t}})),
        text().prop_map(|t| json!({"equals-ignore-case": t})),
        wild().prop_map(|t| json!({"wildcard": t})),
        any::<bool>().prop_map(|b| json!({"exists": b})),
        select(&["10.0.0.0/24", "10.0.0.0/8", "2001:db8::/32"][..]).prop_map(|t| json!({"cidr": t})),
        (select(&["=", "<", "<=", ">", ">="][..]), exact()).prop_map(|(sign, n)| json!({"numeric": [sign, n]})),
        (select(&[">", ">="][..]), select(&["<", "<="][..])).prop_map(|(b, t)| json!({"numeric": [b, 0, t, 5]})),
        texts(text().boxed()).prop_map(|t| json!({"anything-but": t})),
        exact().prop_map(|n| json!({"anything-but": n})),
        prop::collection::vec(exact(), 1..3).prop_map(|n| json!({"anything-but": n})),
        texts(some().boxed()).prop_map(|t| json!({"anything-but": {"prefix": t}})),
        texts(some().boxed()).prop_map(|t| json!({"anything-but": {"suffix": t}})),
        texts(wild().boxed()).prop_map(|t| json!({"anything-but": {"wildcard": t}})),
        texts(text().boxed()).prop_map(|t| json!({"anything-but": {"equals-ignore-case": t}})),
    ]
}

/// An operator that AWS does not take.
fn broken_operator() -> impl Strategy<Value = Value> {
    select(vec![
        json!({}),
        json!([]),
        json!({"starts": "a"}),
        json!({"prefix": 1}),
        json!({"prefix": {"suffix": "a"}}),
        json!({"prefix": "a", "suffix": "b"}),
        json!({"wildcard": "a**"}),
        json!({"wildcard": "a\\b"}),
        json!({"exists": "yes"}),
        json!({"cidr": "10.0.0.0"}),
        json!({"cidr": "10.0.0.0/32"}),
        json!({"cidr": "10.0.0.0/-1"}),
        json!({"numeric": []}),
        json!({"numeric": [">"]}),
        json!({"numeric": ["=", "5"]}),
        json!({"numeric": ["<", 5, ">", 1]}),
        json!({"numeric": [">", 5, "<", 1]}),
        json!({"numeric": [">=", 5, "<=", 5]}),
        json!({"numeric": [">", 9_007_199_254_740_993_u64]}),
        json!({"anything-but": null}),
        json!({"anything-but": true}),
        json!({"anything-but": []}),
        json!({"anything-but": ["a", 1]}),
        json!({"anything-but": ["a", null]}),
        json!({"anything-but": {"prefix": ""}}),
        json!({"anything-but": {"prefix": ["a", ""]}}),
        json!({"anything-but": {"suffix": 1}}),
        json!({"anything-but": {"exists": true}}),
        json!({"anything-but": {"wildcard": "**"}}),
        json!({"anything-but": {"prefix": "a", "suffix": "b"}}),
    ])
}
