//! What every pipeline's stack may rely on in the user stack → findings where the user stack does not hold it.
//!
//! The account stacks serve pipelines that are not written yet, so they are proven for one that uses everything, named `x`.

use pipesynth_contract::names;

use crate::codes::HANDSHAKE;
use crate::document::Document;
use crate::finding::Findings;
use crate::iam::{allowed, trusted};
use crate::policy::Call;
use crate::world::World;

/// Proves the user stack.
pub(crate) fn user(world: &World<'_, '_>, stack: &Document<'_>, findings: &mut Findings) {
    let account = stack.account();
    let regional = |service: &str, rest: &str| format!("arn:{{partition}}:{service}:{{region}}:{account}:{rest}");
    let role = |base: &str| {
        let name = names::iam_name(base, "{region}");
        format!("arn:{{partition}}:iam::{account}:role{}{name}", names::IAM_PATH)
    };
    let pass =
        |base: &str, to: &str| Call::new("a cluster", "iam:PassRole", role(base)).with("iam:PassedToService", to);
    let machine = regional("states", &format!("stateMachine:{}", names::machine("x")));
    let bucket = format!("arn:{{partition}}:s3:::{}/", names::artifact_bucket(account, "{region}"));
    let object = |action: &str, key: &str| Call::new("a cluster", action, format!("{bucket}{key}x/y"));
    let rule = |bus: &str| regional("events", &format!("rule/{bus}{}", names::machine("x")));
    let group = regional("scheduler", &format!("schedule-group/{}", names::SCHEDULE_GROUP));
    let dead = regional("sqs", names::QUEUE_DEAD_LETTERS);
    let start =
        vec![Call::new("a start", "states:StartExecution", machine), Call::new("a start", "sqs:SendMessage", dead)];
    let disk = |action: &str| {
        let call = Call::new("a cluster", action, regional("kms", "key/{id}"));
        call.with("kms:ResourceAliases", names::ALIAS_DISKS.to_owned())
    };
    let mut nodes = vec![object("s3:GetObject", names::KEY_CODE), object("s3:PutObject", names::KEY_EMR_LOGS)];
    nodes.extend(names::DISK_ACTIONS.map(disk));
    let service =
        vec![pass(names::ROLE_NODES, "ec2.amazonaws.com"), pass(&names::instance_role("x"), "ec2.amazonaws.com")];
    let own_bus = format!("{}/", names::BUS);
    let events = "events.amazonaws.com";
    let promises = [
        (names::ROLE_START, events, Some(rule(&own_bus)), &start),
        (names::ROLE_START, events, Some(rule("")), &start),
        (names::ROLE_START, "scheduler.amazonaws.com", Some(group), &start),
        (names::ROLE_NODES, "ec2.amazonaws.com", None, &nodes),
        (names::ROLE_EMR_SERVICE, "elasticmapreduce.amazonaws.com", None, &service),
    ];
    for (base, by, source, calls) in promises {
        match world.at(&role(base)) {
            None => findings.say(HANDSHAKE, base, format!("the stack has no role `{base}`, which pipelines use")),
            Some((home, found)) => {
                trusted(home, &found, by, source.as_deref(), findings);
                allowed(home, &found, calls, found.id, findings);
            }
        }
    }
    let notices = [
        (names::FN_SLACK_CALLER, "sns.amazonaws.com", regional("sns", &names::machine("x"))),
        (names::FN_NOTIFIER, events, rule("") + names::RULE_ENDED),
        (names::FN_NOTIFIER, events, rule(&own_bus) + names::RULE_NOTICED),
        (names::FN_TRACKER, "logs.amazonaws.com", regional("logs", &format!("log-group:{}:*", names::log_group("x")))),
    ];
    for (function, by, source) in notices {
        let function = regional("lambda", &format!("function:{function}"));
        if world.at(&function).is_some() {
            crate::arrows::invoked(world, &function, by, source, findings);
        }
    }
}
