//! Environment variables of the functions.

/// Environment of the registrar: base URL of the registry, `https://…`, with or without a path and a closing slash.
pub const ENV_REGISTRY_URL: &str = "REGISTRY_URL";
/// Environment of the claim: table name, if it is not [`TABLE_RUNS`](super::TABLE_RUNS).
pub const ENV_RUNS_TABLE: &str = "RUNS_TABLE";
/// Environment of the dispatcher: name of the central bus, on which it puts everything; unset, each goes on its account's bus.
pub const ENV_TRIGGER_BUS: &str = "TRIGGER_BUS";
/// Environment of the central functions: ARN of the Aurora PostgreSQL cluster that keeps runs and gates; unset, they are in the table.
pub const ENV_RUN_LOG_CLUSTER: &str = "RUN_LOG_CLUSTER";
/// Environment of the central functions: ARN of the secret with that cluster's user.
pub const ENV_RUN_LOG_SECRET: &str = "RUN_LOG_SECRET";
/// Environment of the central functions: URL of the queue [`QUEUE_NOTICES`](super::QUEUE_NOTICES).
pub const ENV_NOTICES_QUEUE: &str = "NOTICES_QUEUE";
/// Environment of the central functions: table name, if it is not [`TABLE_STATE`](super::TABLE_STATE).
pub const ENV_STATE_TABLE: &str = "STATE_TABLE";
/// Environment of the Slack caller: base URL of the central Slack API, as [`ENV_REGISTRY_URL`].
pub const ENV_SLACK_URL: &str = "SLACK_URL";
/// Environment of the Slack poster: table name, if it is not [`TABLE_SLACK`](super::TABLE_SLACK).
pub const ENV_SLACK_TABLE: &str = "SLACK_TABLE";
/// Environment of the Slack poster: URL of the dead-letter queue of [`QUEUE_SLACK`](super::QUEUE_SLACK).
pub const ENV_SLACK_DEAD_LETTERS: &str = "SLACK_DEAD_LETTERS";
/// Environment of the notifier and the Slack poster in tests: a server that stands for all services outside AWS. No template sets it.
pub const ENV_CHANNELS_URL: &str = "CHANNELS_URL";
