//! Places in the user's files, diagnostics that point at them, the parsed tree, and the reader that turns the tree into typed specs.
//!
//! The flow: a parser makes a [`Node`] (every value with its [`Span`]), the [`spec!`] types read
//! themselves from it through [`FromNode`], and everything wrong on the way lands in a [`Sink`].
//! Reading collects: it reports every fault it can reach and goes on. [`Files`] turns byte offsets
//! into lines and columns when somebody prints.
//!
//! Nothing here knows YAML, AWS or the terminal.

// The macros name this crate's re-exports by its outside name; its own tests use them too.
extern crate self as pipesynth_diag;

pub mod codes;
pub mod diagnostic;
pub mod files;
pub mod nearest;
pub mod node;
pub mod read;
pub mod schema;
pub mod span;
mod spec;

#[cfg(test)]
mod tests;

pub use codes::Code;
pub use diagnostic::{Diagnostic, Label, Severity, Sink};
pub use files::{Files, Position};
pub use nearest::nearest;
pub use node::{Entry, Kind, Node, Scalar, Style, Value};
pub use read::{Choice, Cx, Fields, FromFields, FromNode, Spanned, Text, quoted};
pub use span::{FileId, Place, Span};

/// Re-exported so that the code made by [`spec!`] and [`spec_enum!`] needs no dependency of its own.
pub use schemars;
