//! The claim handler against a table on loopback that evaluates the condition → who holds a run key.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::function::Function;
use crate::server::{Received, Reply, Server, reply};
use crate::sigv4;

const LIMIT: Duration = Duration::from_secs(20);

/// A DynamoDB that knows `PutItem` with conditions of `attribute_not_exists(x)`, `x = :v` and `OR`.
fn table() -> Server {
    let items = Mutex::new(BTreeMap::<[String; 3], Value>::new());
    Server::start(move |request| put_item(request, &mut items.lock().unwrap()))
}

fn put_item(request: &Received, items: &mut BTreeMap<[String; 3], Value>) -> Reply {
    sigv4::check(request, "dynamodb");
    assert_eq!(request.header("x-amz-target"), Some("DynamoDB_20120810.PutItem"));
    assert_eq!(request.header("content-type"), Some("application/x-amz-json-1.0"));
    let put = request.json();
    let text = |value: &Value| value["S"].as_str().unwrap().to_owned();
    let key = [put["TableName"].as_str().unwrap().to_owned(), text(&put["Item"]["pk"]), text(&put["Item"]["sk"])];
    let old = items.get(&key).cloned().unwrap_or_default();
    let holds = put["ConditionExpression"].as_str().unwrap().split(" OR ").any(|term| match term.split_once(" = ") {
        Some((name, value)) => !old[name].is_null() && old[name] == put["ExpressionAttributeValues"][value],
        None => {
            let name = term.strip_prefix("attribute_not_exists(").and_then(|t| t.strip_suffix(')'));
            old[name.expect("a known condition")].is_null()
        }
    });
    if holds {
        items.insert(key, put["Item"].clone());
        return reply(200, "{}");
    }
    let mut error = json!({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", "message": "The conditional request failed"});
    if put["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD" {
        error["Item"] = old;
    }
    reply(400, error.to_string())
}

fn request(execution: &str) -> Value {
    json!({
        "input": {"runKey": "schedule/2026-11-22T23:30:00Z#1", "logicalDate": "2026-11-22T23:30:00Z", "trigger": {"type": "SCHEDULE"}},
        "execution": {"id": execution, "name": "name", "startTime": "2026-11-23T00:00:07.1Z"},
        "pipeline": "listings", "timezone": "Europe/Berlin"
    })
}

fn start(table: &Server) -> Function {
    Function::start("claim", &[("AWS_ENDPOINT_URL_DYNAMODB", &table.url(""))])
}

#[test]
fn a_run_key_has_one_holder_who_may_ask_again() {
    let table = table();
    let function = start(&table);
    let mine = json!({"claimed": true, "turn": "go", "runKey": "schedule/2026-11-22T23:30:00Z#1", "logicalDate": "2026-11-23", "attempt": 1, "params": {},
        "resumeFrom": null});
    assert_eq!(function.invoke(&request("arn:a"), LIMIT).unwrap(), mine);
    assert_eq!(function.invoke(&request("arn:a"), LIMIT).unwrap(), mine);
    let theirs = function.invoke(&request("arn:b"), LIMIT).unwrap();
    assert_eq!((&theirs["claimed"], &theirs["heldBy"]), (&json!(false), &json!("arn:a")));
    assert_eq!(table.received().len(), 3);
}

#[test]
fn of_executions_that_ask_at_once_one_may_run() {
    let table = table();
    let functions = [start(&table), start(&table), start(&table)];
    for round in 0..4 {
        for (number, function) in functions.iter().enumerate() {
            function.send(&request(&format!("arn:{round}-{number}")), LIMIT);
        }
    }
    let mut claimed = 0;
    for function in &functions {
        for _ in 0..4 {
            claimed += usize::from(function.result().unwrap()["claimed"] == true);
        }
    }
    assert_eq!(claimed, 1);
}

#[test]
fn a_throttled_table_is_asked_again_with_a_new_signature() {
    let tries = Arc::new(Mutex::new(0));
    let count = tries.clone();
    let table = Server::start(move |request| {
        sigv4::check(request, "dynamodb");
        *count.lock().unwrap() += 1;
        match *count.lock().unwrap() {
            1 => reply(400, r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}"#),
            2 => reply(503, ""),
            _ => reply(200, "{}"),
        }
    });
    assert_eq!(start(&table).invoke(&request("arn:a"), LIMIT).unwrap()["claimed"], true);
    assert_eq!(*tries.lock().unwrap(), 3);
}

#[test]
fn the_machine_can_tell_a_bad_input_from_a_table_that_is_away() {
    let table = table();
    let mut bad = request("arn:a");
    bad["input"]["logicalDate"] = json!("yesterday");
    let error = start(&table).invoke(&bad, LIMIT).unwrap_err();
    assert_eq!(error["errorType"], "InvalidRunInput");
    assert!(error["errorMessage"].as_str().unwrap().contains("`yesterday`"), "{error}");
    assert!(table.received().is_empty());

    let away = Function::start("claim", &[("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")]);
    assert_eq!(away.invoke(&request("arn:a"), LIMIT).unwrap_err()["errorType"], "ClaimUnavailable");
}
