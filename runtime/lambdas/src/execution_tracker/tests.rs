//! Batches of a machine's log, as CloudWatch Logs hands them over → what is told on the pipeline's topic, and what is not.

use std::io::Write;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use pipesynth_aws::{Answer, Request};
use serde_json::{Value, json};

use super::{ERROR_NO_LOG, ERROR_UNTOLD, handle};
use crate::Failure;
use crate::scripted::{START, Scripted, answer, settings};

const RUN: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1";
/// 2026-11-23T03:00:00Z.
const BEGIN: u64 = 1_795_402_800;

/// A run's events: number, predecessor, seconds after the begin, type, details. Names and order are those that Step Functions gives.
type Row = (u64, u64, u64, &'static str, Value);

fn entered(id: u64, before: u64, at: u64, name: &str) -> Row {
    (id, before, at, "TaskStateEntered", json!({"name": name}))
}

fn of(id: u64, before: u64, at: u64, kind: &'static str) -> Row {
    (id, before, at, kind, json!({"resourceType": "elasticmapreduce", "resource": "addStep.sync"}))
}

fn failed(id: u64, before: u64, at: u64, kind: &'static str, error: &str) -> Row {
    (id, before, at, kind, json!({"resourceType": "elasticmapreduce", "error": error, "cause": "exit code 1"}))
}

fn exited(id: u64, before: u64, at: u64, name: &str) -> Row {
    (id, before, at, "TaskStateExited", json!({"name": name}))
}

/// A run whose step `load` succeeds at once, and whose step `aggregate` at its second attempt.
fn run() -> Vec<Row> {
    vec![
        (1, 0, 0, "ExecutionStarted", json!({"roleArn": "arn:role"})),
        entered(2, 0, 0, "Claim run"),
        of(3, 2, 0, "TaskScheduled"),
        exited(6, 3, 1, "Claim run"),
        entered(9, 6, 2, "Create cluster"),
        of(10, 9, 2, "TaskScheduled"),
        exited(14, 10, 300, "Create cluster"),
        (15, 14, 300, "ParallelStateEntered", json!({"name": "Run steps"})),
        entered(17, 15, 301, "load"),
        of(18, 17, 301, "TaskScheduled"),
        of(20, 18, 400, "TaskSucceeded"),
        exited(21, 20, 400, "load"),
        entered(22, 21, 400, "aggregate"),
        of(23, 22, 400, "TaskScheduled"),
        failed(25, 23, 460, "TaskFailed", "States.TaskFailed"),
        of(26, 25, 520, "TaskScheduled"),
        of(28, 26, 700, "TaskSucceeded"),
        exited(29, 28, 700, "aggregate"),
        entered(31, 29, 701, "Terminate cluster"),
        of(32, 31, 701, "TaskScheduled"),
        failed(33, 32, 702, "TaskFailed", "EMR.Gone"),
        (40, 33, 703, "ExecutionSucceeded", json!({})),
    ]
}

/// As Step Functions logs it: numbers are texts.
fn line(row: &Row, execution: &str) -> Value {
    let (id, before, at, kind, details) = row;
    let millis = (BEGIN + at) * 1000;
    let message = json!({
        "id": id.to_string(), "type": kind, "details": details, "previous_event_id": before.to_string(),
        "event_timestamp": millis.to_string(), "execution_arn": execution, "redrive_count": "0",
    });
    json!({"id": format!("3{id:055}"), "timestamp": millis, "message": message.to_string()})
}

/// As the history tells it.
fn history(rows: &[Row]) -> Value {
    let event = |row: &Row| {
        let (id, before, at, kind, details) = row;
        let key = match *kind {
            _ if kind.ends_with("StateEntered") => "stateEnteredEventDetails",
            _ if kind.ends_with("StateExited") => "stateExitedEventDetails",
            _ => "taskFailedEventDetails",
        };
        json!({"id": id, "previousEventId": before, "type": kind, "timestamp": (BEGIN + at) as f64, key: details})
    };
    json!({"events": rows.iter().rev().map(event).collect::<Vec<_>>()})
}

fn packed(batch: &Value) -> Value {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(batch.to_string().as_bytes()).unwrap();
    json!({"awslogs": {"data": STANDARD.encode(encoder.finish().unwrap())}})
}

fn batch(lines: &[Value]) -> Value {
    json!({
        "messageType": "DATA_MESSAGE", "owner": "111111111111", "logGroup": "/aws/vendedlogs/states/pipesynth-listings",
        "logStream": "states/pipesynth-listings/2026-11-23-03-00/1", "subscriptionFilters": ["Listings"], "logEvents": lines,
    })
}

struct Ran {
    answer: Result<Value, Failure>,
    /// Subjects and messages, in order.
    told: Vec<(String, Value)>,
    histories: usize,
}

fn serve(payload: &Value, rows: &[Row]) -> Ran {
    let script = |_: usize, request: &Request| world(request, rows);
    let outside = Scripted::new(&script);
    let answer = handle(payload, START + Duration::from_secs(60), &settings(), &outside);
    let sent = outside.sent.borrow();
    let told = sent.iter().filter(|request| request.url.starts_with("https://sns.")).map(|request| {
        let form: Vec<(String, String)> = form_urlencoded::parse(&request.body).into_owned().collect();
        let field = |name: &str| form.iter().find(|(key, _)| key == name).unwrap().1.clone();
        assert_eq!(field("TopicArn"), "arn:aws:sns:eu-central-1:111111111111:pipesynth-listings");
        let message: Value = serde_json::from_str(&field("Message")).unwrap();
        (field("Subject"), serde_json::from_str(message["sqs"].as_str().unwrap()).unwrap())
    });
    let told = told.collect();
    let histories = sent.iter().filter(|request| request.url.starts_with("https://states.")).count();
    Ran { answer, told, histories }
}

fn world(request: &Request, rows: &[Row]) -> Result<Answer, String> {
    match request.headers.iter().find(|(name, _)| name == "x-amz-target").map(|(_, value)| value.as_str()) {
        Some("AWSStepFunctions.GetExecutionHistory") => {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            if body["includeExecutionData"] == true { claim(&body) } else { answer(200, &history(rows).to_string()) }
        }
        Some(other) => panic!("asked {other}"),
        None => answer(200, "<PublishResponse/>"),
    }
}

/// The first events of the run, with its data.
fn claim(asked: &Value) -> Result<Answer, String> {
    assert_eq!((&asked["reverseOrder"], &asked["maxResults"]), (&Value::Null, &json!(20)));
    let payload = json!({"ExecutedVersion": "$LATEST", "Payload": {"claimed": true, "logicalDate": "2026-11-22"}, "StatusCode": 200});
    let events = json!({"events": [
        {"id": 2, "type": "TaskStateEntered", "stateEnteredEventDetails": {"name": "Claim run", "input": "{}"}},
        {"id": 5, "type": "TaskSucceeded", "taskSucceededEventDetails": {"resource": "invoke", "output": payload.to_string()}},
    ]});
    answer(200, &events.to_string())
}

fn subjects(ran: &Ran) -> Vec<&str> {
    ran.told.iter().map(|(subject, _)| subject.as_str()).collect()
}

const WANTED: [&str; 7] = [
    "Listings started (2026-11-22)",
    "Listings: load started (2026-11-22)",
    "Listings: load succeeded (2026-11-22)",
    "Listings: aggregate started (2026-11-22)",
    "Listings: aggregate FAILED at attempt 1 (2026-11-22)",
    "Listings: aggregate started at attempt 2 (2026-11-22)",
    "Listings: aggregate succeeded at attempt 2 (2026-11-22)",
];

#[test]
fn a_run_is_told_step_by_step_and_its_end_is_not() {
    let rows = run();
    let lines: Vec<Value> = rows.iter().map(|row| line(row, RUN)).collect();
    let ran = serve(&packed(&batch(&lines)), &rows);
    assert_eq!(ran.answer, Ok(json!({"told": 7})));
    assert_eq!(subjects(&ran), WANTED);
    assert_eq!(ran.histories, 2, "one reading of its begin and one of its newest events serve the batch");
    let failed = json!({
        "kind": "STEP_FAILED", "v": 1, "pipeline": "111111111111/listings", "displayName": "Listings", "logicalDate": "2026-11-22",
        "step": "aggregate", "attempt": 1, "error": "States.TaskFailed", "cause": "exit code 1", "at": "2026-11-23T03:07:40Z", "seconds": 60, "execution": RUN,
        "console": format!("https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/{RUN}"),
    });
    assert_eq!(ran.told[4].1, failed);
    assert_eq!((&ran.told[6].1["attempt"], &ran.told[6].1["seconds"]), (&json!(2), &json!(300)));
}

#[test]
fn events_that_come_one_by_one_tell_the_same() {
    let rows = run();
    let mut told = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        // The history is as long as the log.
        let ran = serve(&packed(&batch(&[line(row, RUN)])), &rows[..=at]);
        assert!(ran.answer.is_ok(), "{:?}", ran.answer);
        told.extend(ran.told.into_iter().map(|(subject, _)| subject));
    }
    assert_eq!(told, WANTED);
}

#[test]
fn a_skipped_run_and_one_that_waits_for_its_turn_tell_nothing() {
    let rows = vec![
        (1, 0, 0, "ExecutionStarted", json!({})),
        entered(2, 0, 0, "Claim run"),
        of(3, 2, 0, "TaskScheduled"),
        failed(4, 3, 1, "TaskFailed", "ClaimUnavailable"),
        of(5, 4, 3, "TaskScheduled"),
        exited(7, 5, 4, "Claim run"),
        (8, 7, 4, "WaitStateEntered", json!({"name": "Wait for turn"})),
        entered(10, 8, 64, "Claim run"),
        (13, 12, 65, "SucceedStateEntered", json!({"name": "Run skipped"})),
        (14, 13, 65, "ExecutionSucceeded", json!({})),
    ];
    let lines: Vec<Value> = rows.iter().map(|row| line(row, RUN)).collect();
    let ran = serve(&packed(&batch(&lines)), &rows);
    assert_eq!((ran.answer, ran.told), (Ok(json!({"told": 0})), vec![]));
}

#[test]
fn a_run_without_a_cluster_begins_with_its_steps() {
    let rows = vec![
        (1, 0, 0, "ExecutionStarted", json!({})),
        (5, 1, 2, "ParallelStateEntered", json!({"name": "Run steps"})),
        (6, 5, 2, "ParallelStateEntered", json!({"name": "Side by side: a, b"})),
        entered(7, 6, 3, "a"),
        failed(9, 7, 10, "TaskTimedOut", "States.Timeout"),
    ];
    let lines: Vec<Value> = rows.iter().map(|row| line(row, RUN)).collect();
    let ran = serve(&packed(&batch(&lines)), &rows);
    assert_eq!(
        subjects(&ran),
        [
            "Listings started (2026-11-22)",
            "Listings: a started (2026-11-22)",
            "Listings: a FAILED at attempt 1 (2026-11-22)"
        ]
    );
}

#[test]
fn what_the_history_does_not_hold_yet_is_tried_again_before_anything_is_told() {
    let rows = run();
    let lines: Vec<Value> = rows.iter().map(|row| line(row, RUN)).collect();
    let ran = serve(&packed(&batch(&lines)), &rows[..rows.len() - 3]);
    assert_eq!(ran.answer.unwrap_err().kind, ERROR_UNTOLD);
    assert_eq!((ran.told, ran.histories), (vec![], 5), "its begin, its newest events, and these three times more");
    // What is older than the pages that are read is told without what they would say.
    let mut late = rows.clone();
    late.retain(|row| row.0 > 24);
    let ran = serve(&packed(&batch(&[line(&rows[14], RUN), line(&rows[17], RUN)])), &late);
    assert_eq!(subjects(&ran), ["Listings: a step FAILED (2026-11-22)", "Listings: aggregate succeeded (2026-11-22)"]);
}

#[test]
fn who_asks_whether_somebody_is_there_gets_an_answer() {
    let mut control = batch(&[json!({"id": "", "timestamp": 1, "message": "CWL CONTROL MESSAGE: Checking health"})]);
    control["messageType"] = json!("CONTROL_MESSAGE");
    assert_eq!(serve(&packed(&control), &[]).answer, Ok(json!({"told": 0})));
}

#[test]
fn one_pipelines_log_speaks_for_no_other_pipeline() {
    let rows = run();
    for other in [
        RUN.replace("listings", "searches"),
        RUN.replace("111111111111", "222222222222"),
        RUN.replace("pipesynth-listings", "other"),
        "not an arn".to_owned(),
    ] {
        let ran = serve(&packed(&batch(&[line(&rows[8], &other)])), &rows);
        assert_eq!(ran.answer.unwrap_err().kind, ERROR_NO_LOG, "{other}");
        assert_eq!(ran.told, []);
    }
}

#[test]
fn what_is_no_batch_is_refused_and_a_line_that_is_no_event_left_out() {
    let garbage = [
        json!({}),
        json!({"awslogs": {"data": "%"}}),
        json!({"awslogs": {"data": STANDARD.encode("no gzip")}}),
        packed(&json!([])),
        packed(&json!({"pad": "x".repeat(17 * 1024 * 1024)})),
    ];
    for payload in garbage {
        assert_eq!(serve(&payload, &[]).answer.unwrap_err().kind, ERROR_NO_LOG);
    }
    let rows = run();
    let strange = json!({"id": "1", "timestamp": 1, "message": "hello"});
    let ran = serve(&packed(&batch(&[strange, line(&rows[8], RUN)])), &rows);
    assert_eq!(subjects(&ran), ["Listings: load started (2026-11-22)"]);
}
