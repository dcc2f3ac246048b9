//! `_HANDLER` → the function that serves the invocations.

use std::time::SystemTime;

use pipesynth_contract::names::{
    FN_CLAIM, FN_CLUSTER_REAPER, FN_NOTIFIER, FN_REGISTRAR, FN_REGISTRY_API, FN_RUN_LOG_SCHEMA, FN_SLACK_CALLER,
    FN_SLACK_POSTER, FN_TRACKER, FN_TRIGGER_DISPATCHER, FN_TRIGGER_MANAGER, handler,
};
use serde_json::Value;

use crate::{
    Failure, claim, cluster_reaper, execution_tracker, notifier, registrar, registry_api, run_log_schema, slack_caller,
    slack_poster, trigger_dispatcher, trigger_manager,
};
use pipesynth_aws::{Outside, Settings};

/// One invocation: payload, the function's deadline, settings, outside → answer.
pub type Handler = fn(&Value, SystemTime, &Settings, &dyn Outside) -> Result<Value, Failure>;

/// The error name when `_HANDLER` names none of ours.
pub const ERROR_UNKNOWN_HANDLER: &str = "UnknownHandler";

/// Function names and their handlers. The handler's name is the function's without the prefix.
pub const HANDLERS: [(&str, Handler); 11] = [
    (FN_CLAIM, claim::handle),
    (FN_CLUSTER_REAPER, cluster_reaper::handle),
    (FN_NOTIFIER, notifier::handle),
    (FN_REGISTRAR, registrar::handle),
    (FN_REGISTRY_API, registry_api::handle),
    (FN_RUN_LOG_SCHEMA, run_log_schema::handle),
    (FN_SLACK_CALLER, slack_caller::handle),
    (FN_SLACK_POSTER, slack_poster::handle),
    (FN_TRACKER, execution_tracker::handle),
    (FN_TRIGGER_DISPATCHER, trigger_dispatcher::handle),
    (FN_TRIGGER_MANAGER, trigger_manager::handle),
];

/// Finds a handler by the value of `_HANDLER`.
pub fn find(name: Option<&str>) -> Result<Handler, Failure> {
    let names = HANDLERS.map(|(function, _)| handler(function));
    let Some(name) = name else {
        let message = format!("environment variable `_HANDLER` is not set; handlers are `{}`", names.join("`, `"));
        return Err(Failure::new(ERROR_UNKNOWN_HANDLER, message));
    };
    HANDLERS.iter().find(|(function, _)| handler(function) == name).map(|(_, found)| *found).ok_or_else(|| {
        let message = format!("there is no handler `{name}`; handlers are `{}`", names.join("`, `"));
        Failure::new(ERROR_UNKNOWN_HANDLER, message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &str = "claim`, `cluster-reaper`, `notifier`, `registrar`, `dependency-api`, `run-log-schema`, `slack-caller`, `slack-poster`, `execution-tracker`, `trigger-dispatcher`, `trigger-manager";

    #[test]
    fn handlers_are_found_by_their_name_only() {
        for name in KNOWN.split("`, `") {
            assert!(find(Some(name)).is_ok(), "{name}");
        }
        for name in ["", "Registrar", "pipesynth-registrar", "bootstrap"] {
            let failure = find(Some(name)).unwrap_err();
            assert_eq!(failure.message, format!("there is no handler `{name}`; handlers are `{KNOWN}`"));
        }
        assert!(find(None).unwrap_err().message.contains("`_HANDLER` is not set"));
    }
}
