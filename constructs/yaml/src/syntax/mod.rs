//! A parser's error → a finding that says what to do.

mod tabs;
mod words;

pub(crate) use tabs::before as tab_before;

use granit_parser::{ErrorKind, ScanError};
use pipesynth_diag::{Diagnostic, FileId, Place, Span, quoted};

use crate::codes;
use crate::limits::MAX_DEPTH;

/// The finding for a syntax error.
pub(crate) fn explain(file: FileId, text: &str, error: &ScanError) -> Diagnostic {
    let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
    let place = file.at(one_character(text, at));
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return too_deep(place);
    }
    if let Some(tab) = tabs::blamed(text, at, error.kind()) {
        return tab_found(file.at(tab));
    }
    let line = line_around(text, at);
    let words = words::of(error.kind(), line);
    let found = Diagnostic::error(codes::SYNTAX, place, words.message).help_if(words.help);
    let template = line.text.contains("{{") && !line.text.contains("\"{{");
    let hint = "text with `{{ … }}` must stand in quotes";
    let found = found.help_if(template.then_some(hint));
    if found.help.is_empty() {
        found.help("look at this line and the one before: quotes, brackets, colons, indentation")
    } else {
        found
    }
}

pub(crate) fn too_deep(place: Place) -> Diagnostic {
    let message = format!("nested more than {MAX_DEPTH} levels deep");
    Diagnostic::error(codes::TOO_DEEP, place, message)
        .why("no key of pipeline.yaml or pipesynth.yaml is nested nearly as deep")
        .help("look for a bracket that is opened again and again, or for indentation that grows with every line")
}

pub(crate) fn unknown_alias(place: Place, name: &str) -> Diagnostic {
    let message = format!("alias {} has no anchor", quoted(&format!("*{name}")));
    Diagnostic::error(codes::SYNTAX, place, message)
        .why("without quotes a text that starts with `*` is an alias, and no `&` with this name stands before it")
        .help("put the text into quotes if it is meant to start with `*`")
}

pub(crate) fn tab_found(place: Place) -> Diagnostic {
    Diagnostic::error(codes::TAB, place, "tab used as indentation")
        .why("YAML indents with spaces only, because a tab has no fixed width")
        .help("replace the tabs at the start of lines by spaces")
}

/// The character at `at`, or the point where there is none on this line.
fn one_character(text: &str, at: usize) -> Span {
    let mut at = at;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    match text[at..].chars().next() {
        Some(c) if c != '\n' && c != '\r' => Span::new(at..at + c.len_utf8()),
        _ => Span::point(at),
    }
}

/// The line of an error.
#[derive(Clone, Copy)]
struct Line<'a> {
    text: &'a str,
    /// What stands before the error on it.
    before: &'a str,
    /// The line above.
    above: &'a str,
}

fn line_around(text: &str, at: usize) -> Line<'_> {
    let head = text.get(..at).unwrap_or_default();
    let start = head.rfind('\n').map_or(0, |n| n + 1);
    let rest = text.get(start..).unwrap_or_default();
    let above = head.get(..start.saturating_sub(1)).unwrap_or_default();
    Line {
        text: rest.lines().next().unwrap_or_default(),
        before: head.get(start..).unwrap_or_default(),
        above: above.rsplit('\n').next().unwrap_or_default(),
    }
}
