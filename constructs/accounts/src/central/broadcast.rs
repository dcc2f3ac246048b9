//! `fanout: broadcast`: triggers and notices on the central bus → one rule for each account, which hands everything to the account's bus.
//!
//! EventBridge hands an event on once, from the bus on which it was put: that is why the dispatcher puts it here, as a new event.

use pipesynth_cfn::events::{self, rule};
use pipesynth_cfn::iam::{self, role};
use pipesynth_cfn::sqs;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Map, Pseudo, Stack, Statement, Value, policy, pseudo, sub};

use crate::names_in_template::regional;
use crate::queue;

/// Adds the rules for these accounts, with the one role of all of them: an account with a role of its own would be two resources, of 500.
pub(super) fn add(stack: &mut Stack, bus: Handle<events::EventBus>, accounts: &[String]) {
    let root = stack.root();
    let own = names::rule_export_trigger("*");
    let rules =
        format!("arn:${{AWS::Partition}}:events:${{AWS::Region}}:${{AWS::AccountId}}:rule/{}/{own}", names::BUS);
    let dead =
        queue::dead_letters(stack, root, "broadcast-dead-letters", names::QUEUE_BROADCAST_DEAD_LETTERS.to_owned());
    queue::allow_send(stack, root, "broadcast-dead-letters-policy", &[dead], |statement| {
        statement.when("ArnLike", "aws:SourceArn", sub(&rules))
    });
    let forwarder = forwarder(stack, &rules);
    for account in accounts {
        stack.add(root, names::rule_export_trigger(account), export(bus, account, forwarder, dead));
    }
}

fn forwarder(stack: &mut Stack, rules: &str) -> Handle<iam::Role> {
    let root = stack.root();
    let buses = format!("arn:${{AWS::Partition}}:events:${{AWS::Region}}:*:event-bus/{}", names::BUS);
    let forward = Statement::allow(["events:PutEvents"]).sid("Forward").on(sub(&buses));
    let trust = Statement::allow(["sts:AssumeRole"])
        .to_service("events.amazonaws.com")
        .when("StringEquals", "aws:SourceAccount", pseudo(Pseudo::AccountId))
        .when("ArnLike", "aws:SourceArn", sub(rules));
    stack.add(
        root,
        names::ROLE_TRIGGER_FORWARDER,
        iam::Role::new()
            .path(names::IAM_PATH)
            .role_name(regional(names::ROLE_TRIGGER_FORWARDER))
            .description("Hands triggers and notices to the buses of the accounts")
            .assume_role_policy_document(policy([trust]))
            .policies([role::Policy::new()
                .policy_name(names::ROLE_TRIGGER_FORWARDER)
                .policy_document(policy([forward.when("StringEquals", "aws:ResourceOrgID", sub("${OrgId}"))]))]),
    )
}

fn export(
    bus: Handle<events::EventBus>,
    account: &str,
    forwarder: Handle<iam::Role>,
    dead: Handle<sqs::Queue>,
) -> events::Rule {
    let pattern = Map::new()
        .with("source", [names::EVENT_SOURCE])
        .with("detail-type", [names::DETAIL_TYPE_TRIGGER, names::DETAIL_TYPE_ALERT])
        .with("replay-name", Value::list([Map::from([("exists", false)])]));
    let to = format!("arn:${{AWS::Partition}}:events:${{AWS::Region}}:{account}:event-bus/{}", names::BUS);
    events::Rule::new()
        .name(names::rule_export_trigger(account))
        .description(format!("Triggers and notices, to account {account}"))
        .event_bus_name(bus.reference())
        .event_pattern(pattern)
        .state("ENABLED")
        .targets([rule::Target::new()
            .id("account-bus")
            .arn(sub(&to))
            .role_arn(forwarder.att(iam::Role::ARN))
            .dead_letter_config(rule::DeadLetterConfig::new().arn(dead.att(sqs::Queue::ARN)))
            .retry_policy(rule::RetryPolicy::new().maximum_retry_attempts(185).maximum_event_age_in_seconds(86_400))])
}
