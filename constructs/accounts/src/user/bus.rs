//! The bus `data-pipeline` of a user account, on which the central dispatcher puts triggers and notices (or the central rules do, where they are broadcast), and the account's dead letters.

use pipesynth_cfn::{events, sqs};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Map, Pseudo, Stack, Statement, Value, pseudo, sub};

use crate::{Fanout, queue};

pub(super) fn add(stack: &mut Stack, fanout: &Fanout) {
    let root = stack.root();
    let bus = stack.add(
        root,
        "bus",
        events::EventBus::new()
            .name(names::BUS)
            .description("Triggers for the pipelines of this account, and notices for their owners"),
    );
    let (sid, role) = match fanout {
        Fanout::Targeted => ("CentralDispatcherOnly", names::ROLE_TRIGGER_DISPATCHER),
        Fanout::Broadcast(_) => ("CentralForwarderOnly", names::ROLE_TRIGGER_FORWARDER),
    };
    let sender =
        format!("arn:${{AWS::Partition}}:iam::${{CentralAccountId}}:role{}{}-${{AWS::Region}}", names::IAM_PATH, role);
    let statement = Statement::allow(["events:PutEvents"])
        .sid(sid)
        .to_aws(sub("arn:${AWS::Partition}:iam::${CentralAccountId}:root"))
        .on(bus.att(events::EventBus::ARN))
        .when("StringEquals", "aws:PrincipalOrgID", sub("${OrgId}"))
        .when("StringEquals", "events:source", names::EVENT_SOURCE)
        .when("StringEquals", "events:detail-type", [names::DETAIL_TYPE_TRIGGER, names::DETAIL_TYPE_ALERT])
        .when("ArnEquals", "aws:PrincipalArn", sub(&sender));
    stack.add(
        root,
        "bus-policy",
        events::EventBusPolicy::new()
            .event_bus_name(bus.reference())
            .statement_id(sid)
            .statement(Value::from(statement)),
    );
}

/// One dead-letter queue for the rules and schedules of the account.
pub(super) fn dead_letters(stack: &mut Stack) -> Handle<sqs::Queue> {
    let root = stack.root();
    let queue = queue::dead_letters(stack, root, "events-dead-letters", names::QUEUE_DEAD_LETTERS.into());
    queue::allow_send(stack, root, "events-dead-letters-policy", &[queue], |statement| {
        let rules = sub("arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*");
        statement.when("StringEquals", "aws:SourceAccount", pseudo(Pseudo::AccountId)).when(
            "ArnLike",
            "aws:SourceArn",
            rules,
        )
    });
    queue
}

/// `{"exists": false}` on `replay-name`: archives replayed by hand reach nobody.
pub(super) fn no_replays() -> Value {
    Value::list([Map::from([("exists", false)])])
}
