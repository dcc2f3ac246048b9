//! One alternative of a field → whether a leaf of an event passes.

pub(crate) mod address;
mod fold;
mod number;
mod wildcard;

use std::net::IpAddr;

use serde_json::Value;

pub(crate) use address::Block;
pub(crate) use fold::Folded;
pub(crate) use number::{Edge, Number, Range};
pub(crate) use wildcard::Wildcard;

/// What a leaf may be.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Null,
    Bool(bool),
    Text(String),
    Number(Number),
    /// A string that is an address stands for all its spellings.
    Address(IpAddr),
    Prefix(String),
    Suffix(String),
    Folded(Folded),
    FoldedPrefix(Folded),
    FoldedSuffix(Folded),
    Wildcard(Wildcard),
    Numeric(Range),
    Cidr(Block),
    /// Any leaf.
    Present,
    /// No leaf: what [`crate::Pattern`] asks of the event, and no leaf passes.
    Absent,
    /// None of these.
    Not(Vec<Condition>),
}

impl Condition {
    pub(crate) fn folded(text: &str) -> Self {
        Self::Folded(Folded::new(text))
    }

    pub(crate) fn folded_prefix(text: &str) -> Self {
        Self::FoldedPrefix(Folded::new(text))
    }

    pub(crate) fn folded_suffix(text: &str) -> Self {
        Self::FoldedSuffix(Folded::new(text))
    }

    /// Whether a string, number, boolean or `null` passes. Strings and numbers are never the same.
    pub(crate) fn passes(&self, leaf: &Value) -> bool {
        match (self, leaf) {
            (Self::Present, _) | (Self::Null, Value::Null) => true,
            (Self::Not(refused), leaf) => !refused.iter().any(|condition| condition.passes(leaf)),
            (Self::Bool(wanted), Value::Bool(flag)) => wanted == flag,
            (Self::Number(wanted), Value::Number(number)) => *wanted == Number::new(number),
            (Self::Numeric(range), Value::Number(number)) => range.holds(Number::new(number)),
            (own, Value::String(text)) => own.passes_text(text),
            _ => false,
        }
    }

    fn passes_text(&self, text: &str) -> bool {
        match self {
            Self::Text(wanted) => text == wanted,
            Self::Address(wanted) => address::parse(text).is_some_and(|address| address == *wanted),
            Self::Prefix(prefix) => text.starts_with(prefix),
            Self::Suffix(suffix) => text.ends_with(suffix),
            Self::Folded(folded) => folded.is(text),
            Self::FoldedPrefix(folded) => folded.starts(text),
            Self::FoldedSuffix(folded) => folded.ends(text),
            Self::Wildcard(wildcard) => wildcard.holds(text),
            Self::Cidr(block) => address::parse(text).is_some_and(|address| block.holds(address)),
            _ => false,
        }
    }
}
