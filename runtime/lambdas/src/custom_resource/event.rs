//! The payload of a custom-resource request → its parts, as far as they are needed to answer.

use pipesynth_contract::{ContractError, check_account};
use serde::Deserialize;
use serde_json::Value;

/// A request of CloudFormation (user guide, "Custom resource request objects"). What is not needed for an answer is read leniently,
/// so that a malformed request can still be answered.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Event {
    /// `Create`, `Update` or `Delete`.
    #[serde(default)]
    pub request_type: String,
    /// Presigned URL for the answer: a secret, never logged.
    #[serde(rename = "ResponseURL")]
    pub response_url: String,
    /// ARN of the stack.
    pub stack_id: String,
    /// Names this request.
    pub request_id: String,
    /// Name in the template.
    #[serde(rename = "LogicalResourceId")]
    pub logical_id: String,
    /// What the create answered; absent on create.
    #[serde(rename = "PhysicalResourceId")]
    pub physical_id: Option<String>,
    /// The properties, all scalars as strings.
    #[serde(rename = "ResourceProperties", default)]
    pub properties: Value,
}

impl Event {
    pub(crate) fn read(payload: &Value) -> Result<Self, ContractError> {
        Event::deserialize(payload)
            .map_err(|e| ContractError::new(format!("the payload is no custom-resource request: {e}")))
    }
}

/// What CloudFormation wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Create,
    Update,
    Delete,
}

impl Kind {
    pub(crate) fn read(text: &str) -> Result<Self, ContractError> {
        match text {
            "Create" => Ok(Kind::Create),
            "Update" => Ok(Kind::Update),
            "Delete" => Ok(Kind::Delete),
            _ => Err(ContractError::new(format!("expected request type `Create`, `Update` or `Delete`, got `{text}`"))),
        }
    }
}

/// Where the stack is, by its ARN: the one statement about the account that nobody but AWS can make.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stack {
    pub account: String,
    pub region: String,
}

impl Stack {
    /// Reads `arn:<partition>:cloudformation:<region>:<account>:stack/…`.
    pub(crate) fn read(arn: &str) -> Result<Self, ContractError> {
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", _, "cloudformation", region, account, rest]
                if !region.is_empty() && check_account(account).is_ok() && rest.starts_with("stack/") =>
            {
                Ok(Stack { account: (*account).to_owned(), region: (*region).to_owned() })
            }
            _ => Err(ContractError::new(format!("expected the ARN of a stack, got `{arn}`"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_and_region_come_from_the_stacks_arn() {
        let stack = Stack::read("arn:aws-cn:cloudformation:cn-north-1:011111111111:stack/a/b:c").unwrap();
        assert_eq!((stack.account.as_str(), stack.region.as_str()), ("011111111111", "cn-north-1"));
        for arn in [
            "",
            "arn:aws:cloudformation:eu-west-1:1:stack/a",
            "arn:aws:s3:::b",
            "arn:aws:cloudformation::111111111111:stack/a",
            "arn:aws:cloudformation:eu-west-1:111111111111:changeSet/a",
        ] {
            assert!(Stack::read(arn).is_err(), "{arn}");
        }
    }
}
