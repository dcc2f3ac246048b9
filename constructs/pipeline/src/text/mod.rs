//! Template text: `s3://{{ bucket }}/{{ logicalDate - 1d }}` → parts → a value of the state machine.

mod parse;
mod render;
mod secret;

pub use parse::{Fault, check_fixed, check_plain, parse};
pub use render::{Part, json_text, value};
pub use secret::check_property;

/// One thing that may stand between `{{` and `}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// The run's logical date, moved by days, in a format of `y`, `M`, `d` and literal characters.
    LogicalDate {
        /// Days to add; negative for earlier dates.
        days: i64,
        /// The JSONata picture string; `None` is `YYYY-MM-DD`.
        picture: Option<String>,
    },
    /// The execution's name.
    RunId,
    /// The pipeline's name.
    Pipeline,
    /// The account's id.
    Account,
    /// The account's bucket.
    Bucket,
    /// A parameter of the pipeline.
    Param(String),
}

/// A piece of template text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it stands.
    Literal(String),
    /// An expression.
    Expression(Expression),
}

#[cfg(test)]
mod tests;
