//! The parsed tree: every value with the bytes it came from.

use crate::read::quoted;
use crate::span::Span;

/// One value of the file. Parsers keep trees shallow (64 levels), so walking one may recurse.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The bytes of the value, without the key before it and the blank lines behind it.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// The three shapes of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A single value.
    Scalar(Scalar),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping in the order of the file; keys are unique.
    Map(Vec<Entry>),
}

/// One `key: value` of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key's text, whatever it looks like: `5:` has the key `5`.
    pub key: String,
    /// The bytes of the key.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

/// A single value: what it says, and what it counts as.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// The text as written, without quotes and with escapes resolved: `012` stays `012`.
    pub text: String,
    /// What it counts as.
    pub kind: Kind,
    /// How it was written.
    pub style: Style,
}

/// What a scalar counts as under the YAML 1.2 core schema. `yes`, `no`, `on` and `off` are strings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// `null`, `~`, or nothing written (empty text).
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number; the text keeps leading zeros.
    Int(i64),
    /// A whole number that does not fit 64 bits; only its text is known.
    BigInt,
    /// A number with a point or an exponent, or an infinity, or not-a-number.
    Float(f64),
    /// Anything else, and everything quoted.
    Str,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// As a block, `|` or `>`.
    Block,
}

impl Node {
    /// The scalar, if it is one.
    #[must_use]
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a string; `None` for numbers, booleans and null.
    #[must_use]
    pub fn str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) if scalar.kind == Kind::Str => Some(&scalar.text),
            _ => None,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn items(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping.
    #[must_use]
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entry of a mapping under `key`.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|entry| entry.key == key)
    }

    /// Whether it is null, written out or not.
    #[must_use]
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| scalar.kind == Kind::Null)
    }

    /// Whether nothing was written: `key:` and the end of the line.
    #[must_use]
    pub fn is_unwritten(&self) -> bool {
        self.scalar().is_some_and(|scalar| scalar.kind == Kind::Null && scalar.text.is_empty())
    }

    /// The value in words, for "…, got {}": ``the string `x` ``, ``the number `3` ``, `a list`, `nothing`.
    #[must_use]
    pub fn describe(&self) -> String {
        let scalar = match &self.value {
            Value::Seq(_) => return "a list".into(),
            Value::Map(_) => return "a mapping".into(),
            Value::Scalar(scalar) => scalar,
        };
        let text = quoted(&scalar.text);
        match scalar.kind {
            Kind::Null if scalar.text.is_empty() => "nothing".into(),
            Kind::Null | Kind::Bool(_) => text,
            Kind::Int(_) | Kind::BigInt | Kind::Float(_) => format!("the number {text}"),
            Kind::Str if scalar.text.is_empty() => "an empty string".into(),
            Kind::Str => format!("the string {text}"),
        }
    }
}
