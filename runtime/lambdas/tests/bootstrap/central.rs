//! The central handlers against a DynamoDB and an EventBridge on loopback → what both get over the wire, and what is answered.

use std::sync::Mutex;
use std::time::Duration;

use pipesynth_contract::registration::Registration;
use pipesynth_engine::store::{Entry, MemoryStore, ingest};
use pipesynth_engine::{read_event, registry};
use serde_json::{Value, json};

use crate::function::Function;
use crate::server::{Received, Server, reply};
use crate::sigv4;

const LIMIT: Duration = Duration::from_secs(20);
const STOP: u64 = 1_795_410_000_000;

/// The operation of a signed request of DynamoDB, with the partition key that it is about.
fn asked(request: &Received) -> String {
    sigv4::check(request, "dynamodb");
    assert_eq!(request.header("content-type"), Some("application/x-amz-json-1.0"));
    let operation = request.header("x-amz-target").unwrap().strip_prefix("DynamoDB_20120810.").unwrap();
    let body = request.json();
    let keys = [&body["Key"]["pk"]["S"], &body["Item"]["pk"]["S"], &body["ExpressionAttributeValues"][":pk"]["S"]];
    let key = keys.iter().find_map(|key| key.as_str()).unwrap_or_default();
    format!("{operation} {key}").trim_end().to_owned()
}

/// An empty table.
fn empty() -> Server {
    Server::start(|request| {
        let answer = if asked(request).starts_with("Query") { r#"{"Items":[],"Count":0}"# } else { "{}" };
        reply(200, answer)
    })
}

fn event(name: &str) -> Value {
    let arn =
        |kind: &str, rest: &str| format!("arn:aws:states:eu-central-1:111111111111:{kind}:pipesynth-{name}{rest}");
    json!({
        "source": "aws.states", "detail-type": "Step Functions Execution Status Change", "account": "111111111111",
        "detail": {
            "executionArn": arn("execution", ":e1"), "stateMachineArn": arn("stateMachine", ""), "name": "e1", "status": "SUCCEEDED",
            "startDate": STOP - 60_000, "stopDate": STOP, "output": "{}",
            "input": r#"{"runKey":"schedule/2026-11-23T03:00:00Z#1","logicalDate":"2026-11-23T03:00:00Z"}"#,
        }
    })
}

#[test]
fn a_status_event_is_logged_by_signed_requests_and_a_broken_one_is_dropped() {
    let table = empty();
    let function = Function::start("trigger-manager", &[("AWS_ENDPOINT_URL", &table.url(""))]);
    let record = |id: &str, body: String| json!({"messageId": id, "body": body});
    let batch = json!({"Records": [record("m0", event("listings").to_string()), record("m1", "{".to_owned())]});
    assert_eq!(function.invoke(&batch, LIMIT), Ok(json!({"batchItemFailures": []})));
    let received = table.received();
    let put = received.iter().filter(|r| r.header("x-amz-target") == Some("DynamoDB_20120810.PutItem"));
    let items: Vec<Value> = put.map(|r| r.json()).collect();
    assert!(
        items
            .iter()
            .all(|put| put["TableName"] == "pipesynth-state" && put["Item"]["pk"]["S"] == "RUN#111111111111/listings")
    );
    let log: Vec<Value> =
        items.iter().filter_map(|put| serde_json::from_str(put["Item"]["json"]["S"].as_str()?).ok()).collect();
    assert_eq!(
        (log.len(), &log[0]["runKey"], &log[0]["date"]),
        (1, &json!("schedule/2026-11-23T03:00:00Z#1"), &json!("2026-11-23"))
    );
    assert!(function.log().contains("\"Reason\":\"Malformed\""), "{}", function.log());
}

#[test]
fn a_table_that_is_away_brings_the_message_again_in_time() {
    let table = Server::start(|_| reply(500, ""));
    let function = Function::start("trigger-manager", &[("AWS_ENDPOINT_URL", &table.url(""))]);
    let batch = json!({"Records": [{"messageId": "m0", "body": event("listings").to_string()}]});
    let answer = function.invoke(&batch, Duration::from_secs(6));
    assert_eq!(answer, Ok(json!({"batchItemFailures": [{"itemIdentifier": "m0"}]})));
}

/// A pipeline after `listings`, and the firing that its run made: as they stand in the table.
fn firing() -> (Value, Value) {
    let store = MemoryStore::default();
    let registration: Registration = serde_json::from_value(json!({
        "v": 1, "id": "333333333333/pipeline-x", "region": "eu-central-1", "displayName": "pipeline-X", "timezone": "UTC",
        "concurrency": "allow", "specHash": "9f2c", "stack": "arn:aws:cloudformation:eu-central-1:333333333333:stack/x/0",
        "trigger": {"executions": {"condition": {"account": "111111111111", "name": "listings", "status": ["SUCCEEDED"]},
            "correlate": "day", "within": "none", "onRerun": "refire"}},
    }))
    .unwrap();
    registry::register(&store, &registration, STOP - 1_000_000).unwrap();
    let run = read_event(&event("listings"), STOP, |_| "UTC".parse().unwrap()).unwrap();
    ingest(&store, &run).unwrap();
    let tables = store.tables();
    let entry: &Entry = tables.entries.values().next().unwrap();
    (json!(entry), json!(tables.firings.values().next().unwrap().firing))
}

#[test]
fn a_firing_is_put_on_the_childs_bus_by_a_signed_request() {
    let (entry, firing) = firing();
    let states = Mutex::new(json!({"state": "PENDING"}));
    let place = json!({"pk": {"S": "OUT#333333333333/pipeline-x"}, "sk": {"S": "2026-11-23#0000000001"}});
    let table = Server::start(move |request| {
        let mut state = states.lock().unwrap();
        let item = |value: &Value| json!({"pk": {"S": "FIRE#333333333333/pipeline-x"}, "sk": place["sk"], "json": {"S": value.to_string()}});
        let answer = match asked(request).as_str() {
            "Query OUT#333333333333/pipeline-x" => {
                let mut way = place.clone();
                way["state"] = json!({"S": state.to_string()});
                json!({"Items": [way]})
            }
            "BatchGetItem" => json!({"Responses": {"pipesynth-state": [item(&firing)]}, "UnprocessedKeys": {}}),
            "GetItem PIPE#333333333333/pipeline-x" => json!({"Item": item(&entry)}),
            "GetItem LANE#333333333333/pipeline-x" => json!({}),
            "UpdateItem OUT#333333333333/pipeline-x" => {
                let moved = request.json()["ExpressionAttributeValues"][":to"]["S"].as_str().unwrap().to_owned();
                *state = serde_json::from_str(&moved).unwrap();
                json!({})
            }
            other => panic!("asked {other}"),
        };
        reply(200, answer.to_string())
    });
    let events = Server::start(|request| {
        sigv4::check(request, "events");
        assert_eq!(request.header("content-type"), Some("application/x-amz-json-1.1"));
        reply(200, r#"{"FailedEntryCount":0,"Entries":[{"EventId":"11710aed"}]}"#)
    });
    let endpoints = [("AWS_ENDPOINT_URL_DYNAMODB", table.url("")), ("AWS_ENDPOINT_URL_EVENTS", events.url(""))];
    let endpoints = endpoints.each_ref().map(|(name, url)| (*name, url.as_str()));
    let function = Function::start("trigger-dispatcher", &endpoints);
    let record = json!({"dynamodb": {"Keys": {"pk": {"S": "FIRE#333333333333/pipeline-x"}}, "SequenceNumber": "1"}});
    assert_eq!(function.invoke(&json!({"Records": [record]}), LIMIT), Ok(json!({"batchItemFailures": []})));
    let put = events.received();
    assert_eq!((put.len(), put[0].header("x-amz-target")), (1, Some("AWSEvents.PutEvents")));
    let entry = &put[0].json()["Entries"][0];
    assert_eq!(entry["EventBusName"], "arn:aws:events:eu-central-1:333333333333:event-bus/data-pipeline");
    let last = table.received().last().unwrap().json()["ExpressionAttributeValues"][":to"]["S"].to_string();
    assert!(last.contains("SENT"), "{last}");
}

#[test]
fn a_notice_comes_from_the_queue_to_the_childs_bus_and_one_that_cannot_be_read_comes_again() {
    let (entry, _) = firing();
    let table = Server::start(move |request| {
        assert_eq!(asked(request), "GetItem PIPE#333333333333/pipeline-x");
        reply(200, json!({"Item": {"json": {"S": entry.to_string()}}}).to_string())
    });
    let events = Server::start(|request| {
        sigv4::check(request, "events");
        reply(200, r#"{"FailedEntryCount":0,"Entries":[{"EventId":"11710aed"}]}"#)
    });
    let endpoints = [("AWS_ENDPOINT_URL_DYNAMODB", table.url("")), ("AWS_ENDPOINT_URL_EVENTS", events.url(""))];
    let endpoints = endpoints.each_ref().map(|(name, url)| (*name, url.as_str()));
    let function = Function::start("trigger-dispatcher", &endpoints);
    let notice = json!({
        "pipeline": "333333333333/pipeline-x", "id": "i", "what": "IN_VAIN", "text": "no run came", "at": "2026-11-23T06:00:00Z",
    });
    let record = |id: &str, body: String| json!({"messageId": id, "body": body, "eventSource": "aws:sqs"});
    let batch = json!({"Records": [record("m0", notice.to_string()), record("m1", "{".to_owned())]});
    assert_eq!(function.invoke(&batch, LIMIT), Ok(json!({"batchItemFailures": [{"itemIdentifier": "m1"}]})));
    let entry = &events.received()[0].json()["Entries"][0];
    assert_eq!((&entry["DetailType"], &entry["Source"]), (&json!("Pipeline Alert"), &json!("pipesynth.central")));
    assert_eq!(entry["EventBusName"], "arn:aws:events:eu-central-1:333333333333:event-bus/data-pipeline");
}

/// A run of `listings` has no key for `pipeline-x`, which waits for it.
#[test]
fn what_a_decision_has_for_owners_is_put_on_the_queue() {
    let store = MemoryStore::default();
    let registration: Registration = serde_json::from_value(json!({
        "v": 1, "id": "333333333333/pipeline-x", "region": "eu-central-1", "displayName": "pipeline-X", "timezone": "UTC",
        "concurrency": "allow", "specHash": "9f2c", "stack": "arn:aws:cloudformation:eu-central-1:333333333333:stack/x/0",
        "trigger": {"executions": {"condition": {"account": "111111111111", "name": "listings", "status": ["SUCCEEDED"]},
            "correlate": "key:$.country", "within": "none", "onRerun": "refire"}},
    }))
    .unwrap();
    registry::register(&store, &registration, STOP - 1_000_000).unwrap();
    let entry = json!(store.tables().entries.values().next().unwrap());
    let table = Server::start(move |request| {
        let item = json!({"json": {"S": entry.to_string()}});
        let answer = match asked(request).as_str() {
            "Query PARENT#111111111111/listings" => {
                json!({"Items": [{"pk": {"S": "PARENT#111111111111/listings"}, "sk": {"S": "CHILD#333333333333/pipeline-x"}}]})
            }
            "BatchGetItem" => json!({"Responses": {"pipesynth-state": [
                {"pk": {"S": "PIPE#333333333333/pipeline-x"}, "sk": {"S": "META"}, "json": item["json"]}]}, "UnprocessedKeys": {}}),
            _ => json!({}),
        };
        reply(200, answer.to_string())
    });
    let sqs = Server::start(|request| {
        sigv4::check(request, "sqs");
        assert_eq!(request.header("x-amz-target"), Some("AmazonSQS.SendMessageBatch"));
        reply(200, r#"{"Successful":[{"Id":"0"}]}"#)
    });
    let queue = sqs.url("/999999999999/pipesynth-notices");
    let endpoints = [
        ("AWS_ENDPOINT_URL_DYNAMODB", table.url("")),
        ("AWS_ENDPOINT_URL_SQS", sqs.url("")),
        ("NOTICES_QUEUE", queue.clone()),
    ];
    let function =
        Function::start("trigger-manager", &endpoints.each_ref().map(|(name, value)| (*name, value.as_str())));
    let batch = json!({"Records": [{"messageId": "m0", "body": event("listings").to_string()}]});
    assert_eq!(function.invoke(&batch, LIMIT), Ok(json!({"batchItemFailures": []})));
    let sent = sqs.received()[0].json();
    assert_eq!(sent["QueueUrl"], queue);
    let owed: Value = serde_json::from_str(sent["Entries"][0]["MessageBody"].as_str().unwrap()).unwrap();
    assert_eq!((&owed["pipeline"], &owed["what"]), (&json!("333333333333/pipeline-x"), &json!("NO_KEY")));
    assert!(owed["text"].as_str().unwrap().contains("no correlation key"), "{owed}");
}

#[test]
fn the_registry_answers_as_api_gateway_wants_it() {
    let table = empty();
    let function =
        Function::start("dependency-api", &[("AWS_ENDPOINT_URL_DYNAMODB", &table.url("")), ("STATE_TABLE", "other")]);
    let request = json!({
        "resource": "/pipelines/{account}/{name}", "path": "/pipelines/111111111111/listings", "httpMethod": "GET",
        "pathParameters": {"account": "111111111111", "name": "listings"},
        "requestContext": {"accountId": "999999999999", "identity": {"accountId": "111111111111"}},
    });
    let answer = function.invoke(&request, LIMIT).unwrap();
    assert_eq!((&answer["statusCode"], &answer["headers"]["Content-Type"]), (&json!(404), &json!("application/json")));
    assert_eq!(answer["body"], r#"{"message":"there is no pipeline `111111111111/listings`"}"#);
    assert_eq!(table.received()[0].json()["TableName"], "other");
}
