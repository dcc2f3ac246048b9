//! The client against an outside that a test writes: where a statement goes, and when it goes again.

use std::cell::{Cell, RefCell};
use std::time::UNIX_EPOCH;

use serde_json::{Value, json};

use super::*;
use crate::outside::Answer;

struct Scripted<'a> {
    script: &'a dyn Fn(usize) -> Result<Answer, String>,
    sent: RefCell<Vec<Request>>,
    clock: Cell<SystemTime>,
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
        7
    }

    fn log(&self, _: &Value) {}
}

fn answer(status: u16, body: &Value) -> Result<Answer, String> {
    Ok(Answer::new(status, body.to_string()))
}

fn execute(text: &str, script: &dyn Fn(usize) -> Result<Answer, String>) -> (Result<Rows, Failure>, Vec<Request>) {
    let settings = Settings::read(|name| match name {
        "AWS_REGION" => Some("eu-central-1".to_owned()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x".to_owned()),
        _ => None,
    });
    let outside = Scripted { script, sent: RefCell::default(), clock: Cell::new(UNIX_EPOCH) };
    let database = Database { cluster: "arn:c".to_owned(), secret: "arn:s".to_owned(), name: "d".to_owned() };
    let client = Client::new(&outside, &settings, database, UNIX_EPOCH + Duration::from_secs(60));
    let result = client.execute("SELECT CAST(:a AS text)", &[("a", text.into())]);
    (result, outside.sent.into_inner())
}

#[test]
fn a_statement_goes_signed_to_the_regions_data_api() {
    let (rows, sent) = execute("x", &|_| answer(200, &json!({ "records": [[{ "stringValue": "x" }]] })));
    assert_eq!((rows, sent.len()), (Ok(vec![vec!["x".into()]]), 1));
    assert_eq!((sent[0].method, sent[0].url.as_str()), ("POST", "https://rds-data.eu-central-1.amazonaws.com/Execute"));
    let signature = sent[0].headers.iter().find(|(name, _)| name == "authorization").unwrap();
    assert!(signature.1.contains("/eu-central-1/rds-data/aws4_request"), "{signature:?}");
    let body: Value = serde_json::from_slice(&sent[0].body).unwrap();
    assert_eq!(
        (&body["resourceArn"], &body["secretArn"], &body["database"]),
        (&json!("arn:c"), &json!("arn:s"), &json!("d"))
    );
}

#[test]
fn what_may_pass_is_sent_again_and_what_the_database_says_is_not() {
    let done = json!({ "records": [[{ "booleanValue": true }]] });
    let (rows, sent) = execute("x", &|n| match n {
        0 => Err("connection failed".to_owned()),
        1 => answer(503, &json!({ "message": "slow down" })),
        _ => answer(200, &done),
    });
    assert_eq!((rows, sent.len()), (Ok(vec![vec![true.into()]]), 3));
    let duplicate = json!({ "message": "ERROR: duplicate key value; SQLState: 23505" });
    let (rows, sent) = execute("x", &|_| answer(400, &duplicate));
    assert_eq!((rows.unwrap_err().is_conflict(), sent.len()), (true, 1));
    let (rows, sent) = execute("x", &|_| answer(500, &json!({ "message": "no" })));
    assert_eq!((rows.unwrap_err().to_string().as_str(), sent.len()), ("HTTP status 500: no", 8));
}

#[test]
fn a_statement_that_is_too_large_is_not_sent() {
    let (rows, sent) = execute(&"x".repeat(5_000_000), &|_| answer(200, &json!({})));
    assert!(rows.unwrap_err().too_large && sent.is_empty());
}
