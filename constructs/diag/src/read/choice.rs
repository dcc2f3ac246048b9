//! Texts of which one is chosen.

use super::Cx;
use crate::node::Node;

/// An enum written as one of a few fixed texts: what [`spec_enum!`](crate::spec_enum!) makes.
pub trait Choice: Copy + 'static {
    /// What is chosen, with its article: `a status`.
    const WHAT: &'static str;
    /// Every accepted text with its value and its documentation, canonical texts before their other spellings.
    const TEXTS: &'static [(&'static str, Self, &'static str)];

    /// The value of a text, exactly as written.
    #[must_use]
    fn from_text(text: &str) -> Option<Self> {
        let mut texts = Self::TEXTS.iter();
        texts.find(|entry| entry.0 == text).map(|entry| entry.1)
    }
}

impl Cx<'_> {
    /// Reads a choice; a text that is none of them is reported with the nearest.
    pub fn choice<T: Choice>(&mut self, node: &Node) -> Option<T> {
        let Some(text) = node.scalar().map(|scalar| scalar.text.as_str()) else {
            self.expected(node, T::WHAT);
            return None;
        };
        let value = T::from_text(text);
        if value.is_none() && node.is_null() {
            self.expected(node, T::WHAT);
        } else if value.is_none() {
            let allowed: Vec<&str> = T::TEXTS.iter().map(|entry| entry.0).collect();
            self.unknown_value(node.span, text, T::WHAT, &allowed);
        }
        value
    }
}
