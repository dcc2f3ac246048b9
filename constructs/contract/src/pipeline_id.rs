//! `account/name` ↔ a pipeline's identity.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::ContractError;
use crate::lenient::serde_as_text;

/// Longest name of a pipeline. `pipesynth-` plus 40 fits every name derived from it (state machine: 80, IAM role: 64).
pub const MAX_NAME: usize = 40;

/// A pipeline's identity everywhere: account and lower-case name, written `111111111111/listings`.
///
/// A copy is cheap: the central side and simulations hold very many.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PipelineId(Arc<str>);

/// Digits of an account.
const ACCOUNT: usize = 12;

impl PipelineId {
    /// Checks both parts: an account is 12 digits, a name 1 to 40 of `a-z`, `0-9` and `-`.
    pub fn new(account: impl AsRef<str>, name: impl AsRef<str>) -> Result<Self, ContractError> {
        let (account, name) = (account.as_ref(), name.as_ref());
        check_account(account)?;
        check_name(name)?;
        Ok(Self([account, "/", name].concat().into()))
    }

    /// Both, as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 12 digits of the account that owns the pipeline.
    pub fn account(&self) -> &str {
        &self.0[..ACCOUNT]
    }

    /// The lower-case name.
    pub fn name(&self) -> &str {
        &self.0[ACCOUNT + 1..]
    }
}

/// Accepts exactly 12 ASCII digits.
pub fn check_account(account: &str) -> Result<(), ContractError> {
    if account.len() == ACCOUNT && account.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(());
    }
    Err(ContractError::new(format!("an account is 12 digits, got `{}`", excerpt(account))))
}

/// Accepts 1 to [`MAX_NAME`] of `a-z`, `0-9` and `-`: the lower-case form of a display name.
pub fn check_name(name: &str) -> Result<(), ContractError> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    Err(ContractError::new(format!(
        "a pipeline's name is 1 to {MAX_NAME} of `a-z`, `0-9` and `-` in lower case, got `{}`",
        excerpt(name)
    )))
}

/// At most 60 characters of a foreign text, so that a message stays short.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl fmt::Display for PipelineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PipelineId {
    type Err = ContractError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (account, name) = text.split_once('/').ok_or_else(|| {
            ContractError::new(format!("a pipeline is written `account/name`, got `{}`", excerpt(text)))
        })?;
        Self::new(account, name)
    }
}

serde_as_text!(PipelineId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_identity_are_two_forms_of_one_thing() {
        let id: PipelineId = "011111111111/pipeline-x".parse().unwrap();
        assert_eq!((id.account(), id.name()), ("011111111111", "pipeline-x"));
        assert_eq!(id.to_string(), "011111111111/pipeline-x");
    }

    #[test]
    fn what_is_not_an_identity_is_refused_with_what_was_got() {
        for (text, why) in [
            ("listings", "`account/name`"),
            ("11111111111/listings", "12 digits"),
            ("1111111111١/listings", "12 digits"),
            ("111111111111/Listings", "lower case"),
            ("111111111111/", "1 to 40"),
            ("111111111111/a/b", "a/b"),
        ] {
            let error = text.parse::<PipelineId>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
        assert!(check_name(&"a".repeat(40)).is_ok());
        assert!(check_name(&"a".repeat(41)).is_err());
    }
}
