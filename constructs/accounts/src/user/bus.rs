//! The bus `data-pipeline` of a user account, on which the central dispatcher puts triggers, and the account's dead letters.

use pipesynth_cfn::{events, sqs};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Map, Pseudo, Stack, Statement, Value, pseudo, sub};

use crate::queue;

pub(super) fn add(stack: &mut Stack) {
    let root = stack.root();
    let bus = stack.add(
        root,
        "bus",
        events::EventBus::new().name(names::BUS).description("Triggers for the pipelines of this account"),
    );
    let dispatcher = format!(
        "arn:${{AWS::Partition}}:iam::${{CentralAccountId}}:role{}{}-${{AWS::Region}}",
        names::IAM_PATH,
        names::ROLE_TRIGGER_DISPATCHER
    );
    let statement = Statement::allow(["events:PutEvents"])
        .sid("CentralDispatcherOnly")
        .to_aws(sub("arn:${AWS::Partition}:iam::${CentralAccountId}:root"))
        .on(bus.att(events::EventBus::ARN))
        .when("StringEquals", "aws:PrincipalOrgID", sub("${OrgId}"))
        .when("StringEquals", "events:source", names::EVENT_SOURCE)
        .when("StringEquals", "events:detail-type", names::DETAIL_TYPE_TRIGGER)
        .when("ArnEquals", "aws:PrincipalArn", sub(&dispatcher));
    stack.add(
        root,
        "bus-policy",
        events::EventBusPolicy::new()
            .event_bus_name(bus.reference())
            .statement_id("CentralDispatcherOnly")
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
