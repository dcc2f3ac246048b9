//! Roles and the boundary; IAM is global, so their names end in the region.

/// Role of the rule [`RULE_EXPORT`](super::RULE_EXPORT); the central bus policy names it.
pub const ROLE_EVENT_FORWARDER: &str = "event-forwarder";
/// Role of the registrar; the registry's resource policy names it.
pub const ROLE_REGISTRY_CLIENT: &str = "registry-client";
/// Central role of the dispatcher; the user accounts' bus policies name it.
pub const ROLE_TRIGGER_DISPATCHER: &str = "trigger-dispatcher";
/// Central role with which the rules of [`rule_export_trigger`](super::rule_export_trigger) reach the accounts' buses; these name it.
pub const ROLE_TRIGGER_FORWARDER: &str = "trigger-forwarder";
/// Central role of the trigger manager.
pub const ROLE_TRIGGER_MANAGER: &str = "trigger-manager";
/// Central role of the function that installs the run log's tables.
pub const ROLE_RUN_LOG_SCHEMA: &str = "run-log-schema";
/// Role of `pipesynth-cluster-reaper`.
pub const ROLE_CLUSTER_REAPER: &str = "cluster-reaper";
/// Role of `pipesynth-notifier`.
pub const ROLE_NOTIFIER: &str = "notifier";
/// Role of `pipesynth-execution-tracker`.
pub const ROLE_TRACKER: &str = "execution-tracker";
/// Role of `pipesynth-claim`.
pub const ROLE_CLAIM: &str = "claim";
/// Role with which schedules and rules start machines.
pub const ROLE_START: &str = "start";
/// Central role of the Slack poster; the secret's policy names it.
pub const ROLE_SLACK_POSTER: &str = "slack-poster";
/// Central role with which the Slack API puts messages into its queue.
pub const ROLE_SLACK_API: &str = "slack-api";
/// Role of `pipesynth-slack-caller`; the Slack API's resource policy names it.
pub const ROLE_SLACK_CALLER: &str = "slack-caller";
/// Role and instance profile of cluster nodes whose pipeline asks for no data access.
pub const ROLE_NODES: &str = "emr-ec2";
/// Role with which people and CI deploy pipelines.
pub const ROLE_DEPLOY: &str = "deploy";
/// Role with which CloudFormation makes the stacks of pipelines.
pub const ROLE_CLOUDFORMATION: &str = "cloudformation";
/// EMR's service role.
pub const ROLE_EMR_SERVICE: &str = "emr-service";
/// The permission boundary of every role that a pipeline stack makes.
pub const POLICY_BOUNDARY: &str = "boundary";

/// Name of a role, policy or instance profile under [`IAM_PATH`](super::IAM_PATH): IAM is global, so the name ends in the region.
pub fn iam_name(base: &str, region: &str) -> String {
    format!("{base}-{region}")
}

/// Base of a pipeline's execution role: `sfn-<name>`.
pub fn execution_role(pipeline: &str) -> String {
    format!("sfn-{pipeline}")
}

/// Base of a pipeline's EC2 role and instance profile: `ec2-<name>`.
pub fn instance_role(pipeline: &str) -> String {
    format!("ec2-{pipeline}")
}
