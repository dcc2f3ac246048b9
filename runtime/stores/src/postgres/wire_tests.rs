//! The JSON shapes of `ExecuteStatement`, as its API reference shows them.

use serde_json::{Value, json};

use super::*;

fn database() -> Database {
    Database {
        cluster: "arn:aws:rds:eu-west-1:999999999999:cluster:pipesynth".to_owned(),
        secret: "arn:aws:secretsmanager:eu-west-1:999999999999:secret:pipesynth-AbCdEf".to_owned(),
        name: "pipesynth".to_owned(),
    }
}

fn sent(parameters: &[(&str, Field)]) -> Value {
    serde_json::from_slice(&request(&database(), "SELECT :a", parameters).unwrap()).unwrap()
}

#[test]
fn a_request_names_cluster_secret_database_statement_and_each_parameter_with_one_member() {
    let body = sent(&[
        ("text", "a \"quoted\" \\ word\n".into()),
        ("long", i64::MAX.into()),
        ("bool", false.into()),
        ("none", Field::Null),
    ]);
    let wanted = json!({
        "resourceArn": "arn:aws:rds:eu-west-1:999999999999:cluster:pipesynth",
        "secretArn": "arn:aws:secretsmanager:eu-west-1:999999999999:secret:pipesynth-AbCdEf",
        "database": "pipesynth",
        "sql": "SELECT :a",
        "parameters": [
            { "name": "text", "value": { "stringValue": "a \"quoted\" \\ word\n" } },
            { "name": "long", "value": { "longValue": 9_223_372_036_854_775_807_i64 } },
            { "name": "bool", "value": { "booleanValue": false } },
            { "name": "none", "value": { "isNull": true } },
        ],
        "includeResultMetadata": false,
    });
    assert_eq!(body, wanted);
}

#[test]
fn what_the_service_would_refuse_for_its_size_is_not_sent() {
    let long = "x".repeat(MAX_REQUEST - HEADERS);
    let failure = request(&database(), "SELECT :a", &[("a", long.into())]).unwrap_err();
    assert!(failure.message.starts_with("a request has at most 4194304 bytes"), "{failure}");
    let failure = request(&database(), &"x".repeat(MAX_STATEMENT + 1), &[]).unwrap_err();
    assert_eq!(failure.message, "a statement has at most 65536 characters, this one has 65537");
    assert!(request(&database(), &"x".repeat(MAX_STATEMENT), &[]).is_ok());
}

#[test]
fn an_answer_is_read_row_by_row() {
    let body = json!({
        "generatedFields": [],
        "numberOfRecordsUpdated": 0,
        "records": [
            [{ "stringValue": "a" }, { "longValue": -7 }, { "booleanValue": true }, { "isNull": true }],
            [{ "stringValue": "" }, { "longValue": 0 }, { "booleanValue": false }, { "isNull": true }],
        ],
    });
    let rows = answer(200, None, body.to_string().as_bytes()).unwrap();
    let row = |text: &str, number: i64, yes: bool| vec![text.into(), number.into(), yes.into(), Field::Null];
    assert_eq!(rows, vec![row("a", -7, true), row("", 0, false)]);
}

#[test]
fn an_answer_of_a_statement_without_result_has_no_rows() {
    assert_eq!(answer(200, None, br#"{"generatedFields":[],"numberOfRecordsUpdated":1}"#).unwrap(), Rows::new());
}

#[test]
fn a_value_that_no_statement_asks_for_is_a_failure_and_not_a_guess() {
    for (value, name) in [
        (json!({ "doubleValue": 1.5 }), "doubleValue"),
        (json!({ "blobValue": "AA==" }), "blobValue"),
        (json!({ "arrayValue": { "longValues": [1] } }), "arrayValue"),
        (json!({ "isNull": false }), "isNull: false"),
    ] {
        let body = json!({ "records": [[value]] }).to_string();
        let failure = answer(200, None, body.as_bytes()).unwrap_err();
        assert_eq!(failure.message, format!("the Data API answered with `{name}`, which no statement asks for"));
    }
    for body in ["", "{", "[]", r#"{"records":[[{}]]}"#, r#"{"records":[[{"longValue":"1"}]]}"#] {
        let failure = answer(200, None, body.as_bytes()).unwrap_err();
        assert!(failure.message.starts_with("the answer of the Data API cannot be read: "), "{body}: {failure}");
    }
}

#[test]
fn an_error_of_the_database_keeps_its_state() {
    let message = "ERROR: duplicate key value violates unique constraint \"firing_pkey\"\n  Detail: Key (child, key, \
                   generation)=(a/b, all, 1) already exists.; SQLState: 23505";
    let body = json!({ "message": message }).to_string();
    let kind = "DatabaseErrorException:http://internal.amazon.com/coral/com.amazon.rdsdataservice/";
    let failure = answer(400, Some(kind), body.as_bytes()).unwrap_err();
    assert_eq!(failure.state.as_deref(), Some("23505"));
    assert_eq!(failure.message, format!("DatabaseErrorException: {message}"));
    assert!(failure.is_conflict());
}

#[test]
fn other_errors_are_told_in_the_services_words() {
    for (kind, body, wanted) in [
        (
            None,
            r#"{"__type":"com.amazon#StatementTimeoutException","message":"too slow"}"#,
            "StatementTimeoutException: too slow",
        ),
        (None, r#"{"code":"ForbiddenException","Message":"no"}"#, "ForbiddenException: no"),
        (Some("DatabaseResumingException"), "", "DatabaseResumingException: no message"),
        (None, "<html>", "HTTP status 503: no message"),
        (None, r#"{"message":"SQLState: 12"}"#, "HTTP status 503: SQLState: 12"),
    ] {
        let failure = answer(503, kind, body.as_bytes()).unwrap_err();
        assert_eq!((failure.message.as_str(), failure.state.as_deref(), failure.is_conflict()), (wanted, None, false));
    }
}
