//! What every test here needs: text in, findings in one line each out.

mod limits;
mod random;
mod reading;
mod scalars;
mod specs;
mod syntax;
mod trees;

use pipesynth_diag::{Diagnostic, Files, Node, Sink};

/// A parsed text with its findings.
pub(crate) struct Outcome {
    pub root: Option<Node>,
    pub files: Files,
    pub found: Vec<Diagnostic>,
}

pub(crate) fn parse(bytes: impl Into<Vec<u8>>) -> Outcome {
    let (mut files, mut sink) = (Files::new(), Sink::new());
    let parsed = crate::parse(&mut files, "test.yaml", bytes.into(), &mut sink);
    Outcome { root: parsed.root, files, found: sink.into_sorted() }
}

impl Outcome {
    /// `line:column code message`, one per finding.
    pub fn lines(&self) -> Vec<String> {
        lines(&self.files, &self.found)
    }
}

pub(crate) fn lines(files: &Files, found: &[Diagnostic]) -> Vec<String> {
    let line = |d: &Diagnostic| {
        let at = files.start(d.place);
        format!("{}:{} {} {}", at.line, at.column, d.code, d.message)
    };
    found.iter().map(line).collect()
}

/// The only finding of a text.
pub(crate) fn only(text: &str) -> Diagnostic {
    let mut found = parse(text).found;
    assert_eq!(found.len(), 1, "{text:?}: {found:?}");
    found.remove(0)
}
