//! Threats 1 to 3: a faked status, a replayed event, a faked trigger.

use pipesynth_engine::{Refused, read_event};
use pipesynth_events::Pattern;
use serde_json::{Value, json};

use super::org::{A, B, CENTRAL, ORG, OUTSIDE, Org, X, cut, held_by, works};
use super::policy::{Request, Verdict, resource};

const NOW: u64 = 1_800_000_000_000;

/// A status change as EventBridge delivers it: `account` is what AWS sets, the rest what the sender says.
fn status(account: &str, owner: &str) -> Value {
    json!({
        "version": "0", "id": "1", "source": "aws.states", "detail-type": "Step Functions Execution Status Change", "account": account,
        "time": "2027-01-15T08:00:00Z", "region": "eu-central-1", "resources": [],
        "detail": {
            "executionArn": format!("arn:aws:states:eu-central-1:{owner}:execution:pipesynth-listings:1"),
            "stateMachineArn": format!("arn:aws:states:eu-central-1:{owner}:stateMachine:pipesynth-listings"),
            "name": "1", "status": "SUCCEEDED", "startDate": NOW, "stopDate": NOW, "input": "{}", "output": "{}",
        }
    })
}

/// A request to put an event on the central bus as a forwarding rule of account B makes it.
fn forwarded() -> Request {
    let role = format!("arn:aws:iam::{B}:role/pipesynth/event-forwarder-eu-central-1");
    let bus = format!("arn:aws:events:eu-central-1:{CENTRAL}:event-bus/data-pipeline");
    Request::by(&role, "events:PutEvents", &bus)
        .with("aws:PrincipalOrgID", ORG)
        .with("events:source", "aws.states")
        .with("events:detail-type", "Step Functions Execution Status Change")
        .with("events:eventBusInvocation", "true")
}

fn instead(mut request: Request, key: &str, value: &str) -> Request {
    request.context.retain(|(known, _)| known != key);
    request.with(key, value)
}

fn central_bus_takes(org: &Org, request: &Request) -> bool {
    resource(&[org.central().get("BusPolicy")["Statement"].clone()], request) == Verdict::Allowed
}

#[test]
fn threat_1_nobody_puts_a_status_on_the_central_bus_by_hand_or_by_another_way() {
    works("a forwarding rule reports a run", |org| central_bus_takes(org, &forwarded()));
    let admin = format!("arn:aws:iam::{B}:role/admin");
    for (operator, key, value) in [
        ("Bool", "events:eventBusInvocation", "false"),
        ("ArnLike", "aws:PrincipalArn", admin.as_str()),
        ("StringEquals", "aws:PrincipalOrgID", "o-somebody0else"),
        ("StringEquals", "events:source", "my.own"),
        ("StringEquals", "events:detail-type", "Pipeline Trigger"),
    ] {
        held_by(
            key,
            |org| central_bus_takes(org, &instead(forwarded(), key, value)),
            |org| {
                cut(
                    &mut org.resource("pipesynth-central", "BusPolicy")["Properties"]["Statement"]["Condition"]
                        [operator],
                    key,
                )
            },
        );
    }
}

#[test]
fn threat_1_an_account_speaks_for_its_own_pipelines_alone() {
    let read = |event: &Value| read_event(event, NOW, |_| "UTC".parse().unwrap());
    assert_eq!(read(&status(A, A)).unwrap().parent.to_string(), format!("{A}/listings"));
    assert!(matches!(read(&status(B, A)), Err(Refused::Foreign(_))), "B tells that a run of A has succeeded");
    for part in ["executionArn", "stateMachineArn"] {
        let mut half = status(A, A);
        half["detail"][part] = status(B, B)["detail"][part].clone();
        assert!(matches!(read(&half), Err(Refused::Foreign(_))), "{part}");
    }
}

/// An event that a pattern lets through: the first value of every field.
fn example(pattern: &Value) -> Value {
    let map = pattern.as_object().unwrap().iter();
    map.filter_map(|(key, value)| {
        let Some(first) = value.as_array().and_then(|values| values.first()) else {
            return Some((key.clone(), example(value)));
        };
        let operator = first.as_object().and_then(|map| map.iter().next());
        let given = match operator.map(|(name, operand)| (name.as_str(), operand)) {
            None => first.clone(),
            Some(("exists", operand)) if *operand == false => return None,
            Some(("exists", _)) => "x".into(),
            Some(("prefix" | "suffix", operand)) => operand.clone(),
            Some(("wildcard", operand)) => operand.as_str().unwrap().replace('*', "x").into(),
            Some(("anything-but", _)) => "something-else".into(),
            Some((other, _)) => panic!("no example for `{other}`"),
        };
        Some((key.clone(), given))
    })
    .collect()
}

fn hears(pattern: &Value, event: &Value) -> bool {
    Pattern::parse(pattern).unwrap().matches(event)
}

#[test]
fn threat_2_no_rule_hears_what_somebody_replays_from_an_archive() {
    let mut seen = 0;
    for (name, stack) in Org::case_study().stacks() {
        for (id, rule) in stack.of("AWS::Events::Rule").into_iter().filter(|(_, rule)| rule["EventPattern"].is_object())
        {
            let mut pattern = rule["EventPattern"].clone();
            let mut event = example(&pattern);
            assert!(hears(&pattern, &event), "{name} {id}: {event}");
            event["replay-name"] = "again".into();
            assert!(!hears(&pattern, &event), "{name} {id} hears a replay");
            cut(&mut pattern, "replay-name");
            assert!(hears(&pattern, &event), "{name} {id}: something else than the pattern's `replay-name` holds it");
            seen += 1;
        }
    }
    assert!(seen >= 6, "{seen} rules");
}

#[test]
fn threat_2_a_replay_that_comes_to_the_trigger_manager_is_refused() {
    let mut replayed = status(A, A);
    replayed["replay-name"] = "again".into();
    assert!(matches!(read_event(&replayed, NOW, |_| "UTC".parse().unwrap()), Err(Refused::Replayed(_))));
}

fn user_bus_takes(org: &Org, request: &Request) -> bool {
    resource(&[org.user(X).get("BusPolicy")["Statement"].clone()], request) == Verdict::Allowed
}

/// The dispatcher's own request.
fn triggered() -> Request {
    let role = format!("arn:aws:iam::{CENTRAL}:role/pipesynth/trigger-dispatcher-eu-central-1");
    let bus = format!("arn:aws:events:eu-central-1:{X}:event-bus/data-pipeline");
    Request::by(&role, "events:PutEvents", &bus)
        .with("aws:PrincipalOrgID", ORG)
        .with("events:source", "pipesynth.central")
        .with("events:detail-type", "Pipeline Trigger")
}

#[test]
fn threat_3_only_the_dispatcher_puts_triggers_on_the_bus_of_an_account() {
    works("the dispatcher triggers", |org| user_bus_takes(org, &triggered()));
    let policy = |org: &mut Org, change: &dyn Fn(&mut Value)| {
        change(&mut org.resource("pipesynth-user", "BusPolicy")["Properties"]["Statement"]);
    };
    let other_role = instead(triggered(), "aws:PrincipalArn", &format!("arn:aws:iam::{CENTRAL}:role/somebody"));
    held_by(
        "the dispatcher's role",
        |org| user_bus_takes(org, &other_role),
        |org| {
            policy(org, &|statement| cut(&mut statement["Condition"]["ArnEquals"], "aws:PrincipalArn"));
        },
    );
    let source = instead(triggered(), "events:source", "aws.states");
    held_by(
        "the events' source",
        |org| user_bus_takes(org, &source),
        |org| {
            policy(org, &|statement| cut(&mut statement["Condition"]["StringEquals"], "events:source"));
        },
    );
    for account in [B, OUTSIDE] {
        let mut neighbour = instead(triggered(), "aws:PrincipalArn", &format!("arn:aws:iam::{account}:role/admin"));
        neighbour.who = super::policy::Who::Principal(format!("arn:aws:iam::{account}:role/admin"));
        held_by(
            "principal, role and organisation",
            |org| user_bus_takes(org, &neighbour),
            |org| {
                policy(org, &|statement| {
                    statement["Principal"] = "*".into();
                    cut(statement, "Condition");
                });
            },
        );
    }
}

#[test]
fn threat_3_what_a_principal_of_the_account_puts_on_its_own_bus_starts_nothing() {
    // Its own policies are enough for its own bus: EventBridge sets `account`, and that gives it away.
    let starts = |org: &Org, account: &str| {
        let pattern = &org.pipeline("pipeline-x", X).get("Dependency")["EventPattern"];
        let mut event = example(&org.pipeline("pipeline-x", X).get("Dependency")["EventPattern"]);
        event["account"] = account.into();
        hears(pattern, &event)
    };
    works("the central account's trigger starts the pipeline", |org| starts(org, CENTRAL));
    held_by(
        "the rule's `account`",
        |org| starts(org, X),
        |org| {
            cut(&mut org.resource("pipesynth-pipeline-x", "Dependency")["Properties"]["EventPattern"], "account");
        },
    );
}
