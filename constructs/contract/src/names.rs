//! Everything that has a fixed name, because another stack, another account or a Lambda function refers to it by that name.
//!
//! Names that hold a region or a pipeline are functions; a template passes `${AWS::Region}` for the region inside `Fn::Sub`.

/// Prefix of everything named by us: functions, tables, queues, machines, stacks.
pub const PREFIX: &str = "pipesynth-";
/// Path of all IAM roles, policies and instance profiles.
pub const IAM_PATH: &str = "/pipesynth/";

/// Event bus, in the central account and in every user account.
pub const BUS: &str = "data-pipeline";
/// Central rule: run status changes → trigger manager.
pub const RULE_TRIGGER_EVENTS_MANAGER: &str = "trigger-events-manager";
/// User-account rule on the default bus: run status changes → central bus.
pub const RULE_EXPORT: &str = "export-events-to-central-bus";
/// `source` of the events that the central side puts.
pub const EVENT_SOURCE: &str = "pipesynth.central";
/// `detail-type` of the events that start a pipeline.
pub const DETAIL_TYPE_TRIGGER: &str = "Pipeline Trigger";
/// `detail-type` of the events that tell the owners of a pipeline.
pub const DETAIL_TYPE_ALERT: &str = "Pipeline Alert";
/// `source` of the events of Step Functions.
pub const STATES_SOURCE: &str = "aws.states";
/// `detail-type` of a run's status changes.
pub const DETAIL_TYPE_STATUS: &str = "Step Functions Execution Status Change";

/// CloudFormation type of the custom resource that registers a pipeline.
pub const REGISTRATION_TYPE: &str = "Custom::PipesynthRegistration";

/// User account: registers pipelines (custom resource). Also the handler's name.
pub const FN_REGISTRAR: &str = "pipesynth-registrar";
/// User account: a machine's first state.
pub const FN_CLAIM: &str = "pipesynth-claim";
/// User account: failed or finished run → the pipeline's topic.
pub const FN_NOTIFIER: &str = "pipesynth-notifier";
/// User account: machine log → step alerts (`FULL_EXECUTION`).
pub const FN_TRACKER: &str = "pipesynth-execution-tracker";
/// User account: topic → central Slack API.
pub const FN_SLACK_CALLER: &str = "pipesynth-slack-caller";
/// User account: frees clusters whose run is over, when it ends badly and once an hour.
pub const FN_CLUSTER_REAPER: &str = "pipesynth-cluster-reaper";
/// Central: run log and decision.
pub const FN_TRIGGER_MANAGER: &str = "pipesynth-trigger-manager";
/// Central: outbox → child accounts' buses.
pub const FN_TRIGGER_DISPATCHER: &str = "pipesynth-trigger-dispatcher";
/// Central: the dependencies API.
pub const FN_REGISTRY_API: &str = "pipesynth-dependency-api";
/// Central: messages → Slack.
pub const FN_SLACK_POSTER: &str = "pipesynth-slack-poster";

/// Central: installs the tables of the run log in Aurora PostgreSQL (custom resource).
pub const FN_RUN_LOG_SCHEMA: &str = "pipesynth-run-log-schema";

/// The handler name (`Handler` of the function, `_HANDLER` at run time) of a function: its name without [`PREFIX`].
pub fn handler(function_name: &str) -> &str {
    function_name.strip_prefix(PREFIX).unwrap_or(function_name)
}

/// User account: claims of run keys.
pub const TABLE_RUNS: &str = "pipesynth-runs";
/// Central: pipelines, children, run log, gates, outbox in one table (see [`crate::keys`]).
pub const TABLE_STATE: &str = "pipesynth-state";
/// Central: which message in Slack each run's thread begins with, by execution and channel.
pub const TABLE_SLACK: &str = "pipesynth-slack-threads";
/// Days that a thread in Slack is known.
pub const SLACK_DAYS: u64 = 30;
/// Partition key of every table, a string.
pub const ATTR_PK: &str = "pk";
/// Sort key of every table, a string.
pub const ATTR_SK: &str = "sk";
/// Time-to-live attribute of every table, seconds since 1970.
pub const ATTR_TTL: &str = "ttl";
/// Central: the sparse index of what is still to be done, with the keys of its items alone.
pub const INDEX_TODO: &str = "todo";
/// Central: what is to be done with an item: [`TODO_GATE`], [`TODO_FIRE`] or [`TODO_CLOCK`]. Partition key of [`INDEX_TODO`].
pub const ATTR_TODO: &str = "todo";
/// Central: when, or for whom. Sort key of [`INDEX_TODO`].
pub const ATTR_AT: &str = "at";
/// A gate that the clock may change; [`ATTR_AT`] is the earliest time, as [`crate::keys::time`] writes it.
pub const TODO_GATE: &str = "GATE";
/// A firing that is not settled; [`ATTR_AT`] is its child.
pub const TODO_FIRE: &str = "FIRE";
/// A pipeline whose condition has to be looked at from time to time; [`ATTR_AT`] is its id.
pub const TODO_CLOCK: &str = "CLOCK";
/// Central: the version of the tables in Aurora PostgreSQL. A new one makes the deploy run its migration.
pub const RUN_LOG_VERSION: u32 = 1;
/// Central: the value of an item, JSON in a string.
pub const ATTR_JSON: &str = "json";
/// Central: one more with each write of an item.
pub const ATTR_VERSION: &str = "ver";
/// Central: how far a firing is, JSON in a string.
pub const ATTR_STATE: &str = "state";
/// Central: there, and true, while a gate holds a run of a parent.
pub const ATTR_HELD: &str = "held";
/// Central: there, and true, while a pipeline is registered.
pub const ATTR_LIVE: &str = "live";
/// Days that the run log, firings and gates that hold nothing are kept.
pub const STATE_DAYS: u64 = 400;
/// Claims, and holders in the central run log: the execution that holds the key.
pub const ATTR_EXEC_ARN: &str = "execArn";
/// Claims: the run's logical date.
pub const ATTR_LOGICAL_DATE: &str = "logicalDate";

/// Central queue: run status changes.
pub const QUEUE_RUN_EVENTS: &str = "pipesynth-run-events";
/// Central queue: Slack messages, first in first out per run.
pub const QUEUE_SLACK: &str = "pipesynth-slack.fifo";
/// Central queue: what the owners of pipelines are to be told.
pub const QUEUE_NOTICES: &str = "pipesynth-notices";
/// User-account rule on the default bus: runs that ended badly → cluster reaper.
pub const RULE_REAPER: &str = "pipesynth-cluster-reaper";
/// User-account rule: the hourly look at all clusters.
pub const RULE_CLUSTER_SWEEP: &str = "pipesynth-cluster-sweep";
/// User-account queue: runs that ended badly, for the cluster reaper.
pub const QUEUE_REAPER: &str = "pipesynth-reaper";
/// User-account dead-letter queue of rules and schedules.
pub const QUEUE_DEAD_LETTERS: &str = "pipesynth-dead-letters";

/// The dead-letter queue of a queue; first-in-first-out queues keep their ending.
pub fn dead_letter_queue(queue: &str) -> String {
    match queue.strip_suffix(".fifo") {
        Some(stem) => format!("{stem}-dlq.fifo"),
        None => format!("{queue}-dlq"),
    }
}

/// Central dead-letter queue of broadcast triggers and notices that an account's bus did not take.
pub const QUEUE_BROADCAST_DEAD_LETTERS: &str = "pipesynth-broadcast-dlq";
/// Central dead-letter queue of triggers that could not be put on a child account's bus.
pub const QUEUE_TRIGGERS_DEAD_LETTERS: &str = "pipesynth-triggers-dlq";

/// Stack of the central account.
pub const STACK_CENTRAL: &str = "pipesynth-central";
/// Stack of every user account.
pub const STACK_USER: &str = "pipesynth-user";
/// Stack of the central account's bucket with the Lambda code, one per region.
pub const STACK_ASSETS: &str = "pipesynth-assets";

/// Tag of a cluster: the pipeline that it serves, in lower case.
pub const TAG_PIPELINE: &str = "pipesynth:pipeline";
/// Tag of a cluster: the ARN of the execution that it serves.
pub const TAG_EXECUTION: &str = "pipesynth:execution";

/// Namespace of the metrics that our functions write.
pub const METRICS: &str = "pipesynth";
/// Metric of the dispatcher, by reason: children whose triggers could not be sent.
pub const METRIC_DISPATCH_FAILED: &str = "DispatchFailed";
/// Metric of the central functions, by reason: what the owners of pipelines are to be told.
pub const METRIC_ALERTS: &str = "Alerts";
/// A reason of [`METRIC_DISPATCH_FAILED`]: the child account's bus does not take the trigger; and of [`METRIC_ALERTS`]: the queue does not
/// take the notice, and nobody tries again.
pub const REASON_NOT_SENT: &str = "not sent";
/// Topic of the alarms of an account's platform. A pipeline's topic begins with [`PREFIX`], so it is no pipeline's.
pub const TOPIC_PLATFORM: &str = "platform-alerts-pipesynth";
/// Central: the archive of the bus.
pub const ARCHIVE: &str = "pipesynth-status-changes";
/// A reason of [`METRIC_CLUSTERS_FREED`]: no event told of the end of the run.
pub const REASON_SWEPT: &str = "found by the sweep";
/// Metric of the cluster reaper, by reason: clusters that outlived their run.
pub const METRIC_CLUSTERS_FREED: &str = "ClustersFreed";

/// Key prefix of pipelines' code in the artifact bucket.
pub const KEY_CODE: &str = "code/";
/// Key prefix of clusters' logs in the artifact bucket.
pub const KEY_EMR_LOGS: &str = "emr-logs/";

/// Central secret: the Slack token.
pub const SECRET_SLACK: &str = "pipesynth/slack";
/// Schedule group of all pipelines.
pub const SCHEDULE_GROUP: &str = "pipesynth";

/// Role of the rule [`RULE_EXPORT`]; the central bus policy names it.
pub const ROLE_EVENT_FORWARDER: &str = "event-forwarder";
/// Role of the registrar; the registry's resource policy names it.
pub const ROLE_REGISTRY_CLIENT: &str = "registry-client";
/// Central role of the dispatcher; the user accounts' bus policies name it.
pub const ROLE_TRIGGER_DISPATCHER: &str = "trigger-dispatcher";
/// Central role with which the rules of [`rule_export_trigger`] reach the accounts' buses; these name it.
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
/// EMR's security configuration of every cluster. EMR cannot change one, so other content needs another name.
pub const EMR_SECURITY: &str = "pipesynth-1";
/// The key of the nodes' disks.
pub const ALIAS_DISKS: &str = "alias/pipesynth-disks";
/// What a node does with that key (Amazon EMR Management Guide, "Create keys and certificates for data encryption").
pub const DISK_ACTIONS: [&str; 3] = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"];
/// How names of secrets begin that EMR's service role may read: passwords of metastores.
pub const SECRET_METASTORE: &str = "pipesynth/metastore/";
/// Role with which people and CI deploy pipelines.
pub const ROLE_DEPLOY: &str = "deploy";
/// Role with which CloudFormation makes the stacks of pipelines.
pub const ROLE_CLOUDFORMATION: &str = "cloudformation";
/// EMR's service role.
pub const ROLE_EMR_SERVICE: &str = "emr-service";
/// The permission boundary of every role that a pipeline stack makes.
pub const POLICY_BOUNDARY: &str = "boundary";

/// Name of a role, policy or instance profile under [`IAM_PATH`]: IAM is global, so the name ends in the region.
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

/// Name of a pipeline's state machine, topic and stack. `pipeline` is the lower-case name.
pub fn machine(pipeline: &str) -> String {
    format!("{PREFIX}{pipeline}")
}

/// Central rule on [`BUS`]: all triggers → the bus of an account, where they are broadcast.
pub fn rule_export_trigger(account: &str) -> String {
    format!("export-trigger-{account}")
}

/// Ending of the names of [`rule_ended`].
pub const RULE_ENDED: &str = ".ended";

/// Rule on the default bus: ends of a pipeline's runs → [`FN_NOTIFIER`]. A pipeline's name has no dot, so it is no other pipeline's.
pub fn rule_ended(pipeline: &str) -> String {
    format!("{PREFIX}{pipeline}{RULE_ENDED}")
}

/// Rule on the default bus: ends of a pipeline's runs that the notifier could not tell → the pipeline's topic.
pub fn rule_untold(pipeline: &str) -> String {
    format!("{PREFIX}{pipeline}.untold")
}

/// The state of a machine that creates the cluster: whoever enters it has its turn.
pub const STATE_CREATE_CLUSTER: &str = "Create cluster";
/// The state of a machine around all of the user's steps.
pub const STATE_STEPS: &str = "Run steps";

/// Ending of the names of [`rule_noticed`].
pub const RULE_NOTICED: &str = ".noticed";

/// Rule on the account's bus [`BUS`]: what the central account has for a pipeline's owners → [`FN_NOTIFIER`].
pub fn rule_noticed(pipeline: &str) -> String {
    format!("{PREFIX}{pipeline}{RULE_NOTICED}")
}

/// Beginning of the names of machines' log groups.
pub const LOG_GROUPS: &str = "/aws/vendedlogs/states/";

/// A machine's log group. `/aws/vendedlogs/` keeps the log resource policy from growing with every machine
/// (5,120 characters; Step Functions developer guide, "Logging").
pub fn log_group(pipeline: &str) -> String {
    format!("{LOG_GROUPS}{PREFIX}{pipeline}")
}

/// The bucket with the Lambda code, per region, in the central account.
pub fn asset_bucket(central_account: &str, region: &str) -> String {
    format!("{PREFIX}assets-{central_account}-{region}")
}

/// The bucket for pipelines' code, data and logs, per user account and region.
pub fn artifact_bucket(account: &str, region: &str) -> String {
    format!("{PREFIX}artifacts-{account}-{region}")
}

/// SSM parameter: subnets of the clusters, comma separated.
pub const PARAM_SUBNETS: &str = "/pipesynth/network/subnets";
/// SSM parameter: EMR's primary security group.
pub const PARAM_SG_PRIMARY: &str = "/pipesynth/emr/primary-security-group";
/// SSM parameter: EMR's worker security group.
pub const PARAM_SG_WORKER: &str = "/pipesynth/emr/worker-security-group";
/// SSM parameter: EMR's service-access security group.
pub const PARAM_SG_SERVICE: &str = "/pipesynth/emr/service-security-group";

/// Environment of the registrar: base URL of the registry, `https://…`, with or without a path and a closing slash.
pub const ENV_REGISTRY_URL: &str = "REGISTRY_URL";
/// Environment of the claim: table name, if it is not [`TABLE_RUNS`].
pub const ENV_RUNS_TABLE: &str = "RUNS_TABLE";
/// Environment of the dispatcher: name of the central bus, on which it puts everything; unset, each goes on its account's bus.
pub const ENV_TRIGGER_BUS: &str = "TRIGGER_BUS";
/// Environment of the central functions: ARN of the Aurora PostgreSQL cluster that keeps runs and gates; unset, they are in the table.
pub const ENV_RUN_LOG_CLUSTER: &str = "RUN_LOG_CLUSTER";
/// Environment of the central functions: ARN of the secret with that cluster's user.
pub const ENV_RUN_LOG_SECRET: &str = "RUN_LOG_SECRET";
/// Name of the database in that cluster.
pub const RUN_LOG_DATABASE: &str = "pipesynth";
/// Name of that cluster.
pub const RUN_LOG_CLUSTER: &str = "pipesynth-run-log";
/// Environment of the central functions: URL of the queue [`QUEUE_NOTICES`].
pub const ENV_NOTICES_QUEUE: &str = "NOTICES_QUEUE";
/// Environment of the central functions: table name, if it is not [`TABLE_STATE`].
pub const ENV_STATE_TABLE: &str = "STATE_TABLE";

/// Environment of the Slack caller: base URL of the central Slack API, as [`ENV_REGISTRY_URL`].
pub const ENV_SLACK_URL: &str = "SLACK_URL";
/// Environment of the Slack poster: table name, if it is not [`TABLE_SLACK`].
pub const ENV_SLACK_TABLE: &str = "SLACK_TABLE";
/// Environment of the Slack poster: URL of the dead-letter queue of [`QUEUE_SLACK`].
pub const ENV_SLACK_DEAD_LETTERS: &str = "SLACK_DEAD_LETTERS";

/// Environment of the notifier and the Slack poster in tests: a server that stands for all services outside AWS. No template sets it.
pub const ENV_CHANNELS_URL: &str = "CHANNELS_URL";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MAX_NAME;

    #[test]
    fn the_longest_pipeline_name_fits_every_name_made_of_it() {
        let longest = "a".repeat(MAX_NAME);
        // IAM role names: 64; state machine names: 80 (service references of IAM and Step Functions).
        for base in [execution_role(&longest), instance_role(&longest)] {
            assert!(iam_name(&base, "ap-southeast-1").len() <= 64);
        }
        assert!(machine(&longest).len() <= 80);
        // Rules: 64 (EventBridge API reference, `PutRule`).
        for rule in [rule_untold(&longest), rule_ended(&longest), rule_noticed(&longest)] {
            assert!(rule.len() <= 64, "{rule}");
        }
    }

    #[test]
    fn buckets_fit_the_longest_region() {
        // S3 bucket names: 63.
        assert!(artifact_bucket("111111111111", "ap-southeast-1").len() <= 63);
        assert!(asset_bucket("111111111111", "us-gov-west-1").len() <= 63);
    }

    #[test]
    fn handlers_and_dead_letter_queues_follow_their_owner() {
        assert_eq!(handler(FN_TRIGGER_MANAGER), "trigger-manager");
        assert_eq!(dead_letter_queue(QUEUE_RUN_EVENTS), "pipesynth-run-events-dlq");
        assert_eq!(dead_letter_queue(QUEUE_SLACK), "pipesynth-slack-dlq.fifo");
    }
}
