//! Arrows from one resource to another, within an account and over two → findings where one half is missing.

use pipesynth_contract::names;
use pipesynth_core::Json;

use crate::codes::HANDSHAKE;
use crate::document::{Document, Home, Resource};
use crate::finding::Findings;
use crate::iam::{allowed, broadcasts, needed, notice, registry, slack, trigger, trusted};
use crate::policy::{Call, readable};
use crate::world::{World, items};

/// A service or a role that reaches a receiver.
struct Arrow<'x> {
    /// The resource that the findings stand at.
    from: &'x str,
    /// Whom the receiver's policy must let in: a service, or a role's ARN.
    principal: &'x str,
    to: &'x str,
    call: Call,
}

/// Proves every arrow that starts in this template.
pub(crate) fn check(world: &World<'_, '_>, document: &Document<'_>, findings: &mut Findings) {
    for resource in document.all() {
        match resource.kind {
            "AWS::Events::Rule" => rule(world, document, &resource, findings),
            "AWS::Scheduler::Schedule" => schedule(world, document, &resource, findings),
            "AWS::SNS::Subscription" => subscription(world, document, &resource, findings),
            "AWS::CloudWatch::Alarm" => {
                for topic in document.texts(resource.get("AlarmActions")) {
                    let call = called(document, "sns:Publish", &topic);
                    let principal = "cloudwatch.amazonaws.com";
                    received(world, &Arrow { from: resource.id, principal, to: &topic, call }, findings);
                }
            }
            "AWS::ApiGateway::Account" => {
                let role = document.text(resource.get("CloudWatchRoleArn")).unwrap_or_default();
                if there(world, resource.id, "its role", &role, findings)
                    && let Some((home, role)) = world.at(&role)
                {
                    trusted(home, &role, "apigateway.amazonaws.com", None, findings);
                }
            }
            "AWS::ApiGateway::Method" => method(world, document, &resource, findings),
            kind if kind.starts_with("Custom::") => {
                let function = document.text(resource.get("ServiceToken")).unwrap_or_default();
                there(world, resource.id, "the custom resource", &function, findings);
            }
            _ => {}
        }
    }
    for (name, parameter) in document.parameters() {
        let Some(wanted) = parameter["Default"].as_str().filter(|text| text.starts_with('/')) else { continue };
        let is_it = |home: &Document<'_>, one: &Resource<'_>| home.text(one.get("Name")).as_deref() == Some(wanted);
        if !world.of("AWS::SSM::Parameter").any(|(home, one)| is_it(home, &one)) {
            let message = format!("parameter `{name}` reads `{wanted}`, which no template writes");
            findings.say(HANDSHAKE, name, message);
        }
    }
}

/// What the functions of one account do in another: the dispatcher's triggers, the registrar's registrations.
pub(crate) fn functions(world: &World<'_, '_>, findings: &mut Findings) {
    for (function, call) in [
        (names::FN_TRIGGER_DISPATCHER, trigger("the dispatcher")),
        (names::FN_TRIGGER_DISPATCHER, notice("the dispatcher")),
        (names::FN_REGISTRAR, registry("the registrar", "PUT")),
        (names::FN_REGISTRAR, registry("the registrar", "DELETE")),
        (names::FN_SLACK_CALLER, slack("the Slack caller")),
    ] {
        let is_it = |d: &Document<'_>, r: &Resource<'_>| d.name_of(r).as_deref() == Some(function);
        let Some((home, found)) = world.of("AWS::Lambda::Function").find(|(d, r)| is_it(d, r)) else { continue };
        if function == names::FN_TRIGGER_DISPATCHER && broadcasts(home, &found).is_some() {
            // It puts them on the bus of its own account, which asks its role alone; the rules there are arrows of their own.
            continue;
        }
        let role = home.text(found.get("Role")).unwrap_or_default();
        let call = call.with("aws:PrincipalArn", role.clone()).with("aws:PrincipalOrgID", "{org}");
        let to = call.resource.clone().unwrap_or_default();
        let to = to.split('/').next().filter(|_| to.contains(":execute-api:")).map_or(to.clone(), str::to_owned);
        received(world, &Arrow { from: found.id, principal: &role, to: &to, call }, findings);
    }
}

/// A service may invoke a function of the account on behalf of a resource.
pub(crate) fn invoked(world: &World<'_, '_>, function: &str, by: &str, source: String, findings: &mut Findings) {
    let Some((home, found)) = world.at(function) else { return };
    let call = called(home, "lambda:InvokeFunction", function).with("aws:SourceArn", source);
    received(world, &Arrow { from: found.id, principal: by, to: function, call }, findings);
}

/// A call on behalf of this template's account.
fn called(document: &Document<'_>, action: &str, to: &str) -> Call {
    Call::new("", action, to.to_owned()).with("aws:SourceAccount", document.account())
}

fn there(world: &World<'_, '_>, from: &str, what: &str, arn: &str, findings: &mut Findings) -> bool {
    let found = world.at(arn).is_some();
    if !found {
        findings.say(HANDSHAKE, from, format!("{what} leads to `{}`, which is in no template", readable(arn)));
    }
    found
}

/// Proves that the receiver's own policy lets the arrow in.
fn received(world: &World<'_, '_>, arrow: &Arrow<'_>, findings: &mut Findings) {
    if !there(world, arrow.from, "it", arrow.to, findings) {
        return;
    }
    let policy = world.policy(arrow.to);
    if policy.iter().any(|statement| statement.is_for(arrow.principal) && statement.allows(&arrow.call)) {
        return;
    }
    let to = readable(arrow.to);
    let message =
        format!("the policy of `{to}` does not let `{}` do `{}`", readable(arrow.principal), arrow.call.action);
    let kind = if arrow.principal.starts_with("arn:") { "AWS" } else { "Service" };
    let principal = readable(arrow.principal);
    let help = format!(
        r#"add to its policy: {{"Effect": "Allow", "Principal": {{"{kind}": "{principal}"}}, "Action": "{}", "Resource": "{to}"}}"#,
        arrow.call.action
    );
    findings.help(HANDSHAKE, arrow.from, message, help);
}

fn rule(world: &World<'_, '_>, document: &Document<'_>, rule: &Resource<'_>, findings: &mut Findings) {
    let source = document.arn_of(rule).unwrap_or_default();
    for target in items(rule.get("Targets")) {
        let to = any_account(document, document.text(&target["Arn"]).unwrap_or_default());
        let action = match to.split(':').nth(2) {
            Some("sqs") => "sqs:SendMessage",
            Some("sns") => "sns:Publish",
            Some("lambda") => "lambda:InvokeFunction",
            Some("states") => "states:StartExecution",
            Some("events") => "events:PutEvents",
            _ => continue,
        };
        let call = called(document, action, &to).with("aws:SourceArn", source.clone());
        let dead = document.text(&target["DeadLetterConfig"]["Arn"]);
        if let Some(queue) = &dead {
            let call = called(document, "sqs:SendMessage", queue).with("aws:SourceArn", source.clone());
            received(world, &Arrow { from: rule.id, principal: EVENTS, to: queue, call }, findings);
        }
        let role = document.text(&target["RoleArn"]);
        match (action, role) {
            ("states:StartExecution" | "events:PutEvents", None) => {
                let message = format!("the target `{}` needs a `RoleArn`", readable(&to));
                findings.say(HANDSHAKE, rule.id, message);
            }
            (_, Some(role)) => {
                by_role(
                    world,
                    rule.id,
                    EVENTS,
                    &role,
                    &source,
                    &[Call { why: "the rule".into(), ..call.clone() }],
                    findings,
                );
                if action == "events:PutEvents" {
                    for call in forwarded(rule, &call, &role) {
                        received(world, &Arrow { from: rule.id, principal: &role, to: &to, call }, findings);
                    }
                } else {
                    there(world, rule.id, "the rule", &to, findings);
                }
            }
            (_, None) => received(world, &Arrow { from: rule.id, principal: EVENTS, to: &to, call }, findings),
        }
    }
}

const EVENTS: &str = "events.amazonaws.com";
const SCHEDULER: &str = "scheduler.amazonaws.com";

/// The events that a rule hands on to another bus, as that bus's policy sees them: one of each detail type.
fn forwarded(rule: &Resource<'_>, call: &Call, role: &str) -> Vec<Call> {
    let pattern = rule.get("EventPattern");
    let source = pattern["source"][0].as_str().unwrap_or("").to_owned();
    let event = |detail_type: &str| {
        call.clone()
            .with("aws:PrincipalArn", role)
            .with("aws:PrincipalOrgID", "{org}")
            .with("events:source", source.clone())
            .with("events:detail-type", detail_type.to_owned())
            .with("events:eventBusInvocation", "true")
    };
    let types: Vec<&str> = items(&pattern["detail-type"]).filter_map(|one| one.as_str()).collect();
    if types.is_empty() { vec![event("")] } else { types.into_iter().map(event).collect() }
}

/// Where the central template names an account, it is one of those in which pipelines run: they all have the same template.
fn any_account(document: &Document<'_>, arn: String) -> String {
    let named = arn.split(':').nth(4).filter(|id| id.len() == 12 && id.bytes().all(|digit| digit.is_ascii_digit()));
    match named.filter(|_| document.home() == Home::Central) {
        Some(id) => arn.replacen(id, "{user}", 1),
        None => arn,
    }
}

fn schedule(world: &World<'_, '_>, document: &Document<'_>, schedule: &Resource<'_>, findings: &mut Findings) {
    let target = schedule.get("Target");
    let to = document.text(&target["Arn"]).unwrap_or_default();
    let Some(role) = document.text(&target["RoleArn"]) else {
        return findings.say(HANDSHAKE, schedule.id, "the schedule's target needs a `RoleArn`");
    };
    let group = document.text(schedule.get("GroupName")).unwrap_or_else(|| "default".to_owned());
    let account = document.account();
    let source = format!("arn:{{partition}}:scheduler:{{region}}:{account}:schedule-group/{group}");
    let action = match to.split(':').nth(2) {
        Some("states") => "states:StartExecution",
        Some("lambda") => "lambda:InvokeFunction",
        Some("sqs") => "sqs:SendMessage",
        _ => return,
    };
    let mut calls = vec![Call::new("the schedule", action, to.clone())];
    if let Some(queue) = document.text(&target["DeadLetterConfig"]["Arn"]) {
        there(world, schedule.id, "the schedule's dead-letter queue", &queue, findings);
        calls.push(Call::new("the schedule", "sqs:SendMessage", queue));
    }
    there(world, schedule.id, "the schedule", &to, findings);
    by_role(world, schedule.id, SCHEDULER, &role, &source, &calls, findings);
}

/// Proves that a service may take a role for a resource, and that the role allows what it then does.
fn by_role(
    world: &World<'_, '_>,
    from: &str,
    service: &str,
    role: &str,
    source: &str,
    calls: &[Call],
    findings: &mut Findings,
) {
    if !there(world, from, "its role", role, findings) {
        return;
    }
    if let Some((home, role)) = world.at(role) {
        trusted(home, &role, service, Some(source), findings);
        allowed(home, &role, calls, from, findings);
    }
}

fn subscription(world: &World<'_, '_>, document: &Document<'_>, one: &Resource<'_>, findings: &mut Findings) {
    let action = match one.get("Protocol").as_str() {
        Some("lambda") => "lambda:InvokeFunction",
        Some("sqs") => "sqs:SendMessage",
        _ => return,
    };
    let topic = document.text(one.get("TopicArn")).unwrap_or_default();
    let to = document.text(one.get("Endpoint")).unwrap_or_default();
    let call = called(document, action, &to).with("aws:SourceArn", topic);
    received(world, &Arrow { from: one.id, principal: "sns.amazonaws.com", to: &to, call }, findings);
}

/// A method whose integration is a queue: API Gateway takes a role that may send to it.
fn queued(world: &World<'_, '_>, document: &Document<'_>, method: &Resource<'_>, uri: &str, findings: &mut Findings) {
    let Some((account, name)) = uri.split(":sqs:path/").nth(1).and_then(|path| path.split_once('/')) else { return };
    let queue = format!("arn:{{partition}}:sqs:{{region}}:{account}:{name}");
    there(world, method.id, "the method", &queue, findings);
    let role = document.text(&method.get("Integration")["Credentials"]).unwrap_or_default();
    if there(world, method.id, "its role", &role, findings)
        && let Some((home, role)) = world.at(&role)
    {
        trusted(home, &role, "apigateway.amazonaws.com", None, findings);
        let calls = [Call::new("the method", "sqs:SendMessage", queue)];
        allowed(home, &role, &calls, method.id, findings);
        needed(home, &role, &calls, findings);
    }
}

/// A method whose integration is a function: API Gateway must be allowed to invoke it, in every stage.
fn method(world: &World<'_, '_>, document: &Document<'_>, method: &Resource<'_>, findings: &mut Findings) {
    let uri = document.text(&method.get("Integration")["Uri"]).unwrap_or_default();
    queued(world, document, method, &uri, findings);
    let Some(function) = uri.split("/functions/").nth(1).and_then(|rest| rest.strip_suffix("/invocations")) else {
        return;
    };
    let api = document.text(method.get("RestApiId")).unwrap_or_default();
    let stages = document
        .of("AWS::ApiGateway::Stage")
        .filter(|stage| document.text(stage.get("RestApiId")).as_ref() == Some(&api));
    for stage in stages.filter_map(|stage| document.text(stage.get("StageName"))) {
        let verb: &Json<'_> = method.get("HttpMethod");
        let path = format!("{stage}/{}/path", verb.as_str().unwrap_or("*"));
        let source = format!("arn:{{partition}}:execute-api:{{region}}:{}:{api}/{path}", document.account());
        let call = called(document, "lambda:InvokeFunction", function).with("aws:SourceArn", source);
        let principal = "apigateway.amazonaws.com";
        received(world, &Arrow { from: method.id, principal, to: function, call }, findings);
    }
}
