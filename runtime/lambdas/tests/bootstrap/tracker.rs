//! The execution tracker against Step Functions and SNS on loopback → signed messages on the topic for a packed batch of a machine's log.

use std::io::Write;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::function::Function;
use crate::server::{Server, reply};
use crate::sigv4;

const LIMIT: Duration = Duration::from_secs(20);
const RUN: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1";

fn line(id: u32, before: u32, kind: &str, details: &Value) -> Value {
    let message = json!({
        "id": id.to_string(), "type": kind, "details": details, "previous_event_id": before.to_string(), "event_timestamp": "1795402800000",
        "execution_arn": RUN, "redrive_count": "0",
    });
    json!({"id": id.to_string(), "timestamp": 1_795_402_830_000_u64, "message": message.to_string()})
}

fn packed(lines: &[Value]) -> Value {
    let batch = json!({
        "messageType": "DATA_MESSAGE", "owner": "111111111111", "logGroup": "/aws/vendedlogs/states/pipesynth-listings",
        "logStream": "states/pipesynth-listings", "subscriptionFilters": ["Listings"], "logEvents": lines,
    });
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(batch.to_string().as_bytes()).unwrap();
    json!({"awslogs": {"data": STANDARD.encode(encoder.finish().unwrap())}})
}

#[test]
fn a_failed_step_is_published_by_signed_requests() {
    let states = Server::start(|request| {
        sigv4::check(request, "states");
        assert_eq!(request.header("x-amz-target"), Some("AWSStepFunctions.GetExecutionHistory"));
        let body = request.json();
        assert_eq!(body["executionArn"], RUN);
        if body["includeExecutionData"] == true {
            let claimed = json!({"Payload": {"logicalDate": "2026-11-22"}}).to_string();
            let events = json!({"events": [{"id": 5, "type": "TaskSucceeded", "taskSucceededEventDetails": {"output": claimed}}]});
            return reply(200, events.to_string());
        }
        let entered = json!({"name": "aggregate"});
        let events = json!({"events": [
            {"id": 8, "previousEventId": 7, "type": "TaskFailed", "timestamp": 1_795_402_830.0, "taskFailedEventDetails": {"error": "E"}},
            {"id": 7, "previousEventId": 6, "type": "TaskScheduled", "timestamp": 1_795_402_800.5},
            {"id": 6, "previousEventId": 0, "type": "TaskStateEntered", "timestamp": 1_795_402_800.25, "stateEnteredEventDetails": entered},
        ]});
        reply(200, events.to_string())
    });
    let sns = Server::start(|request| {
        sigv4::check(request, "sns");
        reply(200, "<PublishResponse/>")
    });
    let endpoints = [("AWS_ENDPOINT_URL_SFN", states.url("")), ("AWS_ENDPOINT_URL_SNS", sns.url(""))];
    let function = Function::start("execution-tracker", &endpoints.each_ref().map(|(name, url)| (*name, url.as_str())));
    let failed = line(8, 7, "TaskFailed", &json!({"error": "E", "cause": "50 % of \"a&b\" + ü"}));
    assert_eq!(function.invoke(&packed(&[failed]), LIMIT), Ok(json!({"told": 1})));
    let form: Vec<(String, String)> = form_urlencoded::parse(&sns.received()[0].body).into_owned().collect();
    let field = |name: &str| form.iter().find(|(key, _)| key == name).unwrap().1.as_str();
    assert_eq!(field("TopicArn"), "arn:aws:sns:eu-central-1:111111111111:pipesynth-listings");
    assert_eq!(field("Subject"), "Listings: aggregate FAILED at attempt 1 (2026-11-22)");
    let message: Value = serde_json::from_str(field("Message")).unwrap();
    assert!(message["default"].as_str().unwrap().contains("Cause:        50 % of \"a&b\" + ü\n"), "{message}");
    let told: Value = serde_json::from_str(message["lambda"].as_str().unwrap()).unwrap();
    assert_eq!((&told["kind"], &told["seconds"]), (&json!("STEP_FAILED"), &json!(29)));
}

#[test]
fn a_payload_that_is_no_log_and_a_history_that_is_away_fail_the_invocation() {
    let away = Server::start(|_| reply(503, ""));
    let function = Function::start("execution-tracker", &[("AWS_ENDPOINT_URL", &away.url(""))]);
    let error = function.invoke(&json!({"awslogs": {"data": "bm8gZ3ppcA=="}}), LIMIT).unwrap_err();
    assert_eq!(error["errorType"], "NoLogOfAMachine");
    let failed = line(8, 7, "TaskFailed", &json!({"error": "E"}));
    let error = function.invoke(&packed(&[failed]), LIMIT).unwrap_err();
    assert_eq!(error["errorType"], "StepsNotTold");
}
