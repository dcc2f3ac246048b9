//! Resources with names → findings where a name is longer than its service takes.

use crate::codes;
use crate::document::Document;
use crate::finding::Findings;

/// Type, the property that holds the name, most characters (CloudFormation's resource reference and the services' API references).
const LIMITS: &[(&str, &str, usize)] = &[
    ("AWS::DynamoDB::Table", "TableName", 255),
    ("AWS::Events::Archive", "ArchiveName", 48),
    ("AWS::Events::EventBus", "Name", 256),
    ("AWS::Events::Rule", "Name", 64),
    ("AWS::IAM::InstanceProfile", "InstanceProfileName", 128),
    ("AWS::IAM::ManagedPolicy", "ManagedPolicyName", 128),
    ("AWS::IAM::Role", "RoleName", 64),
    ("AWS::Lambda::Function", "FunctionName", 64),
    ("AWS::Logs::LogGroup", "LogGroupName", 512),
    ("AWS::S3::Bucket", "BucketName", 63),
    ("AWS::SNS::Topic", "TopicName", 256),
    ("AWS::SQS::Queue", "QueueName", 80),
    ("AWS::Scheduler::Schedule", "Name", 64),
    ("AWS::SecretsManager::Secret", "Name", 512),
    ("AWS::StepFunctions::StateMachine", "StateMachineName", 80),
];

/// The longest name of a region, and as long as an account's number.
const SYMBOLS: [(&str, &str); 3] =
    [("{region}", "ap-southeast-1"), ("{user}", "111111111111"), ("{central}", "111111111111")];

/// The property in which a type has its name.
pub(crate) fn property(kind: &str) -> Option<&'static str> {
    LIMITS.iter().find(|(known, ..)| *known == kind).map(|(_, property, _)| *property)
}

/// Checks every name.
pub(crate) fn check(document: &Document<'_>, findings: &mut Findings) {
    for resource in document.all() {
        let Some((_, property, limit)) = LIMITS.iter().find(|(kind, ..)| *kind == resource.kind) else { continue };
        let Some(mut name) = document.text(resource.get(property)) else { continue };
        for (symbol, longest) in SYMBOLS {
            name = name.replace(symbol, longest);
        }
        let length = name.chars().count();
        if length > *limit {
            let message = format!("`{property}` may come to {length} characters (`{name}`), allowed are {limit}");
            findings.say(codes::NAME, resource.id, message);
        }
    }
}
