//! The two roles that deploy pipelines → findings where they do not let a pipeline `x` through that uses everything, or let more through.

use pipesynth_contract::names;
use pipesynth_core::Json;
use serde_json::Value;

use super::{calls, parameters, role};
use crate::codes::{HANDSHAKE, UNUSED};
use crate::document::{Document, Home};
use crate::finding::Findings;
use crate::iam::{allowed, needed, passes, trusted};
use crate::policy::{Call, statements};
use crate::world::World;

/// The stack of a pipeline `x` with every type of resource and every property that asks for a right.
const X: &str = include_str!("x.template.json");

/// What may not be done by what pipelines are deployed with: action, resource, and a key of the request with its value.
const NEVER: &[(&str, &str, &str, (&str, &str))] = &[
    (names::ROLE_DEPLOY, "cloudformation:ExecuteChangeSet", "stack/pipesynth-user/1", ("", "")),
    (names::ROLE_DEPLOY, "cloudformation:ExecuteChangeSet", "stack/pipesynth-central/1", ("", "")),
    (names::ROLE_DEPLOY, "cloudformation:ExecuteChangeSet", "stack/pipesynth-assets/1", ("", "")),
    (names::ROLE_CLOUDFORMATION, "events:PutTargets", "rule/pipesynth-cluster-reaper", ("", "")),
    (names::ROLE_CLOUDFORMATION, "events:PutTargets", "rule/pipesynth-cluster-sweep", ("", "")),
    (names::ROLE_CLOUDFORMATION, "iam:CreateRole", "role/pipesynth/sfn-x-{region}", ("iam:PermissionsBoundary", "")),
];

/// Proves the user stack.
pub(crate) fn check(world: &World<'_, '_>, stack: &Document<'_>, findings: &mut Findings) {
    // A test reads it too.
    let Ok(x) = serde_json::from_str::<Value>(X) else { return };
    let x = Json::from(&x);
    let pipeline = Document::new(&x, Home::User);
    let mut made: Vec<Call> = pipeline.all().filter_map(|one| calls(&pipeline, &one)).flatten().collect();
    made.extend(parameters(&pipeline));
    let people = format!("arn:{{partition}}:iam::{}:role/ci", stack.account());
    for (base, calls) in [(names::ROLE_DEPLOY, deploys(stack)), (names::ROLE_CLOUDFORMATION, made)] {
        let Some((home, found)) = world.at(&role(base)) else {
            findings.say(HANDSHAKE, base, format!("the stack has no role `{base}`, which deploys need"));
            continue;
        };
        allowed(home, &found, &calls, found.id, findings);
        needed(home, &found, &calls, findings);
        for (_, action, on, (key, value)) in NEVER.iter().filter(|(of, ..)| *of == base) {
            let service = action.split(':').next().unwrap_or_default();
            let region = if service == "iam" { "" } else { "{region}" };
            let arn = format!("arn:{{partition}}:{service}:{region}:{}:{on}", stack.account());
            if passes(home, &found, &Call::new("", action, arn).with(*key, *value)) {
                let message = format!("it allows `{action}` on `{on}`, which no deploy of a pipeline may do");
                findings.say(UNUSED, found.id, message);
            }
        }
        if base == names::ROLE_CLOUDFORMATION {
            trusted(home, &found, "cloudformation.amazonaws.com", None, findings);
            continue;
        }
        let call = Call::new("", "sts:AssumeRole", None);
        let trust = statements(home, found.get("AssumeRolePolicyDocument"));
        if !trust.iter().any(|statement| statement.is_for(&people) && statement.allows(&call)) {
            findings.say(HANDSHAKE, found.id, "nobody of the account may take the role that deploys pipelines");
        }
    }
}

/// What a deploy of a pipeline does itself.
fn deploys(stack: &Document<'_>) -> Vec<Call> {
    let account = stack.account();
    let why = "a deploy";
    let name = names::machine("x");
    let on_stack = |action: &str| {
        let arn = format!("arn:{{partition}}:cloudformation:{{region}}:{account}:stack/{name}/1");
        let call = Call::new(why, &format!("cloudformation:{action}"), arn);
        call.with("cloudformation:RoleArn", role(names::ROLE_CLOUDFORMATION))
    };
    let object =
        format!("arn:{{partition}}:s3:::{}/{}x/1", names::artifact_bucket(account, "{region}"), names::KEY_CODE);
    let pass = Call::new(why, "iam:PassRole", role(names::ROLE_CLOUDFORMATION));
    let mut calls = vec![
        pass.with("iam:PassedToService", "cloudformation.amazonaws.com"),
        Call::new(why, "s3:GetObject", object.clone()),
        Call::new(why, "s3:PutObject", object),
    ];
    calls.extend(STEPS.iter().map(|action| on_stack(action)));
    calls
}

/// The way of a change set, from upload to clean-up.
const STEPS: [&str; 18] = [
    "CancelUpdateStack",
    "ContinueUpdateRollback",
    "CreateChangeSet",
    "DeleteChangeSet",
    "DeleteStack",
    "DescribeChangeSet",
    "DescribeEvents",
    "DescribeStackEvents",
    "DescribeStackResources",
    "DescribeStacks",
    "ExecuteChangeSet",
    "GetTemplate",
    "GetTemplateSummary",
    "ListChangeSets",
    "ListStackResources",
    "RollbackStack",
    "TagResource",
    "UntagResource",
];
