//! Which tab is to blame for a syntax error.

use granit_parser::ErrorKind;
use pipesynth_diag::Span;

use super::one_character;

/// The tab in the indentation of the error's line or a neighbour's; for an error about tabs, any.
pub(super) fn blamed(text: &str, at: usize, kind: &ErrorKind) -> Option<Span> {
    let start = line_start(text, at);
    let here = indenting_tab(text, start);
    let above = || indenting_tab(text, line_start(text, start.checked_sub(1)?));
    if !is_about_tabs(kind) {
        return here.or_else(above);
    }
    let below = || {
        let rest = text.get(at..).unwrap_or_default();
        indenting_tab(text, at + rest.find('\n')? + 1)
    };
    let named = || Some(one_character(text, at));
    here.or_else(below).or_else(above).or_else(named)
}

/// The first tab of the blanks between the line's start and `at`, where nothing else stands there.
pub(crate) fn before(text: &str, at: usize) -> Option<Span> {
    let start = line_start(text, at);
    let head = text.as_bytes().get(start..at)?;
    let blank = head.iter().all(|b| matches!(b, b' ' | b'\t'));
    let tab = head.iter().position(|&b| b == b'\t')?;
    blank.then(|| Span::new(start + tab..start + tab + 1))
}

fn is_about_tabs(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::TabNotAllowed
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInPlainScalar
            | ErrorKind::TabAtBlockScalarStart
    )
}

fn line_start(text: &str, at: usize) -> usize {
    let head = text.as_bytes().get(..at).unwrap_or_default();
    head.iter().rposition(|&b| b == b'\n').map_or(0, |n| n + 1)
}

/// The first tab among the blanks that a line starts with; a blank line has no indentation.
fn indenting_tab(text: &str, start: usize) -> Option<Span> {
    let line = text.as_bytes().get(start..)?;
    let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let tab = line.get(..blanks)?.iter().position(|&b| b == b'\t')?;
    let next = line.get(blanks)?;
    let at = start + tab;
    (!matches!(next, b'\n' | b'\r')).then(|| Span::new(at..at + 1))
}
