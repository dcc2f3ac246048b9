//! The Slack caller against an API that a test writes: what it posts of what the topic got.

use std::time::Duration;

use pipesynth_aws::Request;
use pipesynth_contract::slack::SlackMessage;
use serde_json::{Value, json};

use super::{ERROR_NO_MESSAGE, ERROR_NOT_TAKEN, handle};
use crate::Failure;
use crate::scripted::{SILENCE, START, Scripted, answer, settings};

const TOPIC: &str = "arn:aws:sns:eu-central-1:111111111111:pipesynth-listings";
const RUN: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1";

fn event(subject: Option<&str>, message: &str) -> Value {
    json!({"Records": [{"EventSource": "aws:sns", "Sns": {
        "TopicArn": TOPIC, "Subject": subject, "Message": message, "MessageId": "95df01b4", "Timestamp": "2026-11-23T02:00:07Z",
    }}]})
}

fn ended(status: &str) -> Value {
    json!({
        "kind": "RUN_ENDED", "v": 1, "pipeline": "111111111111/listings", "displayName": "Listings", "status": status,
        "logicalDate": "2026-11-23", "step": "aggregate", "error": "E", "cause": "<!channel>", "started": "2026-11-23T02:00:07Z",
        "ended": "2026-11-23T03:12:12Z", "seconds": 4324, "execution": RUN, "console": "https://console.example/run",
    })
}

fn serve(outside: &Scripted<'_>, payload: &Value) -> Result<Value, Failure> {
    handle(payload, START + Duration::from_secs(30), &settings(), outside)
}

/// The one message that is posted for this.
fn posted(payload: &Value) -> SlackMessage {
    let script = |_: usize, _: &Request| answer(202, "{}");
    let outside = Scripted::new(&script);
    assert_eq!(serve(&outside, payload), Ok(json!({"handedOn": 1})));
    assert_eq!(outside.calls(), ["POST https://slack.example/prod/messages"]);
    let sent = outside.sent.borrow();
    assert!(sent[0].headers.iter().any(|(name, value)| name == "authorization" && value.contains("/execute-api/")));
    serde_json::from_slice(&sent[0].body).unwrap()
}

#[test]
fn an_end_is_handed_on_in_words_with_its_run_and_its_page() {
    let message = posted(&event(Some("x"), &ended("FAILED").to_string()));
    assert_eq!((message.pipeline.as_str(), message.execution.as_deref()), ("111111111111/listings", Some(RUN)));
    assert_eq!((message.title.as_str(), message.loud), ("Listings FAILED at aggregate (2026-11-23)", true));
    assert!(message.text.contains("Cause:        <!channel>\n"), "what is markup, the poster says: {}", message.text);
    assert_eq!(message.link.as_deref(), Some("https://console.example/run"));
    assert!(!posted(&event(None, &ended("SUCCEEDED").to_string())).loud);
}

#[test]
fn messages_of_one_run_are_one_group_and_the_same_message_is_the_same() {
    let of = |message: &Value| posted(&event(None, &message.to_string()));
    let (failed, again, good) = (of(&ended("FAILED")), of(&ended("FAILED")), of(&ended("SUCCEEDED")));
    assert_eq!((&failed.group, &failed.id), (&again.group, &again.id));
    assert!(failed.group == good.group && failed.id != good.id);
    let mut other = ended("FAILED");
    other["execution"] = json!(RUN.replace(":e1", ":e2"));
    assert_ne!(of(&other).group, failed.group);
    assert!([&failed.group, &failed.id].iter().all(|d| d.len() == 32 && d.bytes().all(|b| b.is_ascii_hexdigit())));
}

#[test]
fn a_text_is_handed_on_too_and_finds_its_run() {
    let untold = format!("\"A run of pipeline Listings ended: FAILED. Its log says why. {RUN}\"");
    let message = posted(&event(None, &untold));
    assert_eq!((message.execution.as_deref(), message.loud), (Some(RUN), true));
    assert!(message.title.starts_with("A run of pipeline Listings ended: FAILED."), "{}", message.title);
    let by_hand = posted(&event(Some("Maintenance"), "at noon"));
    assert_eq!((by_hand.title.as_str(), by_hand.text.as_str(), by_hand.execution), ("Maintenance", "at noon", None));
    assert_eq!(posted(&event(None, " ")).title, "(no text)");
}

#[test]
fn a_text_that_names_another_pipelines_run_is_told_of_its_own_pipeline() {
    for other in [RUN.replace("listings", "searches"), RUN.replace("111111111111", "222222222222")] {
        let message = posted(&event(Some("Look"), &format!("why did {other} fail")));
        assert!(message.execution.is_none() && message.text.contains(&other), "{message:?}");
        assert!(message.is_of("111111111111"), "the poster would refuse it: {message:?}");
        let both = posted(&event(None, &format!("{other} failed, and so did {RUN}")));
        assert_eq!(both.execution.as_deref(), Some(RUN));
    }
}

#[test]
fn what_is_long_is_cut_to_what_the_api_takes() {
    let message = posted(&event(Some(&"ü".repeat(5_000)), &"x".repeat(200_000)));
    assert_eq!((message.title.chars().count(), message.text.chars().count()), (300, 3_500));
    let mut long = ended("FAILED");
    long["console"] = json!(format!("https://{}", "a".repeat(2_000)));
    assert_eq!(posted(&event(None, &long.to_string())).link, None);
}

#[test]
fn an_api_that_is_away_is_asked_again_and_what_it_refuses_fails_the_invocation() {
    let script = |number: usize, _: &Request| match number {
        0 => Err(SILENCE.to_owned()),
        1 => answer(503, "{}"),
        2 => answer(429, "{}"),
        _ => answer(202, "{}"),
    };
    let outside = Scripted::new(&script);
    assert_eq!(serve(&outside, &event(None, "x")), Ok(json!({"handedOn": 1})));
    for (status, tries, told) in [(400, 1, "Invalid request body"), (403, 1, "`SlackUrl`"), (500, 6, "HTTP 500")] {
        let script = |_: usize, _: &Request| answer(status, r#"{"message":"Invalid request body"}"#);
        let outside = Scripted::new(&script);
        let failure = serve(&outside, &event(None, "x")).unwrap_err();
        assert_eq!((failure.kind, outside.calls().len()), (ERROR_NOT_TAKEN, tries));
        assert!(failure.message.contains(told), "{}", failure.message);
    }
}

#[test]
fn what_no_pipelines_topic_sent_is_refused() {
    let other = |topic: &str| {
        let mut event = event(None, "x");
        event["Records"][0]["Sns"]["TopicArn"] = json!(topic);
        event
    };
    for payload in [
        json!({}),
        json!({"Records": [{"body": "x"}]}),
        other("arn:aws:sns:eu-central-1:111111111111:platform-alerts-pipesynth"),
        other("arn:aws:sns:eu-central-1:111111111111:pipesynth-"),
        other("pipesynth-listings"),
    ] {
        let script = |_: usize, _: &Request| answer(202, "{}");
        let outside = Scripted::new(&script);
        assert_eq!(serve(&outside, &payload).unwrap_err().kind, ERROR_NO_MESSAGE, "{payload}");
        assert!(outside.calls().is_empty());
    }
}
