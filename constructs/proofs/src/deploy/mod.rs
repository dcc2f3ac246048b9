//! A pipeline's stack → what CloudFormation does to make, change and delete it, against the role that it does it with.

mod needs;
mod promises;

pub(crate) use promises::check as promises;

use pipesynth_contract::names;
use pipesynth_schema::{Handler, Schema};

use crate::codes::{CALL, HANDSHAKE};
use crate::document::{Document, Resource};
use crate::finding::Findings;
use crate::iam::allowed;
use crate::policy::Call;
use crate::world::{World, items};

/// Everything that CloudFormation does to a resource. It lists none.
const HANDLERS: [Handler; 4] = [Handler::Create, Handler::Read, Handler::Update, Handler::Delete];

/// Proves that the execution role allows all that a pipeline's stack needs.
pub(crate) fn check(world: &World<'_, '_>, document: &Document<'_>, findings: &mut Findings) {
    let arn = role(names::ROLE_CLOUDFORMATION);
    let Some((home, role)) = world.at(&arn) else {
        return findings.say(HANDSHAKE, names::ROLE_CLOUDFORMATION, "no template has the role that deploys pipelines");
    };
    for resource in document.all() {
        match calls(document, &resource) {
            Some(calls) => allowed(home, &role, &calls, resource.id, findings),
            None => {
                let message = format!("what deploys a `{}` is not known, so no role allows it", resource.kind);
                findings.say(CALL, resource.id, message);
            }
        }
    }
    let parameters = parameters(document);
    if let Some(first) = document.all().next() {
        allowed(home, &role, &parameters, first.id, findings);
    }
}

/// The ARN of a role of the user stack.
fn role(base: &str) -> String {
    let name = names::iam_name(base, "{region}");
    format!("arn:{{partition}}:iam::{{user}}:role{}{name}", names::IAM_PATH)
}

/// The parameters of Systems Manager that CloudFormation reads when it takes the template.
fn parameters(document: &Document<'_>) -> Vec<Call> {
    let is_read =
        |how: &pipesynth_core::Json<'_>| how["Type"].as_str().is_some_and(|kind| kind.starts_with("AWS::SSM::"));
    let read = document.parameters().filter(|(_, how)| is_read(how));
    read.filter_map(|(name, how)| {
        let path = how["Default"].as_str()?;
        let arn = format!("arn:{{partition}}:ssm:{{region}}:{{user}}:parameter{path}");
        Some(Call::new(&format!("parameter `{name}`"), "ssm:GetParameters", arn))
    })
    .collect()
}

/// The calls for one resource; `None` where AWS does not say what its type needs.
fn calls(document: &Document<'_>, resource: &Resource<'_>) -> Option<Vec<Call>> {
    if resource.kind.starts_with("Custom::") {
        let function = document.text(resource.get("ServiceToken"));
        return Some(vec![Call::new("deploying it", "lambda:InvokeFunction", function)]);
    }
    let schema = Schema::of(resource.kind)?;
    let mut actions: Vec<&'static str> =
        HANDLERS.iter().flat_map(|handler| schema.permissions(*handler)).copied().collect();
    actions.sort_unstable();
    actions.dedup();
    actions.retain(|action| needs::are_for(resource, action));
    let arn = document.arn_of(resource);
    let calls: Vec<Call> =
        actions.into_iter().flat_map(|action| made(document, resource, arn.as_ref(), action)).collect();
    Some(calls).filter(|calls| !calls.is_empty())
}

/// One action, once for each thing that it is done to.
fn made(document: &Document<'_>, resource: &Resource<'_>, arn: Option<&String>, action: &'static str) -> Vec<Call> {
    let call = |on: String| Call::fixed("deploying it", action, Some(on));
    if action == "iam:PassRole" {
        let (roles, service) = passed(document, resource);
        return roles.into_iter().map(|role| call(role).with("iam:PassedToService", service)).collect();
    }
    if needs::KNOW_NO_RESOURCE.contains(&action) {
        return vec![call("*".to_owned())];
    }
    let log_group = |name: String| format!("arn:{{partition}}:logs:{{region}}:{}:log-group:{name}", document.account());
    match resource.kind {
        "AWS::SNS::Subscription" => document.texts(resource.get("TopicArn")).into_iter().map(call).collect(),
        "AWS::SNS::TopicPolicy" => document.texts(resource.get("Topics")).into_iter().map(call).collect(),
        "AWS::Logs::SubscriptionFilter" => {
            document.text(resource.get("LogGroupName")).map(log_group).map(call).into_iter().collect()
        }
        "AWS::IAM::Role" => {
            // Nothing is known later of a boundary: a role has one or none.
            let boundary = document.text(resource.get("PermissionsBoundary")).unwrap_or_default();
            let call = |arn| call(arn).with("iam:PermissionsBoundary", boundary.clone());
            arn.cloned().map(call).into_iter().collect()
        }
        _ => vec![Call::fixed("deploying it", action, arn.cloned())],
    }
}

/// The roles that a resource hands to a service.
fn passed(document: &Document<'_>, resource: &Resource<'_>) -> (Vec<String>, &'static str) {
    match resource.kind {
        "AWS::StepFunctions::StateMachine" => (document.texts(resource.get("RoleArn")), "states.amazonaws.com"),
        "AWS::Scheduler::Schedule" => (document.texts(&resource.get("Target")["RoleArn"]), "scheduler.amazonaws.com"),
        "AWS::Events::Rule" => {
            let targets = items(resource.get("Targets")).map(|target| &target["RoleArn"]);
            (targets.filter_map(|arn| document.text(arn)).collect(), "events.amazonaws.com")
        }
        "AWS::IAM::InstanceProfile" => {
            let arn =
                |name: String| format!("arn:{{partition}}:iam::{}:role{}{name}", document.account(), names::IAM_PATH);
            (document.texts(resource.get("Roles")).into_iter().map(arn).collect(), "ec2.amazonaws.com")
        }
        _ => (document.texts(resource.get("RoleArn")), ""),
    }
}
