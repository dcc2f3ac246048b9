//! The sink: collecting, order, limits.

use crate::diagnostic::MAX_PER_FILE;
use crate::{Diagnostic, FileId, Files, Severity, Sink, Span, codes};

fn two_files() -> (FileId, FileId) {
    let mut files = Files::new();
    (files.add("a.yaml", "x".repeat(1000)), files.add("b.yaml", "y"))
}

fn error(file: FileId, at: usize) -> Diagnostic {
    Diagnostic::error(codes::WRONG_TYPE, file.at(Span::point(at)), format!("at {at}"))
}

#[test]
fn findings_come_out_in_reading_order_and_once() {
    let (a, b) = two_files();
    let mut sink = Sink::new();
    for found in [error(b, 0), error(a, 7), error(a, 3), error(a, 7)] {
        sink.push(found);
    }
    let places: Vec<_> = sink.into_sorted().iter().map(|d| (d.place.file, d.place.span.start)).collect();
    assert_eq!(places, [(a, 3), (a, 7), (b, 0)]);
}

#[test]
fn warnings_are_no_errors() {
    let (a, _) = two_files();
    let mut sink = Sink::new();
    assert!(sink.is_empty());
    sink.push(Diagnostic::warning(codes::WRONG_TYPE, a.whole(), "hm"));
    assert!(!sink.has_errors() && !sink.is_empty());
    assert!(!sink.has_errors_in(a.whole()));
    sink.push(error(a, 5));
    assert!(sink.has_errors());
    assert!(sink.has_errors_in(a.at(Span::new(5..6))));
    assert!(!sink.has_errors_in(a.at(Span::new(6..9))));
}

#[test]
fn what_is_over_the_limit_is_counted_per_file() {
    let (a, b) = two_files();
    let mut sink = Sink::new();
    (0..MAX_PER_FILE as usize + 50).for_each(|n| sink.push(error(a, n)));
    sink.push(error(b, 0));
    let found = sink.into_sorted();
    assert_eq!(found.len(), MAX_PER_FILE as usize + 2);
    let closing = &found[MAX_PER_FILE as usize];
    assert_eq!((closing.code.id, closing.severity), (codes::TOO_MANY.id, Severity::Error));
    assert_eq!(closing.message, "50 more findings in this file are not shown");
    assert_eq!(found.last().unwrap().place.file, b);
}

#[test]
fn a_flood_of_warnings_does_not_hide_an_error() {
    let (a, _) = two_files();
    let mut sink = Sink::new();
    for n in 0..500 {
        sink.push(Diagnostic::warning(codes::WRONG_TYPE, a.at(Span::point(n)), "hm"));
    }
    sink.push(error(a, 900));
    assert!(sink.has_errors());
    assert!(sink.into_sorted().iter().any(|d| d.message == "at 900"));
}

#[test]
fn sinks_join_with_their_counts() {
    let (a, b) = two_files();
    let (mut one, mut two) = (Sink::new(), Sink::new());
    one.push(Diagnostic::warning(codes::WRONG_TYPE, a.whole(), "hm"));
    two.push(error(b, 0));
    one.append(two);
    assert!(one.has_errors());
    assert_eq!(one.found().len(), 2);
}

#[test]
fn a_message_stays_one_line_whatever_text_it_quotes() {
    let (a, _) = two_files();
    let found = Diagnostic::error(codes::WRONG_TYPE, a.whole(), "`a\nb\u{1b}[2J` is not known here");
    assert_eq!(found.message, "`a\\nb\\u{1b}[2J` is not known here");
}
