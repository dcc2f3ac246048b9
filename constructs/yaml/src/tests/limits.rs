//! Hostile sizes: each ends with a finding, soon, in little memory, on a small stack.

use pipesynth_diag::Value;

use super::{Outcome, parse};
use crate::limits::{MAX_ALIAS_NODES, MAX_BYTES, MAX_DEPTH};

/// Runs on a stack of 256 KiB, so that a recursion over the input's depth would not survive.
fn on_small_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 10);
    thread.spawn(test).unwrap().join().unwrap();
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    outcome.found.iter().map(|d| d.code.id).collect()
}

#[test]
fn ten_thousand_levels_are_refused_in_every_style() {
    on_small_stack(|| {
        let n = 10_000;
        let block: String = (0..n).fold(String::new(), |text, level| text + &" ".repeat(level.min(99)) + "a:\n");
        for text in [
            block,
            "- ".repeat(n),
            "? ".repeat(n),
            "[".repeat(n) + &"]".repeat(n),
            "{a: ".repeat(n) + &"}".repeat(n),
            "[".repeat(MAX_BYTES as usize),
            "{".repeat(MAX_BYTES as usize),
            "- ".repeat(40) + &"[".repeat(n),
            "a: [\n".repeat(n),
        ] {
            let outcome = parse(text);
            assert_eq!(codes(&outcome), ["PS0007"], "{:?}", outcome.lines());
            assert!(outcome.root.is_none());
        }
    });
}

#[test]
fn the_deepest_allowed_tree_is_read() {
    let flow = |depth| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(flow(MAX_DEPTH)).found.is_empty());
    assert_eq!(parse(flow(MAX_DEPTH + 1)).lines(), ["1:65 PS0007 nested more than 64 levels deep"]);
    // Block and flow levels count together.
    let mixed = |flow: usize| "- ".repeat(40) + &"[".repeat(flow) + &"]".repeat(flow);
    assert!(parse(mixed(24)).found.is_empty());
    assert_eq!(codes(&parse(mixed(25))), ["PS0007"]);
}

#[test]
fn aliases_do_not_deepen_the_tree_beyond_the_limit() {
    let chain: String = (1..100).fold("a0: &a0 x\n".into(), |text, n| text + &format!("a{n}: &a{n} [*a{}]\n", n - 1));
    on_small_stack(move || {
        let outcome = parse(chain);
        assert_eq!(codes(&outcome), ["PS0007"]);
        // a63 is in the root mapping and holds 63 levels; a64 would make it 65.
        assert_eq!(outcome.files.start(outcome.found[0].place).line, 65);
    });
}

#[test]
fn alias_bombs_are_refused() {
    let level = |n: usize| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(","));
    let laughs: String = (1..10).map(level).collect();
    let many = parse(format!("a0: &a0 [lol,lol,lol]\n{laughs}"));
    let large = parse(format!("a0: &a0 {}\n{laughs}", "x".repeat(100_000)));
    for outcome in [many, large] {
        assert_eq!(codes(&outcome), ["PS0008"]);
        assert!(outcome.root.is_none());
    }
}

#[test]
fn aliases_within_the_limit_are_read() {
    let uses = |n: usize| format!("- &x y\n{}", "- *x\n".repeat(n));
    let root = parse(uses(MAX_ALIAS_NODES)).root.unwrap();
    assert!(matches!(root.value, Value::Seq(items) if items.len() == MAX_ALIAS_NODES + 1));
    let outcome = parse(uses(MAX_ALIAS_NODES + 1));
    assert_eq!(codes(&outcome), ["PS0008"]);
    assert_eq!(outcome.files.start(outcome.found[0].place).line as usize, MAX_ALIAS_NODES + 2);
}

#[test]
fn anchors_that_nobody_uses_are_no_fault_however_much_they_hold() {
    let anchors: String = (0..60).map(|n| format!("&a{n} [")).collect();
    let text = anchors + &"{k: v},".repeat(50_000) + &"]".repeat(60);
    assert!(parse(text.as_str()).found.is_empty());
    // Used, it is too much.
    assert_eq!(codes(&parse(format!("- {text}\n- *a0\n"))), ["PS0008"]);
}

#[test]
fn a_file_over_the_limit_is_refused_unread() {
    let at_limit = parse(vec![b'#'; MAX_BYTES as usize]);
    assert_eq!(codes(&at_limit), ["PS0004"]);
    let over = parse(vec![b'#'; MAX_BYTES as usize + 1]);
    assert_eq!(over.lines(), ["1:1 PS0001 file is too large: 2 MiB, at most 1 MiB is read"]);
    let file = over.files.ids().next().unwrap();
    assert_eq!(over.files.text(file), "");
}

#[test]
fn a_fault_repeated_through_the_whole_file_is_shown_so_often_and_then_counted() {
    let outcome = parse("a: b\n".repeat(MAX_BYTES as usize / 5));
    assert_eq!(outcome.found.len(), 201);
    let last = outcome.found.last().unwrap();
    assert_eq!(last.message, "209514 more findings in this file are not shown");
    assert_eq!(outcome.root.unwrap().entries().unwrap().len(), 1);
}

#[test]
fn much_of_anything_ends() {
    const MUCH: usize = 1 << 17;
    // Each of these hits another loop of the scanner; a quadratic one would not come back.
    for unit in [
        "a: ",
        "a:\n",
        "- a\n",
        "? a\n",
        ": ",
        ":",
        "'",
        "''",
        "'a' ",
        "\"",
        "\\",
        "\"\\n",
        "&a ",
        "&a x\n",
        "*a ",
        "!a ",
        "!",
        "!!str ",
        "%a b\n",
        "--- ",
        "---\n",
        "...\n",
        "#",
        "# \n",
        " ",
        "\n",
        "\t",
        "\r",
        "|\n",
        ">\n ",
        "x\n",
        "x ",
        "{a,",
        "a,",
        "},{",
        "é",
        "\u{feff}",
        "<<: a\n",
        "- <<: a\n",
        "? [a]\n: b\n",
        "-\n",
        "{{",
        "}}",
        "a: |\n x\n",
    ] {
        for text in [unit.repeat(MUCH / unit.len()), format!("k: [{}", unit.repeat(MUCH / 8 / unit.len()))] {
            let outcome = parse(text);
            assert!(outcome.root.is_some() || !outcome.found.is_empty(), "{unit:?}");
        }
    }
}
