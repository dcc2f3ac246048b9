//! Tables, their attributes, and the database that may stand in their place.

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
/// Name of the database in that cluster.
pub const RUN_LOG_DATABASE: &str = "pipesynth";
/// Name of that cluster.
pub const RUN_LOG_CLUSTER: &str = "pipesynth-run-log";
