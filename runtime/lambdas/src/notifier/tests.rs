//! Ends of runs → who is told, and what: through the handler, with answers of Step Functions and SNS written here.

use std::time::Duration;

use pipesynth_aws::{Answer, Request};
use serde_json::{Value, json};

use super::{ERROR_NO_RUN_END, ERROR_UNTOLD, handle};
use crate::Failure;
use crate::scripted::{SILENCE, START, Scripted, answer, settings};

const RUN: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1";

fn end(kind: &str, status: &str) -> Value {
    json!({"pipeline": "listings", "displayName": "Listings", "timezone": "Europe/Berlin", "type": kind, "execution": RUN, "status": status})
}

/// 2026-11-23T02:00:07Z to 03:12:12, of the schedule's 03:00 in Berlin.
fn run(more: &Value) -> Value {
    let mut run = json!({
        "startDate": 1_795_399_207.25, "stopDate": 1_795_403_532.0,
        "input": r#"{"runKey":"schedule/2026-11-22T23:30:00Z#1","logicalDate":"2026-11-22T23:30:00Z","params":{"country":"at"}}"#,
    });
    run.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    run
}

fn event(id: u64, before: u64, kind: &str, details: &Value) -> Value {
    let mut event = json!({"id": id, "previousEventId": before, "type": kind, "timestamp": 1.5});
    event.as_object_mut().unwrap().extend(details.as_object().unwrap().clone());
    event
}

fn entered(id: u64, before: u64, name: &str) -> Value {
    event(id, before, "TaskStateEntered", &json!({"stateEnteredEventDetails": {"name": name}}))
}

fn failed(id: u64, before: u64, error: &str, cause: &str) -> Value {
    event(id, before, "TaskFailed", &json!({"taskFailedEventDetails": {"error": error, "cause": cause}}))
}

/// What was published: the form's fields by their names.
fn published(outside: &Scripted<'_>) -> Option<Vec<(String, String)>> {
    let sent = outside.sent.borrow();
    let request = sent.iter().find(|request| request.url.starts_with("https://sns."))?;
    Some(form_urlencoded::parse(&request.body).into_owned().collect())
}

fn field(form: &[(String, String)], name: &str) -> String {
    form.iter().find(|(key, _)| key == name).unwrap_or_else(|| panic!("no `{name}`")).1.clone()
}

/// The step of the alert.
fn told_step(run: &Value, status: &str, events: &[Value]) -> Value {
    let mut events = events.to_vec();
    events.reverse();
    let script = |_: usize, request: &Request| world(request, run, &json!(events));
    let outside = Scripted::new(&script);
    serve(&outside, &end("ON_COMPLETION", status)).unwrap();
    let message: Value = serde_json::from_str(&field(&published(&outside).unwrap(), "Message")).unwrap();
    let alert: Value = serde_json::from_str(message["sqs"].as_str().unwrap()).unwrap();
    alert["step"].clone()
}

fn world(request: &Request, run: &Value, events: &Value) -> Result<Answer, String> {
    let target = request.headers.iter().find(|(name, _)| name == "x-amz-target").map(|(_, value)| value.as_str());
    match target {
        Some("AWSStepFunctions.DescribeExecution") => answer(200, &run.to_string()),
        Some("AWSStepFunctions.GetExecutionHistory") => answer(200, &json!({"events": events}).to_string()),
        Some("secretsmanager.GetSecretValue") => answer(200, r#"{"SecretString":"hush-hush"}"#),
        _ => answer(200, "<PublishResponse/>"),
    }
}

fn serve(outside: &Scripted<'_>, payload: &Value) -> Result<Value, Failure> {
    handle(payload, START + Duration::from_secs(60), &settings(), outside)
}

#[test]
fn a_failed_run_is_told_with_its_step_error_and_times() {
    let events = json!([
        failed(9, 8, "EMR.StepFailed", "exit code 1"),
        event(8, 7, "TaskStarted", &json!({})),
        event(7, 6, "TaskScheduled", &json!({})),
        entered(6, 0, "aggregate"),
    ]);
    let run = run(&json!({"error": "EMR.StepFailed", "cause": "exit code 1"}));
    let script = |_: usize, request: &Request| world(request, &run, &events);
    let outside = Scripted::new(&script);
    assert_eq!(serve(&outside, &end("ON_FAILURE", "FAILED")), Ok(json!({"told": true})));
    let form = published(&outside).unwrap();
    assert_eq!(field(&form, "TopicArn"), "arn:aws:sns:eu-central-1:111111111111:pipesynth-listings");
    assert_eq!(field(&form, "Subject"), "Listings FAILED at aggregate (2026-11-23)");
    let message: Value = serde_json::from_str(&field(&form, "Message")).unwrap();
    let console = format!(
        "https://eu-central-1.console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/{RUN}"
    );
    let text = "Pipeline:     Listings (account 111111111111)\nStatus:       FAILED\nLogical date: 2026-11-23\n\
                Failed at:    aggregate\nError:        EMR.StepFailed\nCause:        exit code 1\n\
                Started:      2026-11-23T02:00:07Z\nEnded:        2026-11-23T03:12:12Z\nDuration:     1 h 12 min 4 s\n";
    assert_eq!(message["default"], format!("{text}Run:          {console}\n"));
    let alert: Value = serde_json::from_str(message["lambda"].as_str().unwrap()).unwrap();
    let wanted = json!({
        "kind": "RUN_ENDED", "v": 1, "pipeline": "111111111111/listings", "displayName": "Listings", "status": "FAILED", "logicalDate": "2026-11-23",
        "step": "aggregate", "error": "EMR.StepFailed", "cause": "exit code 1", "started": "2026-11-23T02:00:07Z",
        "ended": "2026-11-23T03:12:12Z", "seconds": 4324, "execution": RUN, "console": console,
    });
    assert_eq!(alert, wanted);
    assert!(message["sqs"] == message["lambda"] && message["https"] == message["lambda"]);
    assert_eq!(field(&form, "MessageAttributes.entry.2.Value.StringValue"), "FAILED");
}

#[test]
fn who_is_told_follows_the_type_and_a_skipped_run_tells_nobody() {
    let all = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
    for (kind, wanted) in [("ON_FAILURE", &all[1..]), ("ON_COMPLETION", &all[..]), ("FULL_EXECUTION", &all[..])] {
        for status in all {
            let script = |_: usize, request: &Request| world(request, &run(&json!({"output": "{}"})), &json!([]));
            let outside = Scripted::new(&script);
            assert_eq!(serve(&outside, &end(kind, status)), Ok(json!({"told": wanted.contains(&status)})));
            assert_eq!(published(&outside).is_some(), wanted.contains(&status), "{kind} {status}");
        }
        let skipped = run(&json!({"output": r#"{"skipped":true,"claimed":false}"#}));
        let script = |_: usize, request: &Request| world(request, &skipped, &json!([]));
        let outside = Scripted::new(&script);
        assert_eq!(serve(&outside, &end(kind, "SUCCEEDED")), Ok(json!({"told": false})));
        assert_eq!(published(&outside), None);
    }
}

#[test]
fn the_step_is_the_one_whose_error_the_run_ended_with() {
    let run = run(&json!({"error": "E", "cause": "second"}));
    let clean = [entered(7, 6, "Terminate cluster"), failed(8, 7, "EMR.Gone", "x")];
    let beside = [entered(1, 0, "a"), failed(2, 1, "E", "first"), entered(3, 0, "b"), failed(4, 3, "E", "second")];
    assert_eq!(told_step(&run, "FAILED", &[&beside[..], &clean].concat()), "b");
    // Tried again with success: not what failed.
    let again = [
        entered(1, 0, "a"),
        failed(2, 1, "E", "second"),
        event(3, 2, "TaskScheduled", &json!({})),
        event(4, 3, "TaskSucceeded", &json!({})),
        entered(5, 4, "b"),
        event(6, 5, "TaskTimedOut", &json!({"taskTimedOutEventDetails": {"error": "States.Timeout"}})),
    ];
    assert_eq!(told_step(&run, "FAILED", &again), "b");
    // The machine's own states: the first that failed, for the rest is cleaning up.
    let cluster = [entered(1, 0, "Create cluster"), failed(2, 1, "EMR.No", "capacity")];
    assert_eq!(told_step(&run, "FAILED", &[&cluster[..], &clean].concat()), "Create cluster");
    assert_eq!(told_step(&run, "FAILED", &[]), Value::Null);
}

#[test]
fn a_stopped_run_tells_where_it_was() {
    let events = [entered(1, 0, "a"), event(2, 1, "TaskSucceeded", &json!({})), entered(3, 2, "b")];
    for status in ["ABORTED", "TIMED_OUT"] {
        assert_eq!(told_step(&run(&json!({})), status, &events), "b");
    }
    assert_eq!(told_step(&run(&json!({})), "SUCCEEDED", &events), Value::Null);
}

#[test]
fn an_alert_goes_out_without_its_history_or_date() {
    let script = |_: usize, request: &Request| {
        if request.headers.iter().any(|(_, value)| value.ends_with("GetExecutionHistory")) {
            return answer(400, r#"{"__type":"AccessDeniedException"}"#);
        }
        world(
            request,
            &run(&json!({"input": "{\"logicalDate\":\"yesterday\"}", "error": "InvalidRunInput"})),
            &json!([]),
        )
    };
    let outside = Scripted::new(&script);
    assert_eq!(serve(&outside, &end("ON_FAILURE", "FAILED")), Ok(json!({"told": true})));
    assert_eq!(field(&published(&outside).unwrap(), "Subject"), "Listings FAILED");
    assert!(outside.log.borrow().iter().any(|line| line.contains("no history")));
}

#[test]
fn a_subject_is_ascii_on_one_line_and_short_enough() {
    let name = format!("{}ü\n{}", "a".repeat(40), "b".repeat(80));
    let events = json!([failed(2, 1, "E", "c"), entered(1, 0, &name)]);
    let script = |_: usize, request: &Request| world(request, &run(&json!({"error": "E", "cause": "c"})), &events);
    let outside = Scripted::new(&script);
    serve(&outside, &end("ON_FAILURE", "FAILED")).unwrap();
    let subject = field(&published(&outside).unwrap(), "Subject");
    assert!(subject.len() == 99 && subject.bytes().all(|b| (0x20..0x7f).contains(&b)), "{subject}");
}

#[test]
fn what_cannot_be_told_fails_so_that_the_second_rule_tells_it() {
    let down = |part: &'static str| {
        move |_: usize, request: &Request| {
            if request.url.contains(part) { answer(503, "") } else { world(request, &run(&json!({})), &json!([])) }
        }
    };
    for part in ["states.", "sns."] {
        let script = down(part);
        let outside = Scripted::new(&script);
        let failure = serve(&outside, &end("ON_FAILURE", "FAILED")).unwrap_err();
        assert_eq!(failure.kind, ERROR_UNTOLD, "{}", failure.message);
    }
    let silent = |_: usize, _: &Request| Err(SILENCE.to_owned());
    let outside = Scripted::new(&silent);
    assert_eq!(serve(&outside, &end("ON_FAILURE", "FAILED")).unwrap_err().kind, ERROR_UNTOLD);
    let mut foreign = end("ON_FAILURE", "FAILED");
    foreign["execution"] = json!("arn:aws:sns:eu-central-1:111111111111:pipesynth-listings");
    for payload in [json!({}), json!({"source": "aws.states"}), foreign] {
        let script = |_: usize, request: &Request| world(request, &run(&json!({})), &json!([]));
        let outside = Scripted::new(&script);
        assert_eq!(serve(&outside, &payload).unwrap_err().kind, ERROR_NO_RUN_END);
        assert!(outside.calls().is_empty());
    }
}

#[test]
fn a_service_is_told_without_the_topic_and_its_key_stands_nowhere_else() {
    let mut to_pager = end("ON_FAILURE", "FAILED");
    to_pager["to"] = json!({"channel": "PAGERDUTY", "secret": "alerts/pager"});
    for (status, kind) in [(202, None), (400, Some(ERROR_UNTOLD)), (302, Some(ERROR_UNTOLD))] {
        let script = |_: usize, request: &Request| {
            if request.url.contains("pagerduty") {
                return answer(status, r#"{"message":"bad routing key hush-hush"}"#);
            }
            world(request, &run(&json!({})), &json!([]))
        };
        let outside = Scripted::new(&script);
        let served = serve(&outside, &to_pager);
        assert_eq!(served.as_ref().err().map(|failure| failure.kind), kind, "{served:?}");
        assert_eq!(published(&outside), None);
        let posts = outside.calls().iter().filter(|call| call.contains("pagerduty")).count();
        assert_eq!(posts, 1, "a refusal is not repeated here");
        assert!(!format!("{served:?}{:?}", outside.log.borrow()).contains("hush"));
    }
}

fn noticed(target: &str) -> Value {
    json!({
        "pipeline": "pipeline-x", "displayName": "pipeline-X", "status": "DEADLINE_MISSED",
        "notice": {
            "v": 1, "id": "i", "target": {"account": "333333333333", "region": "eu-central-1", "pipeline": target},
            "what": "DEADLINE_MISSED", "logicalDate": "2026-11-23", "text": "nothing came", "at": "2026-11-23T06:00:00Z",
        },
    })
}

#[test]
fn a_notice_is_told_as_it_is_and_nothing_is_read_for_it() {
    let script = |_: usize, request: &Request| {
        assert!(!request.url.contains("states."), "asked {}", request.url);
        world(request, &json!({}), &json!([]))
    };
    let outside = Scripted::new(&script);
    assert_eq!(serve(&outside, &noticed("pipeline-x")), Ok(json!({"told": true})));
    let form = published(&outside).unwrap();
    assert_eq!(field(&form, "TopicArn"), "arn:aws:sns:eu-central-1:333333333333:pipesynth-pipeline-x");
    assert_eq!(field(&form, "Subject"), "pipeline-X: deadline missed (2026-11-23)");
    let message: Value = serde_json::from_str(&field(&form, "Message")).unwrap();
    assert!(message["default"].as_str().unwrap().contains("What:         nothing came\n"), "{message}");
    let told: Value = serde_json::from_str(message["sqs"].as_str().unwrap()).unwrap();
    let wanted = json!({
        "kind": "NOTICE", "v": 1, "id": "i", "pipeline": "333333333333/pipeline-x", "displayName": "pipeline-X", "what": "DEADLINE_MISSED",
        "logicalDate": "2026-11-23", "text": "nothing came", "at": "2026-11-23T06:00:00Z",
    });
    assert_eq!(told, wanted);
    assert_eq!(field(&form, "MessageAttributes.entry.3.Value.StringValue"), "NOTICE");
}

#[test]
fn a_notice_reaches_services_by_its_own_key_and_is_about_one_pipeline() {
    let mut to_pager = noticed("pipeline-x");
    to_pager["to"] = json!({"channel": "PAGERDUTY", "secret": "alerts/pager"});
    let script = |_: usize, request: &Request| world(request, &json!({}), &json!([]));
    let outside = Scripted::new(&script);
    assert_eq!(serve(&outside, &to_pager), Ok(json!({"told": true})));
    let sent = outside.sent.borrow();
    let body: Value = serde_json::from_slice(&sent.last().unwrap().body).unwrap();
    assert_eq!((&body["dedup_key"], &body["payload"]["severity"]), (&json!("i"), &json!("error")));
    let other = Scripted::new(&script);
    assert_eq!(serve(&other, &noticed("listings")).unwrap_err().kind, ERROR_NO_RUN_END);
    assert!(other.calls().is_empty());
}
