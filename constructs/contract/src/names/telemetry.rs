//! Metrics and log groups.

use super::PREFIX;

/// Namespace of the metrics that our functions write.
pub const METRICS: &str = "pipesynth";
/// Metric of the dispatcher, by reason: children whose triggers could not be sent.
pub const METRIC_DISPATCH_FAILED: &str = "DispatchFailed";
/// Metric of the central functions, by reason: what the owners of pipelines are to be told.
pub const METRIC_ALERTS: &str = "Alerts";
/// A reason of [`METRIC_DISPATCH_FAILED`]: the child account's bus does not take the trigger; and of [`METRIC_ALERTS`]: the queue does not
/// take the notice, and nobody tries again.
pub const REASON_NOT_SENT: &str = "not sent";
/// A reason of [`METRIC_CLUSTERS_FREED`]: no event told of the end of the run.
pub const REASON_SWEPT: &str = "found by the sweep";
/// Metric of the cluster reaper, by reason: clusters that outlived their run.
pub const METRIC_CLUSTERS_FREED: &str = "ClustersFreed";
/// Beginning of the names of machines' log groups.
pub const LOG_GROUPS: &str = "/aws/vendedlogs/states/";

/// A machine's log group. `/aws/vendedlogs/` keeps the log resource policy from growing with every machine
/// (5,120 characters; Step Functions developer guide, "Logging").
pub fn log_group(pipeline: &str) -> String {
    format!("{LOG_GROUPS}{PREFIX}{pipeline}")
}
