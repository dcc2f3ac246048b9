//! Policies of receivers and roles → findings where they let in more than they are meant to.

use pipesynth_core::Json;

use crate::codes::TOO_WIDE;
use crate::document::{Document, Resource};
use crate::finding::Findings;
use crate::policy::{Statement, listed, statements};

/// Services that act for whoever asks them, so that a policy must say for whom ("the confused deputy problem", IAM user guide).
const DEPUTIES: [&str; 6] = [
    "events.amazonaws.com",
    "scheduler.amazonaws.com",
    "states.amazonaws.com",
    "sns.amazonaws.com",
    "lambda.amazonaws.com",
    "elasticmapreduce.amazonaws.com",
];

/// Conditions that a policy needs which lets in other accounts.
const BUS: [&str; 4] = ["aws:PrincipalOrgID", "aws:PrincipalArn", "events:source", "events:detail-type"];
const API: [&str; 2] = ["aws:PrincipalOrgID", "aws:PrincipalArn"];

/// Checks every policy of a template that others are let in by.
pub(crate) fn check(document: &Document<'_>, findings: &mut Findings) {
    for resource in document.all() {
        let (policy, keys): (&Json<'_>, &[&str]) = match resource.kind {
            "AWS::Events::EventBusPolicy" => {
                for statement in &listed(document, resource.get("Statement")) {
                    lets_in(&resource, statement, &BUS, findings);
                    // Events of AWS's own services may come by a rule alone: nobody else can put them.
                    if statement.principals.iter().any(|p| p == "*") {
                        lets_in(&resource, statement, &["events:eventBusInvocation"], findings);
                    }
                }
                continue;
            }
            "AWS::ApiGateway::RestApi" => (resource.get("Policy"), &API),
            "AWS::SQS::QueuePolicy" | "AWS::SNS::TopicPolicy" | "AWS::S3::BucketPolicy" => {
                encrypted(document, &resource, findings);
                (resource.get("PolicyDocument"), &["aws:PrincipalOrgID"])
            }
            "AWS::IAM::Role" => {
                let own = format!("arn:{{partition}}:iam::{}:root", document.account());
                for statement in &statements(document, resource.get("AssumeRolePolicyDocument")) {
                    // Whoever of the account may take roles: pipelines' own roles among them, if nothing excludes them.
                    let key =
                        if statement.principals == [own.as_str()] { "aws:PrincipalArn" } else { "aws:PrincipalOrgID" };
                    lets_in(&resource, statement, &[key], findings);
                }
                continue;
            }
            "AWS::Lambda::Permission" => {
                if resource.get("SourceArn").is_null() {
                    findings.say(
                        TOO_WIDE,
                        resource.id,
                        "the permission names no `SourceArn`: anybody's could invoke it",
                    );
                }
                continue;
            }
            _ => continue,
        };
        for statement in &statements(document, policy) {
            lets_in(&resource, statement, keys, findings);
        }
    }
}

fn lets_in(resource: &Resource<'_>, statement: &Statement, keys: &[&str], findings: &mut Findings) {
    if !statement.allows {
        return;
    }
    let foreign = statement.principals.iter().any(|p| p == "*" || p.starts_with("arn:") || p.starts_with("{central}"));
    for key in keys.iter().filter(|key| foreign && !statement.has(key)) {
        let message = format!("`{}` lets in others without a condition on `{key}`", statement.name);
        findings.say(TOO_WIDE, resource.id, message);
    }
    let deputy = statement.principals.iter().find(|p| DEPUTIES.contains(&p.as_str()));
    let sources = ["aws:SourceArn", "aws:SourceAccount", "aws:SourceOrgID"];
    if let Some(service) = deputy.filter(|_| !sources.iter().any(|key| statement.has(key))) {
        let message =
            format!("`{}` lets in `{service}` on behalf of anybody: it needs `aws:SourceArn`", statement.name);
        findings.say(TOO_WIDE, resource.id, message);
    }
}

/// Buckets, queues and topics refuse what is sent without TLS.
fn encrypted(document: &Document<'_>, resource: &Resource<'_>, findings: &mut Findings) {
    let refuses = |s: &Statement| !s.allows && s.has("aws:SecureTransport") && s.principals.iter().any(|p| p == "*");
    if !statements(document, resource.get("PolicyDocument")).iter().any(refuses) {
        findings.say(TOO_WIDE, resource.id, "the policy does not refuse requests without TLS (`aws:SecureTransport`)");
    }
}
