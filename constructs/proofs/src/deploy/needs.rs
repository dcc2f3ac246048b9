//! Which of the actions in a type's schema a resource really needs, and which of them know no resource.

use crate::document::Resource;

/// Actions without a resource type (Service Authorization Reference, Amazon SNS and Amazon CloudWatch Logs).
pub(super) const KNOW_NO_RESOURCE: [&str; 6] = [
    "logs:DescribeIndexPolicies",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "sns:GetSubscriptionAttributes",
    "sns:SetSubscriptionAttributes",
    "sns:Unsubscribe",
];

/// A schema names every action that a handler may come to. These are made only for a property: type, action, property. Without a
/// property: never, for a stack of ours does not do that.
const ONLY_FOR: &[(&str, &str, Option<&str>)] = &[
    ("AWS::IAM::Role", "iam:AttachRolePolicy", Some("ManagedPolicyArns")),
    // Nobody takes a boundary away.
    ("AWS::IAM::Role", "iam:DeleteRolePermissionsBoundary", None),
    ("AWS::IAM::Role", "iam:DetachRolePolicy", Some("ManagedPolicyArns")),
    ("AWS::Logs::LogGroup", "firehose:TagDeliveryStream", Some("DataProtectionPolicy")),
    ("AWS::Logs::LogGroup", "logs:AssociateKmsKey", Some("KmsKeyId")),
    ("AWS::Logs::LogGroup", "logs:CreateLogDelivery", Some("DataProtectionPolicy")),
    ("AWS::Logs::LogGroup", "logs:DeleteDataProtectionPolicy", Some("DataProtectionPolicy")),
    ("AWS::Logs::LogGroup", "logs:DeleteIndexPolicy", Some("FieldIndexPolicies")),
    ("AWS::Logs::LogGroup", "logs:DeleteResourcePolicy", Some("ResourcePolicyDocument")),
    ("AWS::Logs::LogGroup", "logs:DisassociateKmsKey", Some("KmsKeyId")),
    ("AWS::Logs::LogGroup", "logs:PutBearerTokenAuthentication", Some("BearerTokenAuthenticationEnabled")),
    ("AWS::Logs::LogGroup", "logs:PutDataProtectionPolicy", Some("DataProtectionPolicy")),
    ("AWS::Logs::LogGroup", "logs:PutIndexPolicy", Some("FieldIndexPolicies")),
    ("AWS::Logs::LogGroup", "logs:PutLogGroupDeletionProtection", Some("DeletionProtectionEnabled")),
    ("AWS::Logs::LogGroup", "logs:PutResourcePolicy", Some("ResourcePolicyDocument")),
    ("AWS::Logs::LogGroup", "s3:REST.PUT.OBJECT", Some("DataProtectionPolicy")),
    ("AWS::SNS::Subscription", "iam:GetRole", Some("SubscriptionRoleArn")),
    ("AWS::SNS::Topic", "iam:GetRole", Some("DeliveryStatusLogging")),
    ("AWS::SNS::Topic", "sns:PutDataProtectionPolicy", Some("DataProtectionPolicy")),
    ("AWS::SNS::Topic", "sns:Subscribe", Some("Subscription")),
    ("AWS::SNS::Topic", "sns:Unsubscribe", Some("Subscription")),
    ("AWS::StepFunctions::StateMachine", "kms:Decrypt", Some("EncryptionConfiguration")),
    ("AWS::StepFunctions::StateMachine", "kms:DescribeKey", Some("EncryptionConfiguration")),
    ("AWS::StepFunctions::StateMachine", "kms:GenerateDataKey", Some("EncryptionConfiguration")),
    ("AWS::StepFunctions::StateMachine", "s3:GetObject", Some("DefinitionS3Location")),
    ("AWS::StepFunctions::StateMachine", "s3:GetObjectVersion", Some("DefinitionS3Location")),
];

/// True where CloudFormation comes to the action for this resource.
pub(super) fn are_for(resource: &Resource<'_>, action: &str) -> bool {
    let known = ONLY_FOR.iter().find(|(kind, known, _)| *kind == resource.kind && *known == action);
    known.is_none_or(|(_, _, property)| property.is_some_and(|property| !resource.get(property).is_null()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipesynth_schema::Schema;

    #[test]
    fn the_table_is_sorted_and_names_actions_and_properties_that_aws_knows() {
        assert!(ONLY_FOR.is_sorted_by_key(|(kind, action, _)| (*kind, *action)));
        for (kind, action, property) in ONLY_FOR {
            let schema = Schema::of(kind).unwrap();
            let handlers = super::super::HANDLERS;
            assert!(handlers.iter().any(|handler| schema.permissions(*handler).contains(action)), "{kind} {action}");
            assert!(property.is_none_or(|name| schema.properties().any(|known| known == name)), "{kind} {property:?}");
        }
    }
}
