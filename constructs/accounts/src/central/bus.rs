//! The bus `data-pipeline` of the central account and who may put events on it.

use pipesynth_cfn::events::{self, event_bus};
use pipesynth_contract::names;
use pipesynth_core::{Handle, Stack, Statement, sub};

pub(super) fn add(stack: &mut Stack) -> Handle<events::EventBus> {
    let root = stack.root();
    let bus = stack.add(
        root,
        "bus",
        events::EventBus::new()
            .name(names::BUS)
            .description("Status changes of every pipesynth run in the organisation")
            .log_config(event_bus::LogConfig::new().level("ERROR").include_detail("NONE")),
    );
    // Only what a forwarding rule of our role sends: `eventBusInvocation` is true for rules alone, so no account can put
    // an event by hand (EventBridge User Guide, policy conditions).
    let statement = Statement::allow(["events:PutEvents"])
        .sid("OrgForwardersOnly")
        .to_anyone()
        .on(bus.att(events::EventBus::ARN))
        .when("StringEquals", "aws:PrincipalOrgID", sub("${OrgId}"))
        .when("StringEquals", "events:source", names::STATES_SOURCE)
        .when("StringEquals", "events:detail-type", names::DETAIL_TYPE_STATUS)
        .when("Bool", "events:eventBusInvocation", "true")
        .when(
            "ArnLike",
            "aws:PrincipalArn",
            sub(&format!("arn:${{AWS::Partition}}:iam::*:role{}{}-*", names::IAM_PATH, names::ROLE_EVENT_FORWARDER)),
        );
    stack.add(
        root,
        "bus-policy",
        events::EventBusPolicy::new()
            .event_bus_name(bus.reference())
            .statement_id("OrgForwardersOnly")
            .statement(pipesynth_core::Value::from(statement)),
    );
    bus
}
