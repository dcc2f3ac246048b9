//! The tree that comes out: values, texts, places.

use pipesynth_diag::{Kind, Node, Style, Value};

use super::{Outcome, only, parse};

/// The node under a dotted path; digits are positions in lists.
fn at<'a>(root: &'a Node, path: &str) -> &'a Node {
    path.split('.').fold(root, |node, step| match &node.value {
        Value::Seq(items) => &items[step.parse::<usize>().unwrap()],
        _ => &node.entry(step).unwrap().value,
    })
}

/// The source of the node under a path.
fn source<'a>(outcome: &'a Outcome, path: &str) -> &'a str {
    let file = outcome.files.ids().next().unwrap();
    let node = at(outcome.root.as_ref().unwrap(), path);
    outcome.files.slice(file.at(node.span))
}

#[test]
fn spans_are_bytes_of_the_value_also_behind_characters_of_several_bytes() {
    let outcome = parse("é: 'Grüße'\nliste:\n  - ä\n  - {b: [1, 2]}\n\n# end\nlast: |\n  text\n  more\n\nx: 1\n");
    assert!(outcome.found.is_empty(), "{:?}", outcome.found);
    for (path, text) in [
        ("é", "'Grüße'"),
        ("liste", "- ä\n  - {b: [1, 2]}"),
        ("liste.0", "ä"),
        ("liste.1", "{b: [1, 2]}"),
        ("liste.1.b", "[1, 2]"),
        ("last", "text\n  more"),
        ("x", "1"),
    ] {
        assert_eq!(source(&outcome, path), text, "{path}");
    }
    let file = outcome.files.ids().next().unwrap();
    let entries = outcome.root.as_ref().unwrap().entries().unwrap();
    let keys = entries.iter().map(|e| outcome.files.slice(file.at(e.key_span)));
    assert_eq!(keys.collect::<Vec<_>>(), ["é", "liste", "last", "x"]);
}

#[test]
fn the_root_ends_where_its_last_value_ends() {
    let outcome = parse("# head\n\na:\n  b: 1\n\n\n# tail\n");
    let root = outcome.root.unwrap();
    assert_eq!((root.span.start, root.span.end), (8, 17));
}

#[test]
fn a_scalar_keeps_its_text_whatever_it_counts_as() {
    let outcome = parse(
        "plain: 012345678901\nquoted: \"012345678901\"\nbig: 99999999999999999999\nblock: >-\n  a\n  b\nesc: \"a\\tb\"\n",
    );
    let root = outcome.root.as_ref().unwrap();
    let scalar = |path| at(root, path).scalar().unwrap().clone();
    let seen = |path| {
        let s = scalar(path);
        (s.text, s.kind, s.style)
    };
    assert_eq!(seen("plain"), ("012345678901".into(), Kind::Int(12_345_678_901), Style::Plain));
    assert_eq!(seen("quoted"), ("012345678901".into(), Kind::Str, Style::Quoted));
    assert_eq!(seen("big"), ("99999999999999999999".into(), Kind::BigInt, Style::Plain));
    assert_eq!(seen("block"), ("a b".into(), Kind::Str, Style::Block));
    assert_eq!(seen("esc"), ("a\tb".into(), Kind::Str, Style::Quoted));
}

#[test]
fn keys_are_their_text() {
    let outcome = parse("5: a\ntrue: b\nnull: c\n\"q k\": d\non: e\n");
    assert!(outcome.found.is_empty());
    let root = outcome.root.unwrap();
    let keys = root.entries().unwrap().iter().map(|e| e.key.as_str());
    assert_eq!(keys.collect::<Vec<_>>(), ["5", "true", "null", "q k", "on"]);
}

#[test]
fn an_alias_is_a_copy_placed_where_it_is_used() {
    let outcome = parse("a: &x {k: [v]}\nb: *x\nc: [*x, *x]\n");
    assert!(outcome.found.is_empty());
    let root = outcome.root.as_ref().unwrap();
    assert_eq!(at(root, "b").value, at(root, "a").value);
    assert_eq!(at(root, "c.1.k.0").str(), Some("v"));
    assert_eq!(source(&outcome, "b"), "*x");
    assert_eq!(source(&outcome, "b.k.0"), "v");
    assert_eq!(source(&outcome, "c"), "[*x, *x]");
}

#[test]
fn a_later_anchor_of_the_same_name_counts_from_there_on() {
    let outcome = parse("a: &x 1\nb: *x\nc: &x 2\nd: *x\n");
    let root = outcome.root.unwrap();
    let text = |key| at(&root, key).scalar().unwrap().text.clone();
    assert_eq!((text("b"), text("d")), ("1".into(), "2".into()));
}

#[test]
fn core_tags_say_what_a_scalar_counts_as() {
    let outcome = parse("a: !!str 12\nb: !!int \"12\"\nc: ! 12\nd: !!float 1\ne: !!map {}\nf: !!seq []\n");
    assert!(outcome.found.is_empty(), "{:?}", outcome.lines());
    let root = outcome.root.unwrap();
    let kind = |key| at(&root, key).scalar().unwrap().kind;
    assert_eq!(kind("a"), Kind::Str);
    assert_eq!(kind("b"), Kind::Int(12));
    assert_eq!(kind("c"), Kind::Str);
    assert_eq!(kind("d"), Kind::Int(1));
}

#[test]
fn what_the_yaml_of_today_brings_along_is_accepted() {
    for text in [
        "\u{feff}a: 1\n",
        "%YAML 1.2\n---\na: 1\n",
        "%YAML 1.1\n---\na: 1\n...\n",
        "a: 1\r\nb:\r\n  - c\r\n",
        "a: [\n  1,\n  2\n]\n",
        "a:\n- 1\n- 2\n",
        "{\"a\": 1, \"b\": [true, null]}",
        "a:\t1 # a tab behind the colon\n",
        "a: |\n  if x; then\n  \techo\n  fi\n",
        "a: 'it''s'\nb: http://x/y#z\nc: a#b\n",
    ] {
        let outcome = parse(text);
        assert!(outcome.found.is_empty(), "{text:?}: {:?}", outcome.lines());
        assert!(outcome.root.is_some(), "{text:?}");
    }
}

#[test]
fn a_byte_order_mark_moves_no_column() {
    let outcome = parse("\u{feff}a: 1\na: 2\n");
    assert_eq!(outcome.lines(), ["2:1 PS0011 duplicate key `a`"]);
    let first = &outcome.found[0].related[0];
    assert_eq!(outcome.files.start(first.place).column, 1);
    assert_eq!(outcome.files.slice(first.place), "a");
}

#[test]
fn duplicates_are_reported_with_both_places_and_the_first_is_kept() {
    let mut text = String::from("m:\n  k: 1\n  j: 2\n  k: 3\n  k: 4\n");
    let outcome = parse(text.as_str());
    assert_eq!(outcome.lines(), ["4:3 PS0011 duplicate key `k`", "5:3 PS0011 duplicate key `k`"]);
    let firsts = outcome.found.iter().map(|d| outcome.files.start(d.related[0].place).line);
    assert_eq!(firsts.collect::<Vec<_>>(), [2, 2]);
    let root = outcome.root.unwrap();
    assert_eq!(at(&root, "m").entries().unwrap().len(), 2);
    assert_eq!(at(&root, "m.k").scalar().unwrap().text, "1");

    // Many keys are compared in another way, with the same outcome.
    for n in 0..40 {
        text.push_str(&format!("  k{n}: {n}\n"));
    }
    text.push_str("  k7: again\n  j: again\n");
    let outcome = parse(text);
    let lines = outcome.found.iter().map(|d| outcome.files.start(d.place).line);
    assert_eq!(lines.collect::<Vec<_>>(), [4, 5, 46, 47]);
    let root = outcome.root.unwrap();
    assert_eq!(at(&root, "m").entries().unwrap().len(), 42);
    assert_eq!(at(&root, "m.k7").scalar().unwrap().text, "7");
}

#[test]
fn a_quoted_and_a_plain_key_of_the_same_text_are_the_same_key() {
    assert_eq!(only("a: 1\n\"a\": 2\n").code.id, "PS0011");
}
