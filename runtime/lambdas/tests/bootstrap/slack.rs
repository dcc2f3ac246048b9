//! The Slack caller and the Slack poster on loopback → the signed request to the API, and the posts that Slack gets.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipesynth_contract::registration::Registration;
use pipesynth_engine::registry;
use pipesynth_engine::store::MemoryStore;
use serde_json::{Value, json};

use crate::function::Function;
use crate::server::{Received, Reply, Server, reply};
use crate::sigv4;

const LIMIT: Duration = Duration::from_secs(20);
const RUN: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1";

fn event() -> Value {
    let message = format!("\"A run of pipeline listings ended: FAILED. {RUN}\"");
    let topic = "arn:aws:sns:eu-central-1:111111111111:pipesynth-listings";
    json!({"Records": [{"Sns": {"TopicArn": topic, "Subject": null, "Message": message, "MessageId": "m"}}]})
}

#[test]
fn the_slack_caller_signs_what_it_hands_on() {
    let api = Server::start(|request| {
        sigv4::check(request, "execute-api");
        assert_eq!(request.header("content-type"), Some("application/json"));
        reply(202, r#"{"accepted":true}"#)
    });
    let function = Function::start("slack-caller", &[("SLACK_URL", &api.url("/prod"))]);
    assert_eq!(function.invoke(&event(), LIMIT), Ok(json!({"handedOn": 1})), "{}", function.log());
    let (sent, body) = (&api.received()[0], api.received()[0].json());
    assert_eq!((sent.method.as_str(), sent.path.as_str()), ("POST", "/prod/messages"));
    assert_eq!((&body["pipeline"], &body["execution"]), (&json!("111111111111/listings"), &json!(RUN)));
}

#[test]
fn a_slack_api_that_refuses_fails_the_invocation() {
    let api = Server::start(|_| reply(403, r#"{"Message":"not authorized"}"#));
    let function = Function::start("slack-caller", &[("SLACK_URL", &api.url("/prod"))]);
    let error = function.invoke(&event(), LIMIT).unwrap_err();
    assert_eq!((&error["errorType"], api.received().len()), (&json!("MessageNotTaken"), 1), "{error}");
}

/// DynamoDB with the registration of `listings`, and the threads so far.
fn dynamodb() -> Server {
    let threads: Mutex<BTreeMap<String, Value>> = Mutex::default();
    Server::start(move |request| {
        sigv4::check(request, "dynamodb");
        let body = request.json();
        let mut threads = threads.lock().unwrap();
        let item = threads.entry(body["Key"].to_string()).or_insert(Value::Null);
        match (request.header("x-amz-target").unwrap(), body["TableName"].as_str().unwrap()) {
            ("DynamoDB_20120810.GetItem", "pipesynth-state") => reply(200, registered().to_string()),
            ("DynamoDB_20120810.GetItem", "threads") => reply(200, json!({ "Item": item }).to_string()),
            ("DynamoDB_20120810.UpdateItem", "threads") => {
                let values = &body["ExpressionAttributeValues"];
                if values[":root"].is_object() {
                    *item = json!({"slackMessageId": values[":root"], "channelId": values[":channel"], "told": values[":ids"]});
                }
                reply(200, "{}")
            }
            other => panic!("asked {other:?}"),
        }
    })
}

fn registered() -> Value {
    let store = MemoryStore::default();
    let registration: Registration = serde_json::from_value(json!({
        "v": 1, "id": "111111111111/listings", "region": "eu-central-1", "displayName": "listings", "timezone": "UTC",
        "concurrency": "allow", "specHash": "9f2c", "stack": "arn:x", "trigger": {},
        "notifications": {"type": "ON_FAILURE", "slackChannels": ["alerts"]},
    }))
    .unwrap();
    registry::register(&store, &registration, 0).unwrap();
    let entry = json!(store.tables().entries.values().next().unwrap());
    json!({"Item": {"pk": {"S": "PIPE#111111111111/listings"}, "sk": {"S": "META"}, "json": {"S": entry.to_string()}}})
}

fn record(id: &str) -> Value {
    let body = json!({
        "v": 1, "pipeline": "111111111111/listings", "execution": RUN, "title": "listings & <@U1>", "group": "g", "id": id,
    });
    let caller = json!({"stringValue": "111111111111", "dataType": "String"});
    json!({"messageId": id, "body": body.to_string(), "messageAttributes": {"caller": caller}})
}

/// Slack; each answer of `first` once, before the good ones.
fn slack(first: Vec<Reply>) -> Server {
    let first = Arc::new(Mutex::new(first));
    Server::start(move |request: &Received| {
        assert_eq!(request.path, "/slack.com/api/chat.postMessage");
        assert_eq!(request.header("authorization"), Some("Bearer xoxb-hush-hush"));
        first.lock().unwrap().pop().unwrap_or_else(|| reply(200, r#"{"ok":true,"channel":"C1","ts":"1.5"}"#))
    })
}

fn start(slack: &Server, dynamodb: &Server, rest: &Server) -> Function {
    let endpoints = [
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.url("")),
        ("AWS_ENDPOINT_URL", rest.url("")),
        ("CHANNELS_URL", slack.url("")),
        ("SLACK_TABLE", "threads".to_owned()),
        ("SLACK_DEAD_LETTERS", "https://sqs/999999999999/pipesynth-slack-dlq.fifo".to_owned()),
    ];
    Function::start("slack-poster", &endpoints.each_ref().map(|(name, url)| (*name, url.as_str())))
}

/// Secrets Manager with the token, and SQS.
fn rest() -> Server {
    Server::start(|request| match request.header("x-amz-target").unwrap() {
        "secretsmanager.GetSecretValue" => {
            sigv4::check(request, "secretsmanager");
            reply(200, r#"{"SecretString":"xoxb-hush-hush"}"#)
        }
        "AmazonSQS.SendMessage" => {
            sigv4::check(request, "sqs");
            reply(200, r#"{"MessageId":"x"}"#)
        }
        other => panic!("asked {other}"),
    })
}

#[test]
fn the_poster_waits_as_slack_asks_and_tells_a_run_in_one_thread() {
    let wait =
        Reply { headers: vec![("retry-after", "2".to_owned())], ..reply(429, r#"{"ok":false,"error":"ratelimited"}"#) };
    let (slack, dynamodb, rest) = (slack(vec![wait]), dynamodb(), rest());
    let function = start(&slack, &dynamodb, &rest);
    let start = std::time::Instant::now();
    for id in ["1", "2"] {
        let answer = function.invoke(&json!({"Records": [record(id)]}), LIMIT);
        assert_eq!(answer, Ok(json!({"batchItemFailures": []})), "{}", function.log());
    }
    assert!(start.elapsed() >= Duration::from_secs(2), "{:?}", start.elapsed());
    let posts: Vec<Value> = slack.received().iter().map(Received::json).collect();
    assert_eq!(posts.len(), 3);
    assert_eq!((&posts[1]["channel"], &posts[1]["text"]), (&json!("#alerts"), &json!("*listings &amp; &lt;@U1&gt;*")));
    assert_eq!((&posts[2]["channel"], &posts[2]["thread_ts"]), (&json!("C1"), &json!("1.5")));
    assert!(!function.log().contains("hush"), "{}", function.log());
}

#[test]
fn what_slack_refuses_is_a_dead_letter_and_the_log_says_what_to_do() {
    let (slack, dynamodb, rest) =
        (slack(vec![reply(200, r#"{"ok":false,"error":"not_in_channel"}"#)]), dynamodb(), rest());
    let function = start(&slack, &dynamodb, &rest);
    let answer = function.invoke(&json!({"Records": [record("1")]}), LIMIT);
    assert_eq!(answer, Ok(json!({"batchItemFailures": []})), "{}", function.log());
    let received = rest.received();
    let dead = received.iter().find(|r| r.header("x-amz-target") == Some("AmazonSQS.SendMessage")).unwrap().json();
    assert_eq!(dead["MessageBody"], record("1")["body"]);
    assert!(function.log().contains("/invite"), "{}", function.log());
}

#[test]
fn a_slack_that_is_away_brings_the_message_again_in_time() {
    let (away, dynamodb, rest) = (Server::start(|_| reply(500, "")), dynamodb(), rest());
    let function = start(&away, &dynamodb, &rest);
    let answer = function.invoke(&json!({"Records": [record("1")]}), Duration::from_secs(6));
    assert_eq!(answer, Ok(json!({"batchItemFailures": [{"itemIdentifier": "1"}]})));
}
