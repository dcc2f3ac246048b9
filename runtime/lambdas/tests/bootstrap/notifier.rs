//! The notifier against Step Functions and SNS on loopback → the signed message on the topic, and the error where there is none.

use std::time::Duration;

use serde_json::{Value, json};

use crate::function::Function;
use crate::server::{Received, Server, reply};
use crate::sigv4;

const LIMIT: Duration = Duration::from_secs(20);
const RUN: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1";

fn end() -> Value {
    json!({"pipeline": "listings", "displayName": "listings", "timezone": "UTC", "type": "ON_FAILURE", "execution": RUN, "status": "FAILED"})
}

/// Step Functions with one run that failed in its step `aggregate`.
fn states() -> Server {
    Server::start(|request| {
        sigv4::check(request, "states");
        assert_eq!(request.json()["executionArn"], RUN);
        let answer = match request.header("x-amz-target").unwrap() {
            "AWSStepFunctions.DescribeExecution" => json!({
                "executionArn": RUN, "status": "FAILED", "startDate": 1_795_399_207.25, "stopDate": 1_795_399_267.0,
                "input": "{\"logicalDate\":\"2026-11-23\"}", "error": "E", "cause": "50 % of \"a&b\" + ü",
            }),
            "AWSStepFunctions.GetExecutionHistory" => json!({"events": [
                {"id": 2, "previousEventId": 1, "type": "TaskFailed", "timestamp": 1.5, "taskFailedEventDetails": {"error": "E"}},
                {"id": 1, "previousEventId": 0, "type": "TaskStateEntered", "timestamp": 1.0, "stateEnteredEventDetails": {"name": "aggregate"}},
            ]}),
            other => panic!("asked {other}"),
        };
        reply(200, answer.to_string())
    })
}

fn form(request: &Received) -> Vec<(String, String)> {
    sigv4::check(request, "sns");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    form_urlencoded::parse(&request.body).into_owned().collect()
}

fn start(states: &Server, sns: &Server) -> Function {
    let endpoints = [("AWS_ENDPOINT_URL_SFN", states.url("")), ("AWS_ENDPOINT_URL_SNS", sns.url(""))];
    Function::start("notifier", &endpoints.each_ref().map(|(name, url)| (*name, url.as_str())))
}

#[test]
fn a_failed_run_is_published_by_signed_requests() {
    let sns = Server::start(|_| reply(200, "<PublishResponse/>"));
    let states = states();
    assert_eq!(start(&states, &sns).invoke(&end(), LIMIT), Ok(json!({"told": true})));
    let form = form(&sns.received()[0]);
    let field = |name: &str| form.iter().find(|(key, _)| key == name).unwrap().1.as_str();
    assert_eq!(field("TopicArn"), "arn:aws:sns:eu-central-1:111111111111:pipesynth-listings");
    assert_eq!(field("Subject"), "listings FAILED at aggregate (2026-11-23)");
    let message: Value = serde_json::from_str(field("Message")).unwrap();
    assert!(message["default"].as_str().unwrap().contains("Cause:        50 % of \"a&b\" + ü\n"), "{message}");
}

#[test]
fn a_throttled_topic_is_asked_again_and_one_that_refuses_fails_the_invocation() {
    let tries = std::sync::atomic::AtomicU32::new(0);
    let sns = Server::start(move |_| match tries.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
        0 => reply(400, "<Error><Code>Throttling</Code></Error>"),
        1 => reply(200, "<PublishResponse/>"),
        _ => reply(403, "<Error><Code>AuthorizationError</Code></Error>"),
    });
    let states = states();
    let function = start(&states, &sns);
    assert_eq!(function.invoke(&end(), LIMIT), Ok(json!({"told": true})));
    assert_eq!(sns.received().len(), 2);
    let error = function.invoke(&end(), LIMIT).unwrap_err();
    assert_eq!(error["errorType"], "EndNotTold");
    assert!(error["errorMessage"].as_str().unwrap().contains("AuthorizationError"), "{error}");
    assert_eq!(sns.received().len(), 3);
}

#[test]
fn a_service_gets_the_alert_with_the_key_of_its_secret_and_no_redirect_is_followed() {
    let secrets = Server::start(|request| {
        sigv4::check(request, "secretsmanager");
        assert_eq!(request.header("x-amz-target"), Some("secretsmanager.GetSecretValue"));
        let text = match request.json()["SecretId"].as_str().unwrap() {
            "alerts/genie" => "GENIE-KEY",
            "alerts/hook" => "https://hooks.example.com/moved?key=HOOK-KEY",
            "alerts/inside" => "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
            other => panic!("asked for {other}"),
        };
        reply(200, json!({"SecretString": text}).to_string())
    });
    let world = Server::start(|request| match request.path.as_str() {
        "/api.opsgenie.com/v2/alerts" => reply(202, "{}"),
        "/hooks.example.com/moved?key=HOOK-KEY" => {
            let mut moved = reply(302, "");
            moved.headers.push(("location", "/elsewhere".to_owned()));
            moved
        }
        other => panic!("posted to {other}"),
    });
    let (states, nowhere) = (states(), Server::start(|request| panic!("{request:?}")));
    let endpoints = [
        ("AWS_ENDPOINT_URL_SFN", states.url("")),
        ("AWS_ENDPOINT_URL_SNS", nowhere.url("")),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets.url("")),
        ("CHANNELS_URL", world.url("")),
    ];
    let function = Function::start("notifier", &endpoints.each_ref().map(|(name, url)| (*name, url.as_str())));
    let to = |channel: &str, secret: &str| {
        let mut end = end();
        end["to"] = json!({"channel": channel, "secret": secret});
        end
    };
    assert_eq!(function.invoke(&to("OPSGENIE", "alerts/genie"), LIMIT), Ok(json!({"told": true})));
    let posted = &world.received()[0];
    assert_eq!(posted.header("authorization"), Some("GenieKey GENIE-KEY"));
    assert_eq!(posted.json()["message"], "listings FAILED at aggregate (2026-11-23)");
    let moved = function.invoke(&to("HTTPS", "alerts/hook"), LIMIT).unwrap_err();
    assert_eq!(moved["errorMessage"], "HTTPS was not told: HTTP 302");
    let inside = function.invoke(&to("TEAMS", "alerts/inside"), LIMIT).unwrap_err();
    assert!(inside["errorMessage"].as_str().unwrap().contains("must be `https://`"), "{inside}");
    assert_eq!(world.received().len(), 2);
    assert!(!function.log().contains("-KEY"), "{}", function.log());
}
