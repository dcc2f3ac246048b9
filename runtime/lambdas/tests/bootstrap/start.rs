//! Good and bad ways to start the binary.

use std::time::Duration;

use serde_json::json;

use crate::function::Function;

#[test]
fn an_unknown_handler_ends_the_start_with_an_error_that_names_the_known_ones() {
    let mut function = Function::start("regitsrar", &[]);
    assert!(!function.ended().success());
    let errors = function.init_errors();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].header("lambda-runtime-function-error-type"), Some("UnknownHandler"));
    let message = "there is no handler `regitsrar`; handlers are `claim`, `cluster-reaper`, `notifier`, `registrar`, `dependency-api`, `run-log-schema`, `slack-caller`, `slack-poster`, `execution-tracker`, `trigger-dispatcher`, `trigger-manager`";
    assert_eq!(errors[0].json(), json!({"errorType": "UnknownHandler", "errorMessage": message, "stackTrace": []}));
}

#[test]
fn a_payload_that_is_no_request_fails_that_invocation_only() {
    let function = Function::start("registrar", &[]);
    for _ in 0..2 {
        let error = function.invoke(&json!({"hello": "world"}), Duration::from_secs(10)).unwrap_err();
        assert_eq!(error["errorType"], "NoCustomResourceRequest", "{error}");
    }
}
