//! Requests of CloudFormation, and databases that behave and misbehave → what is asked and what is answered.

use std::cell::RefCell;

use pipesynth_aws::{Answer, Request};

use super::*;
use crate::scripted::{Scripted, answer, run_log_settings, settings};

const ANSWER_AT: &str = "https://cloudformation.example/answer";

fn request(kind: &str) -> Value {
    json!({
        "RequestType": kind, "ResponseURL": ANSWER_AT, "RequestId": "r", "LogicalResourceId": "RunLogSchemaTables",
        "StackId": "arn:aws:cloudformation:eu-central-1:999999999999:stack/pipesynth-central/0",
        "ResourceProperties": {"Version": "1"},
    })
}

/// The answer to CloudFormation, and the statements that were run before it.
fn served(kind: &str, settings: &Settings, database: &dyn Fn(&str) -> Result<Answer, String>) -> (Value, Vec<String>) {
    let statements = RefCell::new(Vec::new());
    let script = |_: usize, request: &Request| {
        if request.url == ANSWER_AT {
            return answer(200, "");
        }
        assert_eq!(request.url, "https://rds-data.eu-central-1.amazonaws.com/Execute");
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["resourceArn"], "arn:aws:rds:eu-central-1:999999999999:cluster:pipesynth-run-log");
        let sql = body["sql"].as_str().unwrap().to_owned();
        let told = database(&sql);
        statements.borrow_mut().push(sql);
        told
    };
    let outside = Scripted::new(&script);
    let deadline = outside.now() + Duration::from_secs(300);
    handle(&request(kind), deadline, settings, &outside).unwrap();
    let sent = outside.sent.borrow();
    let told = sent.iter().find(|request| request.url == ANSWER_AT).expect("CloudFormation is told");
    (serde_json::from_slice(&told.body).unwrap(), statements.take())
}

/// A database without tables, or with those of a version.
fn at(version: u64) -> impl Fn(&str) -> Result<Answer, String> {
    move |sql| match sql.starts_with("SELECT") {
        true => answer(200, &json!({"records": [[{"longValue": version}]]}).to_string()),
        false => answer(200, r#"{"numberOfRecordsUpdated":0}"#),
    }
}

#[test]
fn create_and_update_install_what_is_missing() {
    for kind in ["Create", "Update"] {
        let (told, statements) = served(kind, &run_log_settings(), &at(0));
        assert_eq!((&told["Status"], &told["PhysicalResourceId"]), (&json!("SUCCESS"), &json!("pipesynth")), "{kind}");
        let tables = statements.iter().filter(|sql| sql.starts_with("CREATE TABLE")).count();
        assert!(tables > 5 && statements.last().unwrap().starts_with("INSERT INTO pipesynth.installed"), "{kind}");
    }
    let (told, statements) = served("Update", &run_log_settings(), &at(schema::MIGRATIONS.len() as u64));
    assert_eq!((&told["Status"], statements.len()), (&json!("SUCCESS"), 3), "all is there: {statements:?}");
}

#[test]
fn a_deletion_asks_nothing_of_the_database() {
    let (told, statements) = served("Delete", &run_log_settings(), &|sql| panic!("{sql}"));
    assert_eq!((&told["Status"], statements.len()), (&json!("SUCCESS"), 0));
}

#[test]
fn a_database_that_refuses_fails_the_deploy_with_its_words() {
    let refuses = |_: &str| answer(400, r#"{"message":"ERROR: permission denied; SQLState: 42501"}"#);
    let (told, _) = served("Create", &run_log_settings(), &refuses);
    let reason = told["Reason"].as_str().unwrap();
    assert!(told["Status"] == "FAILED" && reason.contains("permission denied"), "{told}");
    let (told, _) = served("Create", &run_log_settings(), &|_| Err("connection failed".to_owned()));
    assert!(told["Status"] == "FAILED" && told["Reason"].as_str().unwrap().contains("connection failed"), "{told}");
    let (told, _) = served("Create", &run_log_settings(), &|_| panic!("a fault of ours"));
    assert_eq!(told["Status"], "FAILED");
}

#[test]
fn settings_that_are_not_there_are_named() {
    let (told, _) = served("Create", &settings(), &|sql| panic!("{sql}"));
    assert!(told["Reason"].as_str().unwrap().contains("`RUN_LOG_CLUSTER` is not set"), "{told}");
}
