//! The client against an outside that a test writes: what is sent, and what is sent again.

use std::cell::{Cell, RefCell};
use std::time::UNIX_EPOCH;

use pipesynth_stores::dynamodb::Reason;

use super::*;

struct Scripted<'a> {
    script: &'a dyn Fn(usize) -> Result<Answer, String>,
    sent: RefCell<Vec<Request>>,
    clock: Cell<SystemTime>,
    dice: Cell<u64>,
}

impl Outside for Scripted<'_> {
    fn send(&self, request: &Request, _: Duration) -> Result<Answer, String> {
        let number = self.sent.borrow().len();
        self.sent.borrow_mut().push(request.clone());
        (self.script)(number)
    }

    fn now(&self) -> SystemTime {
        self.clock.get()
    }

    fn sleep(&self, time: Duration) {
        self.clock.set(self.clock.get() + time);
    }

    fn random(&self) -> u64 {
        self.dice.set(self.dice.get() + 1);
        self.dice.get()
    }

    fn log(&self, _: &Value) {}
}

fn answer(status: u16, body: &str) -> Result<Answer, String> {
    Ok(Answer::new(status, body))
}

fn call(
    operation: &'static str,
    script: &dyn Fn(usize) -> Result<Answer, String>,
) -> (Result<Value, Failure>, Vec<Request>) {
    let settings = Settings::read(|name| match name {
        "AWS_REGION" => Some("eu-central-1".to_owned()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x".to_owned()),
        _ => None,
    });
    let (sent, clock, dice) = (RefCell::default(), Cell::new(UNIX_EPOCH), Cell::default());
    let outside = Scripted { script, sent, clock, dice };
    let end = UNIX_EPOCH + Duration::from_secs(60);
    let result = Client::new(&outside, &settings, end).call(operation, &json!({ "TableName": "t" }));
    (result, outside.sent.into_inner())
}

const CONFLICT: &str = r#"{"__type":"x#TransactionCanceledException","CancellationReasons":[{"Code":"None"},{"Code":"TransactionConflict"}]}"#;

#[test]
fn all_tries_of_a_transaction_are_the_same_write_and_two_transactions_are_not() {
    let script = |n| if n < 2 { Err("connection failed".to_owned()) } else { answer(200, "{}") };
    let (result, sent) = call("TransactWriteItems", &script);
    assert_eq!((result, sent.len()), (Ok(json!({})), 3));
    let token =
        |request: &Request| serde_json::from_slice::<Value>(&request.body).unwrap()["ClientRequestToken"].clone();
    let tokens: Vec<Value> = sent.iter().map(token).collect();
    assert!(tokens[0].as_str().unwrap().len() == 32 && tokens.iter().all(|t| *t == tokens[0]), "{tokens:?}");
    let (_, put) = call("PutItem", &|_| answer(200, "{}"));
    assert_eq!(token(&put[0]), Value::Null);
    assert!(put[0].headers.contains(&("x-amz-target".into(), "DynamoDB_20120810.PutItem".into())), "{:?}", put[0]);
}

#[test]
fn what_passes_is_tried_until_it_has_passed() {
    let (result, sent) = call("GetItem", &|n| match n {
        0 => answer(400, r#"{"__type":"com.amazon.coral.availability#ThrottlingException"}"#),
        1 => answer(503, "<html>"),
        _ => answer(200, r#"{"Item":{}}"#),
    });
    assert_eq!((result, sent.len()), (Ok(json!({"Item": {}})), 3));
    let (result, sent) = call("GetItem", &|_| answer(400, r#"{"__type":"x#ThrottlingException","message":"slow"}"#));
    let told = "HTTP 400 ThrottlingException: slow".to_owned();
    assert_eq!((result, sent.len()), (Err(Failure::Throttled(told)), 8));
}

#[test]
fn a_conflict_is_told_after_a_few_tries_and_a_condition_at_once() {
    let (result, sent) = call("TransactWriteItems", &|_| answer(400, CONFLICT));
    assert_eq!((result, sent.len()), (Err(Failure::Cancelled(vec![Reason::None, Reason::Conflict])), 4));
    let failed = CONFLICT.replace("TransactionConflict", "ConditionalCheckFailed");
    let (result, sent) = call("TransactWriteItems", &|_| answer(400, &failed));
    assert_eq!((result, sent.len()), (Err(Failure::Cancelled(vec![Reason::None, Reason::ConditionFailed])), 1));
}

#[test]
fn a_refusal_is_told_at_once_with_its_words() {
    let (result, sent) =
        call("Query", &|_| answer(400, r#"{"__type":"x#AccessDeniedException","Message":"not yours"}"#));
    let told = "HTTP 400 AccessDeniedException: not yours".to_owned();
    assert_eq!((result, sent.len()), (Err(Failure::Refused(told)), 1));
}
