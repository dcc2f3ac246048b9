//! Offsets to lines and columns.

use proptest::prelude::*;

use crate::{Files, Position, Span};

fn at(text: &str, offset: u32) -> (u32, u32) {
    let mut files = Files::new();
    let file = files.add("a.yaml", text);
    let Position { line, column } = files.position(file, offset);
    (line, column)
}

#[test]
fn columns_count_characters() {
    let text = "é: 1\nb: 'ü漢' x\n";
    assert_eq!(at(text, 0), (1, 1));
    assert_eq!(at(text, 2), (1, 2));
    assert_eq!(at(text, 6), (2, 1));
    assert_eq!(at(text, 15), (2, 7));
    assert_eq!(at(text, 16), (2, 8));
}

#[test]
fn line_ends_belong_to_their_line() {
    let text = "a\r\n\nb";
    assert_eq!(at(text, 1), (1, 2));
    assert_eq!(at(text, 2), (1, 3));
    assert_eq!(at(text, 3), (2, 1));
    assert_eq!(at(text, 4), (3, 1));
    assert_eq!(at(text, 5), (3, 2));
    assert_eq!(at("a\n", 2), (2, 1));
    assert_eq!(at("", 0), (1, 1));
}

#[test]
fn offsets_beyond_the_text_or_inside_a_character_are_held_at_it() {
    assert_eq!(at("ab", 99), (1, 3));
    assert_eq!(at("é", 1), (1, 1));
}

#[test]
fn a_byte_order_mark_is_no_column() {
    assert_eq!(at("\u{feff}a: b", 3), (1, 1));
    assert_eq!(at("\u{feff}a: b", 6), (1, 4));
    assert_eq!(at("\u{feff}a\nb", 5), (2, 1));
}

#[test]
fn lines_come_without_their_ends() {
    let mut files = Files::new();
    let file = files.add("a.yaml", "a\r\n\nbc");
    let lines = (0..5).map(|line| files.line_range(file, line));
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines, [None, Some(0..1), Some(3..3), Some(4..6), None]);
}

#[test]
fn each_file_keeps_its_own_text() {
    let mut files = Files::new();
    let one = files.add("one.yaml", "a: 1");
    let two = files.add("two.yaml", "\nb: 2");
    assert_eq!((files.path(one), files.path(two), files.len()), ("one.yaml", "two.yaml", 2));
    assert_eq!(files.slice(two.at(Span::new(1..2))), "b");
    assert_eq!(files.slice(one.at(Span::new(2..99))), "");
    assert_eq!(files.start(two.at(Span::new(1..2))).line, 2);
}

#[test]
fn spans_never_run_backwards() {
    #[allow(clippy::reversed_empty_ranges)]
    let span = Span::new(5..3);
    assert_eq!((span.start, span.end, span.is_empty()), (5, 5, true));
    assert!(Span::new(2..8).contains(Span::new(2..8)));
    assert!(!Span::new(2..8).contains(Span::new(1..3)));
}

proptest! {
    /// Line and column lead back to the offset.
    #[test]
    fn positions_are_those_of_counting(text in "[aé漢\r\n\t]{0,40}", offset in 0_usize..80) {
        prop_assume!(text.is_char_boundary(offset));
        let head = &text[..offset];
        let line = head.matches('\n').count() + 1;
        let column = head.rsplit('\n').next().unwrap().chars().count() + 1;
        let (got_line, got_column) = at(&text, u32::try_from(offset).unwrap());
        prop_assert_eq!((got_line as usize, got_column as usize), (line, column));
    }
}
