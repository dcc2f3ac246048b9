//! Checked notifications → the pipeline's topic with its subscriptions.

use pipesynth_cfn::{events, logs, sns};
use pipesynth_contract::names;
use pipesynth_contract::registration::NotificationKind;
use pipesynth_core::{Handle, Origin, Scope, Stack, Statement, policy};
use pipesynth_diag::Place;

use super::{NotificationsPlan, ends, steps};
use crate::construct::Fixed;
use crate::plan::PipelinePlan;

/// Adds the topic, its subscriptions, the rules by which it hears of ends of runs, and of steps where all are told. `log` is the machine's.
pub fn add(
    stack: &mut Stack,
    scope: Scope,
    plan: &NotificationsPlan,
    pipeline: &PipelinePlan,
    log: Handle<logs::LogGroup>,
    origin: &dyn Fn(Place) -> Origin,
) -> Handle<sns::Topic> {
    let topic = stack.add(
        scope,
        "topic",
        sns::Topic::new()
            .topic_name(names::machine(&pipeline.name))
            .display_name(format!("Pipeline {}", pipeline.name)),
    );
    if plan.kind == NotificationKind::FullExecution {
        steps::add(stack, scope, pipeline, log);
    }
    let untold = ends::add(stack, scope, pipeline, plan, topic);
    // The notifier publishes by its own role. What it cannot tell, EventBridge does, from the one rule for that.
    let fallback = Statement::allow(["sns:Publish"])
        .sid("UntoldEnds")
        .to_service("events.amazonaws.com")
        .on(topic.reference())
        .when("ArnEquals", "aws:SourceArn", untold.att(events::Rule::ARN));
    let tls = Statement::deny(["sns:Publish"]).sid("TlsOnly").to_anyone().on(topic.reference()).when(
        "Bool",
        "aws:SecureTransport",
        "false",
    );
    stack.add(
        scope,
        "topic-policy",
        sns::TopicPolicy::new().topics([topic.reference()]).policy_document(policy([fallback, tls])),
    );
    for address in &plan.email {
        let subscription =
            sns::Subscription::new().topic_arn(topic.reference()).protocol("email").endpoint(address.value.clone());
        let added = stack.add(scope, format!("email-{}", address.value), subscription);
        stack.set_resource_origin(added.id(), origin(address.place));
    }
    // One subscription serves all Slack channels: which they are, the registration says.
    if let Some(first) = plan.slack.first() {
        let subscription = sns::Subscription::new()
            .topic_arn(topic.reference())
            .protocol("lambda")
            .endpoint(Fixed::function(names::FN_SLACK_CALLER));
        let added = stack.add(scope, "slack", subscription);
        stack.set_resource_origin(added.id(), origin(first.place));
    }
    topic
}
