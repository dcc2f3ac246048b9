//! Findings → the frames that people know from rustc: the line, a caret under the text, why, help.

use std::borrow::Cow;
use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use pipesynth_diag::{Diagnostic, Files, Severity};

use super::excerpt::{Excerpt, excerpts};

/// Columns that a frame may take; long messages are not wrapped.
const WIDTH: usize = 160;

/// Writes each finding as a frame with an empty line behind it. `color` says whether the writer is a terminal that wants escapes.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, files: &Files, found: &[Diagnostic], color: bool) -> io::Result<()> {
    let renderer = match color {
        true => Renderer::styled(),
        false => Renderer::plain(),
    }
    .term_width(WIDTH);
    for diagnostic in found {
        let excerpts = excerpts(files, diagnostic);
        let columns: Vec<_> = excerpts.iter().map(|excerpt| column(files, excerpt)).collect();
        let text = renderer.render(&[frame(files, diagnostic, excerpts)]);
        writeln!(out, "{}\n", with_columns(text, columns))?;
    }
    Ok(())
}

fn frame<'a>(files: &Files, found: &'a Diagnostic, excerpts: Vec<Excerpt<'a>>) -> Group<'a> {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(printable(&found.message)).id(found.code.id));
    for excerpt in excerpts {
        group = show(group, files, excerpt);
    }
    if let Some(why) = &found.why {
        group = group.element(Level::NOTE.with_name("why").message(printable(why)));
    }
    group.elements(found.help.iter().map(|help| Level::HELP.message(printable(help))))
}

fn show<'a>(group: Group<'a>, files: &Files, excerpt: Excerpt<'a>) -> Group<'a> {
    let path = printable(files.path(excerpt.file)).into_owned();
    if excerpt.source.trim_matches(is_blank).is_empty() && excerpt.first_line == 1 {
        return group.element(Origin::path(path));
    }
    let marks = excerpt.marks.into_iter().map(|mark| {
        let kind = match mark.primary {
            true => AnnotationKind::Primary,
            false => AnnotationKind::Context,
        };
        let label = (!mark.label.is_empty()).then(|| printable(mark.label));
        kind.span(mark.range).label(label)
    });
    let snippet = Snippet::source(excerpt.source).path(path).line_start(excerpt.first_line as usize).annotations(marks);
    group.element(snippet)
}

/// `path:line:column` of an excerpt as the renderer writes it, and as it should be: they differ
/// where the line is cut, because the renderer counts in what it is given.
fn column(files: &Files, excerpt: &Excerpt<'_>) -> (String, String) {
    let start = format!("{}:{}:", printable(files.path(excerpt.file)), excerpt.at.line);
    (format!("{start}{}", excerpt.shown_column), format!("{start}{}", excerpt.at.column))
}

fn with_columns(mut text: String, columns: Vec<(String, String)>) -> String {
    // The places stand below the title, in the order of the excerpts.
    let mut from = text.find('\n').unwrap_or(text.len());
    for (shown, real) in columns {
        if shown == real {
            continue;
        }
        if let Some(at) = text[from..].find(&shown) {
            text.replace_range(from + at..from + at + shown.len(), &real);
            from += at + real.len();
        }
    }
    text
}

/// Nothing to see: a file refused unread, or an empty one.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Text without what a terminal would obey: escapes and changes of the writing direction are spelled out.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_obeyed(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

fn is_obeyed(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
