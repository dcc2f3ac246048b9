//! A statement with its parameters → rows: the trait that the store speaks through, and the limits of what is behind it.
//!
//! Behind it is the RDS Data API of an Aurora PostgreSQL cluster. What it allows (Aurora User Guide, "Using RDS Data API", pages
//! `data-api.limitations`, `data-api.differences`, `data-api-operations`; API reference of `ExecuteStatement`):
//! - one statement for each call; a call without `transactionId` is a transaction of its own;
//! - named parameters `:name`; no array parameters; a text arrives as text whatever its column is, so every parameter stands in a
//!   `CAST(:name AS type)`;
//! - at most [`MAX_RESPONSE`] of answer, [`MAX_ROW`] for each row of a result, [`MAX_REQUEST`] of request;
//! - a call ends after 45 seconds; transactions over several calls end after 3 minutes without a call. The store has none of those.

use std::fmt;

/// Bytes of an answer beyond which the call is terminated: 1 MiB (`data-api.limitations`).
pub const MAX_RESPONSE: usize = 1024 * 1024;

/// Bytes of one row of a result: 64 KB (`data-api.limitations`).
pub const MAX_ROW: usize = 64 * 1024;

/// Bytes of a request with its headers and JSON notation: 4 MiB (API reference of `BatchExecuteStatement`, which says it for the
/// whole Data API).
pub const MAX_REQUEST: usize = 4 * 1024 * 1024;

/// Characters of a statement: 65,536 (the shape `SqlStatement` of the service's model).
pub const MAX_STATEMENT: usize = 65_536;

/// Runs one statement as one transaction.
pub trait DataApi {
    /// `sql` holds `:name` for each of the parameters, which may stand in it more than once.
    fn execute(&self, sql: &str, parameters: &[(&str, Field)]) -> Result<Rows, Failure>;
}

/// A value on its way in or out: those members of the Data API's union `Field` that the store uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// `stringValue`.
    Text(String),
    /// `longValue`.
    Long(i64),
    /// `booleanValue`.
    Bool(bool),
    /// `isNull`.
    Null,
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Field::Text(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Field::Text(text)
    }
}

impl From<i64> for Field {
    fn from(number: i64) -> Self {
        Field::Long(number)
    }
}

impl From<bool> for Field {
    fn from(yes: bool) -> Self {
        Field::Bool(yes)
    }
}

impl From<Option<i64>> for Field {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Field::Null, Field::Long)
    }
}

/// The rows of a result, each with the columns in the statement's order.
pub type Rows = Vec<Vec<Field>>;

/// Why a statement gave no rows. It may have run: an answer can be lost on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whether the request is over a limit of the service: it was not sent, and would never be taken.
    pub too_large: bool,
    /// The SQLSTATE, where PostgreSQL itself refused (PostgreSQL manual, appendix A).
    pub state: Option<String>,
    /// The service's or the server's own words.
    pub message: String,
}

impl Failure {
    /// Without a SQLSTATE.
    pub fn new(message: impl Into<String>) -> Self {
        Self { too_large: false, state: None, message: message.into() }
    }

    /// A request over a limit.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self { too_large: true, ..Self::new(message) }
    }

    /// Whether the statement was rolled back because another one was faster: `serialization_failure`, `deadlock_detected`,
    /// `unique_violation`.
    pub fn is_conflict(&self) -> bool {
        matches!(self.state.as_deref(), Some("40001" | "40P01" | "23505"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
