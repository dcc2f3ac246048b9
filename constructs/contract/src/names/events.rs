//! Buses, rules and the words of events.

use super::PREFIX;

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
/// User-account rule on the default bus: runs that ended badly → cluster reaper.
pub const RULE_REAPER: &str = "pipesynth-cluster-reaper";
/// User-account rule: the hourly look at all clusters.
pub const RULE_CLUSTER_SWEEP: &str = "pipesynth-cluster-sweep";
/// Central: the archive of the bus.
pub const ARCHIVE: &str = "pipesynth-status-changes";
/// Schedule group of all pipelines.
pub const SCHEDULE_GROUP: &str = "pipesynth";

/// Central rule on [`BUS`]: all triggers → the bus of an account, where they are broadcast.
pub fn rule_export_trigger(account: &str) -> String {
    format!("export-trigger-{account}")
}

/// Ending of the names of [`rule_ended`].
pub const RULE_ENDED: &str = ".ended";

/// Rule on the default bus: ends of a pipeline's runs → [`FN_NOTIFIER`](super::FN_NOTIFIER). A pipeline's name has no dot, so it is no other pipeline's.
pub fn rule_ended(pipeline: &str) -> String {
    format!("{PREFIX}{pipeline}{RULE_ENDED}")
}

/// Rule on the default bus: ends of a pipeline's runs that the notifier could not tell → the pipeline's topic.
pub fn rule_untold(pipeline: &str) -> String {
    format!("{PREFIX}{pipeline}.untold")
}

/// Ending of the names of [`rule_noticed`].
pub const RULE_NOTICED: &str = ".noticed";

/// Rule on the account's bus [`BUS`]: what the central account has for a pipeline's owners → [`FN_NOTIFIER`](super::FN_NOTIFIER).
pub fn rule_noticed(pipeline: &str) -> String {
    format!("{PREFIX}{pipeline}{RULE_NOTICED}")
}
