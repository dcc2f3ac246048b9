//! Random input: it ends, it does not panic, and it says something or gives a tree.

use proptest::prelude::*;

use super::specs::Pipeline;
use super::{Outcome, parse};
use pipesynth_diag::{Files, Node, Sink, Value};

/// Pieces of which YAML is made, so that random texts get past the first line.
const PIECES: &[&str] = &[
    "a",
    "b: ",
    "c:\n",
    "\n",
    "\n  ",
    "\n    ",
    "- ",
    "\n- ",
    "? ",
    ": ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    "\"",
    "&x ",
    "*x",
    "!t ",
    "!!int ",
    "name: ",
    "steps:\n",
    "schedule: ",
    "hour",
    "type: ",
    "spark",
    "tags: {",
    "|\n",
    ">-\n",
    "#",
    " # c\n",
    "---\n",
    "...\n",
    "%YAML 1.2\n",
    "<<: ",
    "{{ d }}",
    "\t",
    "\r\n",
    "\u{feff}",
    "é",
    "漢",
    "\0",
    "1",
    "~",
    "\\",
    "@",
    "x: y\n",
];

fn check(outcome: &Outcome) {
    assert!(outcome.root.is_some() || !outcome.found.is_empty());
    for found in &outcome.found {
        let places = std::iter::once(found.place).chain(found.related.iter().map(|label| label.place));
        for place in places {
            let text = outcome.files.text(place.file);
            assert!(text.get(place.span.range()).is_some(), "{found:?}");
            let (start, end) = (outcome.files.start(place), outcome.files.end(place));
            assert!(start <= end && start.line >= 1 && start.column >= 1);
        }
    }
    if let Some(root) = &outcome.root {
        let file = outcome.files.ids().next().unwrap();
        walk(root, outcome.files.text(file), 0);
    }
}

fn walk(node: &Node, text: &str, depth: usize) {
    assert!(depth <= crate::limits::MAX_DEPTH);
    assert!(text.get(node.span.range()).is_some(), "{:?}", node.span);
    match &node.value {
        Value::Scalar(_) => {}
        Value::Seq(items) => items.iter().for_each(|item| walk(item, text, depth + 1)),
        Value::Map(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                assert!(text.get(entry.key_span.range()).is_some());
                assert!(entries[..at].iter().all(|other| other.key != entry.key));
                walk(&entry.value, text, depth + 1);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&parse(bytes));
    }

    #[test]
    fn random_characters(text in "\\PC{0,200}") {
        check(&parse(text));
    }

    #[test]
    fn random_yaml(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60)) {
        check(&parse(pieces.concat()));
    }
    #[test]
    fn random_specs(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60)) {
        let (mut files, mut sink) = (Files::new(), Sink::new());
        let text = pieces.concat();
        let value = crate::load::<Pipeline>(&mut files, "t.yaml", text.into(), &mut sink).value;
        prop_assert!(value.is_some() || sink.has_errors());
        for found in sink.into_sorted() {
            prop_assert!(files.text(found.place.file).get(found.place.span.range()).is_some(), "{:?}", found);
        }
    }
}
