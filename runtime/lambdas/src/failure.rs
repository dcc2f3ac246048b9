//! A handler that cannot answer → the error that the Lambda service reports.

use std::fmt;

/// A failed invocation. Step Functions and the Lambda console show `kind` as the error's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Error name, which `Retry` and `Catch` of a state machine match.
    pub kind: &'static str,
    /// One sentence for a person.
    pub message: String,
}

impl Failure {
    /// Joins name and message.
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl std::error::Error for Failure {}

impl From<Failure> for lambda_runtime::Diagnostic {
    fn from(failure: Failure) -> Self {
        Self { error_type: failure.kind.to_owned(), error_message: failure.message }
    }
}
