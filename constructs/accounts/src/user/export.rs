//! The rule `export-events-to-central-bus`: status changes of our state machines, from the default bus to the central account.

use pipesynth_cfn::events::{self, rule};
use pipesynth_cfn::iam::{self, role};
use pipesynth_cfn::sqs;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Map, Pseudo, Stack, Statement, Value, policy, pseudo, sub};

use crate::names_in_template::regional;

use super::bus::no_replays;

pub(super) fn add(stack: &mut Stack, dead: Handle<sqs::Queue>) {
    let root = stack.root();
    let bus =
        sub(&format!("arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{CentralAccountId}}:event-bus/{}", names::BUS));
    let own_rule =
        format!("arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:rule/{}", names::RULE_EXPORT);
    let forwarder = stack.add(
        root,
        names::ROLE_EVENT_FORWARDER,
        iam::Role::new()
            .path(names::IAM_PATH)
            .role_name(regional(names::ROLE_EVENT_FORWARDER))
            .description("Forwards run status changes to the central account")
            .assume_role_policy_document(policy([Statement::allow(["sts:AssumeRole"])
                .to_service("events.amazonaws.com")
                .when("StringEquals", "aws:SourceAccount", pseudo(Pseudo::AccountId))
                .when("ArnEquals", "aws:SourceArn", sub(&own_rule))]))
            .policies([role::Policy::new()
                .policy_name(names::ROLE_EVENT_FORWARDER)
                .policy_document(policy([Statement::allow(["events:PutEvents"]).sid("Forward").on(bus.clone())]))]),
    );
    stack.add(
        root,
        names::RULE_EXPORT,
        events::Rule::new()
            .name(names::RULE_EXPORT)
            .description("Run status changes of this account's pipelines, to the central account")
            .event_pattern(status_changes(&[]))
            .state("ENABLED")
            .targets([rule::Target::new()
                .id("central-bus")
                .arn(bus)
                .role_arn(forwarder.att(iam::Role::ARN))
                .dead_letter_config(rule::DeadLetterConfig::new().arn(dead.att(sqs::Queue::ARN)))
                .retry_policy(
                    rule::RetryPolicy::new().maximum_retry_attempts(185).maximum_event_age_in_seconds(86_400),
                )]),
    );
}

/// Status changes of the account's pipelines: to one of these statuses, or all without any.
pub(super) fn status_changes(statuses: &[&'static str]) -> Map {
    let machines =
        format!("arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:stateMachine:{}", names::PREFIX);
    let mut detail = Map::new().with("stateMachineArn", Value::list([Map::new().with("prefix", sub(&machines))]));
    if !statuses.is_empty() {
        detail.set("status", Value::list(statuses.iter().copied()));
    }
    Map::new()
        .with("source", [names::STATES_SOURCE])
        .with("detail-type", [names::DETAIL_TYPE_STATUS])
        .with("account", Value::list([pseudo(Pseudo::AccountId)]))
        .with("replay-name", no_replays())
        .with("detail", detail)
}
