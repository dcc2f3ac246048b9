//! An open list or mapping.

use granit_parser::StructureStyle;
use pipesynth_diag::{Entry, Node, Span};

use super::Size;

/// A collection whose end has not come yet.
pub(crate) struct Frame {
    pub content: Content,
    pub span: Span,
    pub flow: bool,
    /// Anchor number, 0 for none.
    pub anchor: usize,
    /// What was built before it.
    pub before: Size,
    /// Levels below it so far.
    pub height: usize,
}

pub(crate) enum Content {
    Seq(Vec<Node>),
    Map(Vec<Entry>, Key),
}

/// The key that waits for its value.
pub(crate) enum Key {
    /// The next value is a key.
    None,
    /// The next value belongs to this key.
    Good(String, Span),
    /// The next value is dropped: its key was reported.
    Bad,
}

impl Frame {
    pub fn new(content: Content, span: Span, style: StructureStyle, anchor: usize, before: Size) -> Self {
        Self { content, span, flow: style == StructureStyle::Flow, anchor, before, height: 0 }
    }

    /// Takes the bytes of a key or value into the span.
    pub fn reach(&mut self, span: Span) {
        self.span.end = self.span.end.max(span.end);
    }
}
