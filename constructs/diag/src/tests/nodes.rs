//! Nodes in words.

use crate::{Entry, Kind, Node, Scalar, Span, Style, Value};

fn scalar(text: &str, kind: Kind) -> Node {
    Node { span: Span::START, value: Value::Scalar(Scalar { text: text.into(), kind, style: Style::Plain }) }
}

#[test]
fn a_value_is_described_as_people_call_it() {
    let seq = Node { span: Span::START, value: Value::Seq(vec![]) };
    let map = Node { span: Span::START, value: Value::Map(vec![]) };
    for (node, words) in [
        (scalar("", Kind::Null), "nothing"),
        (scalar("~", Kind::Null), "`~`"),
        (scalar("true", Kind::Bool(true)), "`true`"),
        (scalar("007", Kind::Int(7)), "the number `007`"),
        (scalar("1.5", Kind::Float(1.5)), "the number `1.5`"),
        (scalar("x", Kind::Str), "the string `x`"),
        (scalar("", Kind::Str), "an empty string"),
        (seq, "a list"),
        (map, "a mapping"),
    ] {
        assert_eq!(node.describe(), words);
    }
}

#[test]
fn a_node_is_asked_for_one_shape_at_a_time() {
    let entry = Entry { key: "k".into(), key_span: Span::START, value: scalar("v", Kind::Str) };
    let map = Node { span: Span::START, value: Value::Map(vec![entry]) };
    assert_eq!(map.entry("k").and_then(|entry| entry.value.str()), Some("v"));
    assert!(map.entry("x").is_none() && map.items().is_none() && map.scalar().is_none());
    assert!(scalar("7", Kind::Int(7)).str().is_none());
    assert!(scalar("~", Kind::Null).is_null() && !scalar("~", Kind::Null).is_unwritten());
    assert!(scalar("", Kind::Null).is_unwritten() && !scalar("", Kind::Str).is_unwritten());
}
