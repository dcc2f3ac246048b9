//! What people and programs see, letter by letter.

use pipesynth_diag::{Diagnostic, FileId, Files, Span, codes};

fn files(texts: &[(&str, &str)]) -> (Files, Vec<FileId>) {
    let mut files = Files::new();
    let ids = texts.iter().map(|(path, text)| files.add(*path, *text)).collect();
    (files, ids)
}

fn human(files: &Files, found: &[Diagnostic]) -> String {
    let mut out = Vec::new();
    super::human::write(&mut out, files, found, false).unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// The frame of an error over the first `needle` in a text.
fn frame(text: &str, needle: &str) -> String {
    let at = text.find(needle).unwrap();
    let (files, ids) = files(&[("p.yaml", text)]);
    let place = ids[0].at(Span::new(at..at + needle.len()));
    human(&files, &[Diagnostic::error(codes::WRONG_TYPE, place, "wrong").label("here")])
}

#[test]
fn a_finding_has_code_place_caret_why_and_help() {
    let (files, ids) = files(&[("jobs/pipeline.yaml", "name: a\nschedule:\n  hour: 27\n")]);
    let found =
        Diagnostic::error(codes::OUT_OF_RANGE, ids[0].at(Span::new(26..28)), "`hour` must be 0 to 23, got `27`")
            .label("allowed: 0 to 23")
            .why("a day has 24 hours")
            .help("write `3`")
            .help("or use `cron`");
    assert_eq!(
        human(&files, &[found]),
        "\
error[PS0102]: `hour` must be 0 to 23, got `27`
 --> jobs/pipeline.yaml:3:9
  |
3 |   hour: 27
  |         ^^ allowed: 0 to 23
  |
  = why: a day has 24 hours
  = help: write `3`
  = help: or use `cron`
"
    );
}

#[test]
fn places_near_each_other_share_a_frame_and_others_get_their_own() {
    let far = format!("a: 1\n{}a: 2\n", "#\n".repeat(40));
    let (files, ids) = files(&[("p.yaml", "a: 1\nb: 2\na: 3\n"), ("q.yaml", &far)]);
    let duplicate = |place| Diagnostic::error(codes::WRONG_TYPE, place, "twice").label("again");
    let near = duplicate(ids[0].at(Span::new(10..11))).related(ids[0].at(Span::new(0..1)), "first");
    assert_eq!(
        human(&files, &[near]),
        "\
error[PS0101]: twice
 --> p.yaml:3:1
  |
1 | a: 1
  | - first
2 | b: 2
3 | a: 3
  | ^ again
"
    );
    let end = far.len() - 5;
    let far = duplicate(ids[1].at(Span::new(end..end + 1)))
        .related(ids[1].at(Span::new(0..1)), "first")
        .related(ids[0].at(Span::new(5..6)), "and here");
    assert_eq!(
        human(&files, &[far]),
        "\
error[PS0101]: twice
  --> q.yaml:42:1
   |
42 | a: 2
   | ^ again
   |
  ::: q.yaml:1:1
   |
 1 | a: 1
   | - first
   |
  ::: p.yaml:2:1
   |
 2 | b: 2
   | - and here
"
    );
}

#[test]
fn tabs_and_wide_characters_keep_the_caret_under_the_text() {
    assert_eq!(
        frame("a:\tx\n", "x"),
        "\
error[PS0101]: wrong
 --> p.yaml:1:4
  |
1 | a:    x
  |       ^ here
"
    );
    assert_eq!(
        frame("漢字: [é, x]\n", "x"),
        "\
error[PS0101]: wrong
 --> p.yaml:1:9
  |
1 | 漢字: [é, x]
  |           ^ here
"
    );
}

#[test]
fn line_ends_and_byte_order_marks_are_not_shown() {
    let expected = "\
error[PS0101]: wrong
 --> p.yaml:1:4
  |
1 | a: x
  |    ^ here
";
    assert_eq!(frame("\u{feff}a: x\r\nb: y\r\n", "x"), expected);
    assert_eq!(frame("a: x", "x"), expected);
}

#[test]
fn empty_spans_and_the_end_of_the_file_have_a_place() {
    let (files, ids) = files(&[("p.yaml", "a: [\n"), ("q.yaml", "a: [")]);
    let at =
        |file: FileId, at| human(&files, &[Diagnostic::error(codes::WRONG_TYPE, file.at(Span::point(at)), "unclosed")]);
    assert_eq!(
        at(ids[1], 4),
        "\
error[PS0101]: unclosed
 --> q.yaml:1:5
  |
1 | a: [
  |     ^
"
    );
    assert_eq!(
        at(ids[0], 5),
        "\
error[PS0101]: unclosed
 --> p.yaml:2:1
  |
2 |
  | ^
"
    );
    assert_eq!(at(ids[0], 99), at(ids[0], 5));
}

#[test]
fn a_span_over_several_lines_is_marked_on_its_first() {
    assert_eq!(
        frame("a:\n  - b\n  - c\nd: 1\n", "- b\n  - c"),
        "\
error[PS0101]: wrong
 --> p.yaml:2:3
  |
2 |   - b
  |   ^^^ here
"
    );
}

#[test]
fn of_a_very_long_line_only_the_surroundings_are_shown() {
    let half = 1 << 19;
    let text = format!("{{{}bad{}}}", "é, ".repeat(half / 4), ", ü".repeat(half / 4));
    let column = 1 + 1 + half / 4 * 3;
    let shown = frame(&text, "bad");
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[1], format!(" --> p.yaml:1:{column}"));
    assert!(lines[3].starts_with("1 | …") && lines[3].ends_with('…'), "{}", lines[3]);
    assert!(lines.iter().all(|line| line.chars().count() <= 170), "{shown}");
    let caret = lines[4].find('^').unwrap();
    let under: String = lines[3].chars().skip(caret).take(3).collect();
    assert_eq!(under, "bad");
}

#[test]
fn two_places_on_a_very_long_line_both_have_their_columns() {
    let text = format!("{{a: 1, {}a: 2}}", "b, ".repeat(5000));
    let last = text.rfind('a').unwrap();
    let (files, ids) = files(&[("p.yaml", &text)]);
    let found = Diagnostic::error(codes::WRONG_TYPE, ids[0].at(Span::new(last..last + 1)), "p.yaml:1:42")
        .related(ids[0].at(Span::new(1..2)), "first")
        .related(ids[0].at(Span::new(3002..3003)), "between");
    let shown = human(&files, &[found]);
    for place in
        ["error[PS0101]: p.yaml:1:42", &format!("--> p.yaml:1:{}", last + 1), "::: p.yaml:1:2\n", "::: p.yaml:1:3003\n"]
    {
        assert!(shown.contains(place), "{place}\n{shown}");
    }
}

#[test]
fn a_file_refused_unread_is_named() {
    let (files, ids) = files(&[("big.yaml", "")]);
    let found = Diagnostic::error(codes::WRONG_TYPE, ids[0].whole(), "too large").help("smaller");
    assert_eq!(human(&files, &[found]), "error[PS0101]: too large\n--> big.yaml\n = help: smaller\n");
}

#[test]
fn nothing_from_the_users_files_reaches_the_terminal_as_an_escape() {
    let (files, ids) = files(&[("\u{1b}[31mp.yaml", "a: \u{1b}[31mx\u{7}\u{202e}\u{9b}\r\n")]);
    let found = Diagnostic::error(codes::WRONG_TYPE, ids[0].at(Span::new(3..9)), "bad \u{1b}[31m")
        .label("\u{1b}[0m\u{202e}")
        .why("\u{1b}]0;t\u{7}")
        .help("\u{9b}1m");
    let shown = human(&files, &[found]);
    let obeyed = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!shown.contains(obeyed), "{shown:?}");
    assert!(shown.contains("why: \\u{1b}]0;t\\u{7}"), "{shown}");
}

#[test]
fn colours_come_only_when_asked_for_and_change_no_text() {
    let (files, ids) = files(&[("p.yaml", &format!("{}x", "a ".repeat(200)))]);
    let found = [Diagnostic::warning(codes::WRONG_TYPE, ids[0].at(Span::new(400..401)), "hm").why("so").help("do")];
    let mut colored = Vec::new();
    super::human::write(&mut colored, &files, &found, true).unwrap();
    let colored = String::from_utf8(colored).unwrap();
    assert!(colored.contains("\u{1b}["));
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some((text, escape)) = rest.split_once("\u{1b}[") {
        plain.push_str(text);
        rest = escape.split_once('m').unwrap().1;
    }
    plain.push_str(rest);
    let plain: Vec<&str> = plain.lines().map(str::trim_end).collect();
    assert_eq!(plain.join("\n"), human(&files, &found));
    assert!(plain[0].starts_with("warning[PS0101]: hm") && plain[1].ends_with("p.yaml:1:401"));
}

#[test]
fn json_is_one_document_with_every_place() {
    let (files, ids) = files(&[("p.yaml", "é: 1\né: 2\n"), ("q.yaml", "x")]);
    let found = [
        Diagnostic::error(codes::WRONG_TYPE, ids[0].at(Span::new(6..8)), "twice")
            .label("again")
            .related(ids[0].at(Span::new(0..2)), "first")
            .why("w")
            .help("h"),
        Diagnostic::warning(codes::OUT_OF_RANGE, ids[1].whole(), "hm"),
    ];
    let mut out = Vec::new();
    super::json::write(&mut out, &files, &found, None).unwrap();
    let document: serde_json::Value = serde_json::from_slice(&out).unwrap();
    assert_eq!(
        document,
        serde_json::json!({ "diagnostics": [
            {
                "code": "PS0101", "severity": "error", "message": "twice", "label": "again",
                "path": "p.yaml", "line": 2, "column": 1, "endLine": 2, "endColumn": 2,
                "why": "w", "help": ["h"],
                "related": [{ "message": "first", "path": "p.yaml", "line": 1, "column": 1, "endLine": 1, "endColumn": 2 }],
            },
            {
                "code": "PS0102", "severity": "warning", "message": "hm", "label": "",
                "path": "q.yaml", "line": 1, "column": 1, "endLine": 1, "endColumn": 1,
                "why": null, "help": [], "related": [],
            },
        ] })
    );
    assert_eq!(out.last(), Some(&b'\n'));
    let mut none = Vec::new();
    super::json::write(&mut none, &files, &[], None).unwrap();
    assert_eq!(serde_json::from_slice::<serde_json::Value>(&none).unwrap(), serde_json::json!({ "diagnostics": [] }));
}
