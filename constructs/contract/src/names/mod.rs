//! Everything that has a fixed name, because another stack, another account or a Lambda function refers to it by that name.
//!
//! Names that hold a region or a pipeline are functions; a template passes `${AWS::Region}` for the region inside `Fn::Sub`.

mod clusters;
mod environment;
mod events;
mod queues;
mod roles;
mod state;
mod storage;
mod telemetry;

pub use clusters::*;
pub use environment::*;
pub use events::*;
pub use queues::*;
pub use roles::*;
pub use state::*;
pub use storage::*;
pub use telemetry::*;

/// Prefix of everything named by us: functions, tables, queues, machines, stacks.
pub const PREFIX: &str = "pipesynth-";
/// Path of all IAM roles, policies and instance profiles.
pub const IAM_PATH: &str = "/pipesynth/";
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

/// Stack of the central account.
pub const STACK_CENTRAL: &str = "pipesynth-central";
/// Stack of every user account.
pub const STACK_USER: &str = "pipesynth-user";
/// Stack of the central account's bucket with the Lambda code, one per region.
pub const STACK_ASSETS: &str = "pipesynth-assets";

/// Stacks, and rules on an account's default bus, that are of the form of [`machine`]: no pipeline may be called so.
pub const OWN_STACKS: [&str; 3] = [STACK_CENTRAL, STACK_USER, STACK_ASSETS];
/// See [`OWN_STACKS`].
pub const OWN_RULES: [&str; 2] = [RULE_REAPER, RULE_CLUSTER_SWEEP];

/// Name of a pipeline's state machine, topic, stack, schedule and rule. `pipeline` is the lower-case name.
pub fn machine(pipeline: &str) -> String {
    format!("{PREFIX}{pipeline}")
}

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
