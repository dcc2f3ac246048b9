//! A Lambda function → the calls of its event sources, its log, its trace and its handler, against its role.

use super::{allowed, needed, run_log, trusted};
use crate::codes::HANDSHAKE;
use crate::document::{Document, Resource};
use crate::finding::Findings;
use crate::policy::Call;
use crate::world::World;
use pipesynth_contract::{alert, names, slack};

/// Proves the roles of a template's functions.
pub(crate) fn check(world: &World<'_, '_>, document: &Document<'_>, findings: &mut Findings) {
    for function in document.of("AWS::Lambda::Function") {
        let arn = document.text(function.get("Role")).unwrap_or_default();
        let Some((home, role)) = world.at(&arn) else {
            findings.say(HANDSHAKE, function.id, "the role of the function is in no template");
            continue;
        };
        let mut calls = around(document, &function);
        let own = handler(document, &function);
        let known = own.is_some();
        calls.extend(own.into_iter().flatten());
        trusted(home, &role, "lambda.amazonaws.com", None, findings);
        allowed(home, &role, &calls, function.id, findings);
        if known {
            needed(home, &role, &calls, findings);
        }
    }
}

/// What Lambda itself does with the function's role.
fn around(document: &Document<'_>, function: &Resource<'_>) -> Vec<Call> {
    let account = document.account();
    let mut calls = Vec::new();
    if let Some(group) = document.text(&function.get("LoggingConfig")["LogGroup"]) {
        let stream = format!("arn:{{partition}}:logs:{{region}}:{account}:log-group:{group}:log-stream:{{stream}}");
        let actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
        calls.extend(actions.map(|action| Call::new("the function's log", action, stream.clone())));
    }
    if function.get("TracingConfig")["Mode"] == "Active" {
        let actions = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
        calls.extend(actions.map(|action| Call::new("the function's trace", action, "*".to_owned())));
    }
    let name = document.name_of(function);
    for mapping in document.of("AWS::Lambda::EventSourceMapping") {
        if document.text(mapping.get("FunctionName")) == name {
            source(document, &mapping, &mut calls);
        }
    }
    for settled in document.of("AWS::Lambda::EventInvokeConfig") {
        if document.text(settled.get("FunctionName")) == name {
            let config = settled.get("DestinationConfig");
            let to = ["OnFailure", "OnSuccess"].map(|key| document.text(&config[key]["Destination"]));
            calls.extend(to.into_iter().flatten().filter_map(|to| destination(settled.id, to)));
        }
    }
    if let Some(queue) = document.text(&function.get("DeadLetterConfig")["TargetArn"]) {
        calls.push(Call::new("the function's dead letters", "sqs:SendMessage", queue));
    }
    calls
}

/// What an event source needs (Lambda developer guide, "Event source mapping permissions").
fn source(document: &Document<'_>, mapping: &Resource<'_>, calls: &mut Vec<Call>) {
    let why = format!("event source `{}`", mapping.id);
    let source = document.text(mapping.get("EventSourceArn")).unwrap_or_default();
    match source.split(':').nth(2) {
        Some("sqs") => {
            let actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
            calls.extend(actions.map(|action| Call::new(&why, action, source.clone())));
        }
        Some("dynamodb") => {
            let actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
            calls.extend(actions.map(|action| Call::new(&why, action, source.clone())));
            calls.push(Call::new(&why, "dynamodb:ListStreams", "*".to_owned()));
        }
        _ => {}
    }
    let failed = document.text(&mapping.get("DestinationConfig")["OnFailure"]["Destination"]);
    calls.extend(failed.and_then(|to| destination(mapping.id, to)));
}

/// What Lambda needs to hand an invocation's record to a destination (same guide, "Retaining records").
fn destination(why: &str, to: String) -> Option<Call> {
    let action = match to.split(':').nth(2)? {
        "sqs" => "sqs:SendMessage",
        "sns" => "sns:Publish",
        "lambda" => "lambda:InvokeFunction",
        "events" => "events:PutEvents",
        _ => return None,
    };
    Some(Call::new(&format!("destination of `{why}`"), action, to))
}

/// What the handler's own code calls; `None` for a handler that is not listed, whose role is checked for the rest alone.
fn handler(document: &Document<'_>, function: &Resource<'_>) -> Option<Vec<Call>> {
    let name = document.name_of(function)?;
    let account = document.account();
    let why = "the function's handler";
    let table = |variable: &str, actions: &[&str]| -> Vec<Call> {
        let table = document.text(&function.get("Environment")["Variables"][variable]).unwrap_or_default();
        let arn = format!("arn:{{partition}}:dynamodb:{{region}}:{account}:table/{table}");
        actions.iter().map(|action| Call::new(why, &format!("dynamodb:{action}"), arn.clone())).collect()
    };
    let regional = |service: &str, rest: &str| format!("arn:{{partition}}:{service}:{{region}}:{account}:{rest}");
    let run = regional("states", &format!("execution:{}:1", names::machine("x")));
    let all = "*".to_owned();
    let mut calls = match name.as_str() {
        names::FN_NOTIFIER => vec![
            Call::new(why, "states:DescribeExecution", run.clone()),
            Call::new(why, "states:GetExecutionHistory", run.clone()),
            Call::new(why, "sns:Publish", regional("sns", &names::machine("x"))),
            Call::new(why, "secretsmanager:GetSecretValue", regional("secretsmanager", "secret:x"))
                .with(format!("aws:ResourceTag/{}", alert::SECRET_TAG), "true"),
        ],
        names::FN_TRACKER => vec![
            Call::new(why, "states:GetExecutionHistory", run.clone()),
            Call::new(why, "sns:Publish", regional("sns", &names::machine("x"))),
        ],
        names::FN_CLUSTER_REAPER => {
            let cluster = regional("elasticmapreduce", "cluster/{id}");
            let tag = "elasticmapreduce:ResourceTag/pipesynth:execution";
            vec![
                Call::new(why, "elasticmapreduce:ListClusters", all),
                Call::new(why, "elasticmapreduce:DescribeCluster", cluster.clone()),
                Call::new(why, "elasticmapreduce:TerminateJobFlows", cluster).with(tag, run.clone()),
                Call::new(why, "states:DescribeExecution", run.clone()),
            ]
        }
        names::FN_CLAIM => table(names::ENV_RUNS_TABLE, &["GetItem", "PutItem"]),
        names::FN_TRIGGER_MANAGER | names::FN_TRIGGER_DISPATCHER => run_log::all_and(document, function, "UpdateItem"),
        names::FN_REGISTRY_API => run_log::all_and(document, function, "DeleteItem"),
        names::FN_RUN_LOG_SCHEMA => run_log::calls(document, function, &[]),
        names::FN_REGISTRAR => ["PUT", "DELETE"].map(|verb| registry(why, verb)).into(),
        names::FN_SLACK_CALLER => vec![slack(why)],
        names::FN_SLACK_POSTER => {
            let mut calls = table(names::ENV_SLACK_TABLE, &["GetItem", "UpdateItem"]);
            calls.extend(run_log::calls(document, function, &["GetItem"]));
            calls.push(Call::new(
                why,
                "sqs:SendMessage",
                regional("sqs", &names::dead_letter_queue(names::QUEUE_SLACK)),
            ));
            calls.push(token(why));
            calls
        }
        _ => return None,
    };
    if name == names::FN_CLAIM {
        calls.push(Call::new(why, "states:DescribeExecution", run));
    }
    if name == names::FN_TRIGGER_DISPATCHER {
        match broadcasts(document, function) {
            None => calls.extend([trigger(why), notice(why)]),
            Some(bus) => {
                calls.push(Call::new(why, "events:PutEvents", regional("events", &format!("event-bus/{bus}"))))
            }
        }
    }
    if [names::FN_TRIGGER_MANAGER, names::FN_TRIGGER_DISPATCHER, names::FN_REGISTRY_API].contains(&name.as_str()) {
        calls.push(Call::new(why, "sqs:SendMessage", regional("sqs", names::QUEUE_NOTICES)));
    }
    calls.extend(run_log::tidings(document, function, &name));
    Some(calls)
}

/// The bus of its own account on which a function puts everything, for the rules there to hand it on.
pub(crate) fn broadcasts(document: &Document<'_>, function: &Resource<'_>) -> Option<String> {
    document.text(&function.get("Environment")["Variables"][names::ENV_TRIGGER_BUS])
}

/// The dispatcher's event on the bus of an account: a start.
pub(crate) fn trigger(why: &str) -> Call {
    event(why, names::DETAIL_TYPE_TRIGGER)
}

/// The same for the owners of a pipeline.
pub(crate) fn notice(why: &str) -> Call {
    event(why, names::DETAIL_TYPE_ALERT)
}

fn event(why: &str, detail_type: &str) -> Call {
    let bus = format!("arn:{{partition}}:events:{{region}}:{{user}}:event-bus/{}", names::BUS);
    Call::new(why, "events:PutEvents", bus)
        .with("aws:ResourceOrgID", "{org}")
        .with("events:source", names::EVENT_SOURCE)
        .with("events:detail-type", detail_type)
        .with("events:eventBusInvocation", "false")
}

/// The registrar's call of the registry.
pub(crate) fn registry(why: &str, verb: &str) -> Call {
    let path = format!("{{central}}:{{RegistryApi}}/prod/{verb}/pipelines/{{user}}/x");
    Call::new(why, "execute-api:Invoke", format!("arn:{{partition}}:execute-api:{{region}}:{path}"))
}

/// The Slack caller's message.
pub(crate) fn slack(why: &str) -> Call {
    let path = format!("{{central}}:{{SlackApi}}/prod/POST{}", slack::PATH);
    Call::new(why, "execute-api:Invoke", format!("arn:{{partition}}:execute-api:{{region}}:{path}"))
}

/// The Slack poster's look at its token.
pub(crate) fn token(why: &str) -> Call {
    let secret =
        format!("arn:{{partition}}:secretsmanager:{{region}}:{{central}}:secret:{}-??????", names::SECRET_SLACK);
    Call::new(why, "secretsmanager:GetSecretValue", secret)
}
