//! Checked notifications → the pipeline's topic with its subscriptions.

use pipesynth_cfn::sns;
use pipesynth_contract::names;
use pipesynth_core::{Handle, Origin, Scope, Stack, Statement, policy};
use pipesynth_diag::Place;

use super::NotificationsPlan;
use crate::construct::Fixed;

/// Adds the topic and its subscriptions.
pub fn add(
    stack: &mut Stack,
    scope: Scope,
    plan: &NotificationsPlan,
    name: &str,
    origin: &dyn Fn(Place) -> Origin,
) -> Handle<sns::Topic> {
    let topic = stack.add(
        scope,
        "topic",
        sns::Topic::new().topic_name(names::machine(name)).display_name(format!("Pipeline {name}")),
    );
    // Publishing is the account's own by IAM; what is added is that nobody publishes without TLS. No service may publish: alerts come
    // from a function of the account.
    let statement = Statement::deny(["sns:Publish"]).sid("TlsOnly").to_anyone().on(topic.reference()).when(
        "Bool",
        "aws:SecureTransport",
        "false",
    );
    stack.add(
        scope,
        "topic-policy",
        sns::TopicPolicy::new().topics([topic.reference()]).policy_document(policy([statement])),
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
