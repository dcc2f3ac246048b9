//! Texts that are refused: which finding, where, and what is said of it.

use super::{only, parse};

/// Text, findings. All of these leave a tree behind or stop at once; none may pass.
const REFUSED: &[(&str, &[&str])] = &[
    ("", &["1:1 PS0004 the file is empty"]),
    ("\n \n", &["1:1 PS0004 the file is empty"]),
    ("\u{feff}", &["1:1 PS0004 the file is empty"]),
    ("# only\n# comments\n", &["1:1 PS0004 the file holds only comments"]),
    ("---\n", &["1:1 PS0004 the file is empty"]),
    ("a:\n\tb: 1\n", &["2:1 PS0006 tab used as indentation"]),
    ("a:\n  \tb: 1\n", &["2:3 PS0006 tab used as indentation"]),
    ("a: 1\n\tb: 2\n", &["2:1 PS0006 tab used as indentation"]),
    ("a:\n\t- x\n", &["2:1 PS0006 tab used as indentation"]),
    ("a:\n\tvalue\n", &["2:1 PS0006 tab used as indentation"]),
    ("a: |\n\ttext\n", &["2:1 PS0006 tab used as indentation"]),
    ("a:\n  b: 1\n\tc: 2\n", &["3:1 PS0006 tab used as indentation"]),
    ("-\ta:\n  \tb: 1\n", &["2:3 PS0006 tab used as indentation"]),
    ("<<: {a: 1}\nb: 2\n", &["1:1 PS0009 merge key `<<` is not read"]),
    ("a: &x {k: 1}\nb: {<<: *x, j: 2}\n", &["2:5 PS0009 merge key `<<` is not read"]),
    ("a: 1\n---\nb: 2\n", &["2:1 PS0010 a second document starts here"]),
    ("a: 1\n...\nb: 2\n", &["3:1 PS0010 a second document starts here"]),
    ("? [a]\n: b\n", &["1:3 PS0012 a list cannot be a key"]),
    ("? {a: b}\n: c\n", &["1:3 PS0012 a mapping cannot be a key"]),
    (": a\n", &["1:1 PS0012 a key is empty"]),
    ("a: {{ logicalDate }}\n", &["1:4 PS0012 template text without quotes"]),
    (
        "a: [{{ x }}, {{ y }}]\n",
        &["1:5 PS0012 template text without quotes", "1:14 PS0012 template text without quotes"],
    ),
    ("a: {{ x }}/b\n", &["1:4 PS0012 template text without quotes"]),
    ("a: !Sub x\n", &["1:4 PS0013 unknown tag `!Sub`"]),
    ("a: !!binary x\n", &["1:4 PS0013 unknown tag `!!binary`"]),
    ("a: !foo\n  b: c\n", &["1:4 PS0013 unknown tag `!foo`"]),
    ("a: !!int three\n", &["1:10 PS0014 `three` does not fit its tag `!!int`"]),
    ("a: !!map [1]\n", &["1:4 PS0014 a list does not fit its tag `!!map`"]),
    ("a: *nowhere\n", &["1:4 PS0005 alias `*nowhere` has no anchor"]),
    ("a: [*.csv, *.txt]\n", &["1:5 PS0005 alias `*.csv` has no anchor", "1:12 PS0005 alias `*.txt` has no anchor"]),
    ("a: &x [*x]\n", &["1:8 PS0008 the alias stands for something that contains it"]),
    ("a: b: c\n", &["1:5 PS0005 a `:` cannot stand here"]),
    ("a:b\nc: d\n", &["2:2 PS0005 a `:` cannot stand here"]),
    ("a: [1, 2\nb: 3\n", &["2:2 PS0005 a `:` cannot stand here"]),
    ("a: [1, 2\n", &["1:4 PS0005 `[` is never closed"]),
    ("a: [1}\n", &["1:4 PS0005 `[` is closed by `}`"]),
    ("a:\n  - b\n  \t- c\n", &["3:3 PS0006 tab used as indentation"]),
    ("a: \"x\n", &["1:4 PS0005 this quote is never closed"]),
    ("a: 'it's'\n", &["1:8 PS0005 text behind a closing quote"]),
    ("a: \"\\d\"\n", &["1:4 PS0005 unknown escape in a double-quoted text"]),
    ("a: @x\n", &["1:4 PS0005 a text cannot start with `@`"]),
    ("a: %x\n", &["1:4 PS0005 a text cannot start with `%`"]),
    ("- a\nb: c\n", &["2:1 PS0005 expected `- ` here, another item of the list above"]),
    ("a: - b\n", &["1:4 PS0005 a list cannot start here"]),
    ("a: 1\n  b: 2\n", &["2:4 PS0005 a `:` cannot stand here"]),
    ("a:\n    b: 1\n  c: 2\n", &["3:3 PS0005 expected `key: value` here"]),
    ("a: 1\nb\n", &["2:1 PS0005 expected `:` behind the key"]),
];

#[test]
fn each_fault_is_found_once_at_its_place() {
    let mut wrong = Vec::new();
    for (text, expected) in REFUSED {
        let lines = parse(*text).lines();
        if lines != *expected {
            wrong.push(format!("{text:?}\n  {lines:?}\n  {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_fault_that_leaves_the_structure_whole_leaves_a_tree() {
    for (text, tree) in [
        ("a: 1\na: 2\n", true),
        ("a: !x 1\n", true),
        ("a: *x\n", true),
        ("<<: 1\n", true),
        ("a: 1\n---\nb: 2\n", true),
        ("a: {{ x }}\n", true),
        ("a: [\n", false),
        ("a: &x [*x]\n", false),
        ("", false),
    ] {
        assert_eq!(parse(text).root.is_some(), tree, "{text:?}");
    }
}

#[test]
fn several_faults_are_found_in_one_run_in_the_order_of_the_file() {
    let text = "b: *x\na: 1\na: 2\nc: !t 1\n<<: {}\nd: {{ e }}\n";
    let codes: Vec<_> = parse(text).found.iter().map(|d| d.code.id).collect();
    assert_eq!(codes, ["PS0005", "PS0011", "PS0013", "PS0009", "PS0012"]);
}

#[test]
fn the_help_fits_the_fault() {
    for (text, help) in [
        ("a:\n\tb: 1\n", "replace the tabs at the start of lines by spaces"),
        ("a: {{ x }}\n", "put the whole text into quotes: `\"{{ … }}\"`"),
        ("a: x: {{ y }}\n", "a text with `: ` in it must stand in quotes"),
        ("a:b\nc: d\n", "a space is needed behind the `:` of the line above"),
        ("a: *x\n", "put the text into quotes if it is meant to start with `*`"),
        ("<<: {}\nx: 1\n", "write the keys out, or put what pipelines share under `defaults` of `pipesynth.yaml`"),
    ] {
        assert_eq!(only(text).help.first().map(String::as_str), Some(help), "{text:?}");
    }
    assert!(only("a: x: {{ y }}\n").help.iter().any(|help| help.contains("{{ … }}")));
    assert_eq!(only("a: !Ref x\n").why.as_deref(), Some("CloudFormation's short forms have no meaning in this file"));
}

#[test]
fn bytes_that_are_no_utf8_are_placed() {
    let outcome = parse(b"a: 1\nb: \xc3\xa9\xff\xfe\n".to_vec());
    assert_eq!(outcome.lines(), ["2:5 PS0002 file is not UTF-8: byte 10 is `0xff`"]);
    assert!(outcome.root.is_none());
    let utf16: Vec<u8> = "\u{feff}a: 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(parse(utf16).lines(), ["1:1 PS0002 file is UTF-16, not UTF-8"]);
}

#[test]
fn control_characters_are_refused_and_counted() {
    assert_eq!(parse("a: x\0y\u{1b}\n").lines(), ["1:5 PS0003 control character U+0000, and 1 more in this file"]);
    assert_eq!(parse("a: \u{9b}\n").lines(), ["1:4 PS0003 control character U+009B"]);
    assert_eq!(parse("a: \u{fffe}\n").lines(), ["1:4 PS0003 control character U+FFFE"]);
    assert!(parse("a: \u{85}é\u{feff}ￂ\n").found.is_empty());
}

#[test]
fn every_code_is_well_formed_and_stands_once() {
    let mut ids: Vec<_> = crate::codes::ALL.iter().chain(pipesynth_diag::codes::ALL).map(|code| code.id).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for code in crate::codes::ALL.iter().chain(pipesynth_diag::codes::ALL) {
        let digits = code.id.strip_prefix("PS").unwrap();
        assert!(digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()), "{code}");
        assert!(!code.title.is_empty() && code.explanation.ends_with('.'), "{code}");
    }
}

#[test]
fn every_code_of_this_crate_is_reached_by_a_text() {
    let mut reached: Vec<&str> = REFUSED.iter().flat_map(|(text, _)| parse(*text).found).map(|d| d.code.id).collect();
    reached.extend(["PS0002", "PS0003"]); // above
    reached.extend(["PS0001", "PS0007", "PS0011"]); // limits, trees
    let missing: Vec<_> = crate::codes::ALL.iter().filter(|code| !reached.contains(&code.id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
