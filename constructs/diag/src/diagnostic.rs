//! Findings and the sink that collects them.

use std::cmp::Ordering;

use crate::codes::{self, Code};
use crate::span::Place;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written while one of these stands.
    Error,
    /// Worth reading; does not stop anything.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// A second place that belongs to a finding, with the text shown there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where; may lie in another file.
    pub place: Place,
    /// What is to be seen there, such as `first written here`.
    pub text: String,
}

/// One finding in the user's files.
///
/// House style: lower case start, no full stop, backticks around literals, what was got, what is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of finding; from a table made with [`codes!`](crate::codes!).
    pub code: &'static Code,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Short text under the caret; may be empty.
    pub label: String,
    /// Further places.
    pub related: Vec<Label>,
    /// Why it is wrong, where the message alone does not say.
    pub why: Option<String>,
    /// What to do, one entry per way out.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// An error at `place`.
    #[must_use]
    pub fn error(code: &'static Code, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, place, message.into())
    }

    /// A warning at `place`.
    #[must_use]
    pub fn warning(code: &'static Code, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, place, message.into())
    }

    fn new(severity: Severity, code: &'static Code, place: Place, message: String) -> Self {
        let message = if message.contains(char::is_control) { one_line(&message) } else { message };
        Self { code, severity, message, place, label: String::new(), related: Vec::new(), why: None, help: Vec::new() }
    }

    /// Sets the text under the caret.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn related(mut self, place: Place, text: impl Into<String>) -> Self {
        self.related.push(Label { place, text: text.into() });
        self
    }

    /// Says why it is wrong.
    #[must_use]
    pub fn why(mut self, text: impl Into<String>) -> Self {
        self.why = Some(text.into());
        self
    }

    /// Adds a way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a way out where there is one.
    #[must_use]
    pub fn help_if(mut self, text: Option<impl Into<String>>) -> Self {
        self.help.extend(text.map(Into::into));
        self
    }

    fn order(&self, other: &Self) -> Ordering {
        (self.place, self.severity, self.code.id, &self.message).cmp(&(
            other.place,
            other.severity,
            other.code.id,
            &other.message,
        ))
    }
}

/// A message with what a user's text brought into it spelled out, so that it stays one line.
fn one_line(message: &str) -> String {
    let mut line = String::with_capacity(message.len() + 8);
    for c in message.chars() {
        if c.is_control() { line.extend(c.escape_default()) } else { line.push(c) }
    }
    line
}

/// How many findings of one severity are kept per file. A file that holds more (a mistake repeated
/// by a generator) is reported up to here, and one more finding says how many were left out.
pub const MAX_PER_FILE: u32 = 200;

/// Collects findings.
#[derive(Debug, Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
    /// Per file: errors and warnings seen, kept or not.
    counts: Vec<[u32; 2]>,
}

impl Sink {
    /// An empty sink.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a finding; beyond [`MAX_PER_FILE`] it is only counted.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let file = diagnostic.place.file.index();
        if self.counts.len() <= file {
            self.counts.resize(file + 1, [0; 2]);
        }
        let count = &mut self.counts[file][diagnostic.severity as usize];
        *count = count.saturating_add(1);
        if *count <= MAX_PER_FILE {
            self.found.push(diagnostic);
        }
    }

    /// Takes everything that `other` holds.
    pub fn append(&mut self, other: Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), [0; 2]);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            mine[0] = mine[0].saturating_add(theirs[0]);
            mine[1] = mine[1].saturating_add(theirs[1]);
        }
        self.found.extend(other.found);
    }

    /// Whether an error was found.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.counts.iter().any(|count| count[0] > 0)
    }

    /// Whether an error was found inside `place`: a later stage stays silent about what may be missing only because it could not be read.
    #[must_use]
    pub fn has_errors_in(&self, place: Place) -> bool {
        self.found
            .iter()
            .any(|d| d.severity == Severity::Error && d.place.file == place.file && place.span.contains(d.place.span))
    }

    /// What was kept so far, in the order of finding.
    #[must_use]
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Everything in reading order (file, then place), each finding once, with a closing finding for each file that had too many.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(Diagnostic::order);
        self.found.dedup();
        let mut sorted = Vec::with_capacity(self.found.len());
        let mut found = self.found.into_iter().peekable();
        while let Some(diagnostic) = found.next() {
            let place = diagnostic.place;
            sorted.push(diagnostic);
            if found.peek().is_none_or(|next| next.place.file != place.file) {
                sorted.extend(left_out(&self.counts, place));
            }
        }
        sorted
    }
}

fn left_out(counts: &[[u32; 2]], place: Place) -> Option<Diagnostic> {
    let [errors, warnings] = *counts.get(place.file.index())?;
    let errors_left = errors.saturating_sub(MAX_PER_FILE);
    let left = errors_left.saturating_add(warnings.saturating_sub(MAX_PER_FILE));
    let message = format!("{left} more findings in this file are not shown");
    let make = match errors_left {
        0 => Diagnostic::warning,
        _ => Diagnostic::error,
    };
    (left > 0).then(|| make(codes::TOO_MANY, place, message).help("mend the ones above first"))
}
