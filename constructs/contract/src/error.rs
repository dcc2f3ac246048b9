//! A value that breaks the contract → one readable sentence.

use std::fmt;

/// What is wrong with a value, in one or more sentences for a person: lower-case start, no full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractError(String);

impl ContractError {
    /// Wraps the message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// `Ok` when nothing was found, else all findings joined by `; `.
    pub fn unless_empty(findings: Vec<String>) -> Result<(), Self> {
        if findings.is_empty() { Ok(()) } else { Err(Self(findings.join("; "))) }
    }
}

impl fmt::Display for ContractError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ContractError {}
