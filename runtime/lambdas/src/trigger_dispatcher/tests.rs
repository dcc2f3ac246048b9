//! Firings in a store in memory, and buses that take them or do not → what is put, what is left, what is tried again.

use pipesynth_aws::{Answer, Request};
use pipesynth_engine::read_event;
use pipesynth_engine::store::{MemoryStore, Sending, ingest};

use super::*;
use crate::scripted::{answer, settings};
use crate::story::*;

const TAKEN: &str = r#"{"FailedEntryCount":0,"Entries":[{"EventId":"11710aed"}]}"#;

fn entry_error(code: &str) -> String {
    format!(r#"{{"FailedEntryCount":1,"Entries":[{{"ErrorCode":"{code}","ErrorMessage":"no"}}]}}"#)
}

type Bus<'a> = &'a dyn Fn(usize, &Request) -> Result<Answer, String>;

/// What one invocation came to.
struct Ran {
    answer: Result<Value, Failure>,
    /// The entries that were put, in order.
    put: Vec<Value>,
    log: Vec<Value>,
}

fn run(store: &dyn Store, payload: &Value, bus: Bus<'_>) -> Ran {
    let (outside, deadline) = outside(bus);
    let (settings, invocation) = (settings(), invocation(&outside, deadline));
    let courier = Courier::new(&settings, &outside, invocation.end);
    let answer = serve(payload, store, &courier, &invocation);
    assert!(outside.now() < deadline, "answered after the deadline");
    let body = |request: &Request| serde_json::from_slice::<Value>(&request.body).unwrap()["Entries"][0].clone();
    let put = outside.sent.borrow().iter().map(body).collect();
    let log = outside.log.borrow().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    Ran { answer, put, log }
}

fn takes(_: usize, request: &Request) -> Result<Answer, String> {
    assert_eq!(request.url, "https://events.eu-central-1.amazonaws.com/");
    let target = request.headers.iter().find(|(name, _)| name == "x-amz-target").unwrap();
    assert_eq!(target.1, "AWSEvents.PutEvents");
    answer(200, TAKEN)
}

/// Records of the stream, numbered from 100.
fn stream(keys: &[&str]) -> Value {
    let record = |(n, pk): (usize, &&str)| {
        json!({"eventName": "INSERT", "dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": "2026-11-23#0000000001"}},
            "SequenceNumber": (100 + n).to_string()}})
    };
    json!({"Records": keys.iter().enumerate().map(record).collect::<Vec<_>>()})
}

fn happens(store: &MemoryStore, event: &Value) {
    let run = read_event(event, NOW, |_| "UTC".parse().unwrap()).unwrap();
    ingest(store, &run).unwrap();
}

/// Both parents have run, `attempts` times.
fn fired(attempts: u32) -> MemoryStore {
    let store = registered();
    for attempt in 1..=attempts {
        for (account, name) in [(LISTINGS, "listings"), (SEARCHES, "searches")] {
            happens(&store, &event(account, name, "SUCCEEDED", attempt));
        }
    }
    store
}

const FIRE: &str = "FIRE#333333333333/pipeline-x";
const LANE: &str = "LANE#333333333333/pipeline-x";

fn is_sent(state: &Sending) -> bool {
    matches!(state, Sending::Sent { tries: 1, .. })
}

#[test]
fn a_new_firing_becomes_one_event_on_the_childs_bus() {
    let store = fired(1);
    let ran = run(&store, &stream(&[FIRE, FIRE, LANE]), &takes);
    assert_eq!(ran.answer, Ok(json!({"batchItemFailures": []})));
    assert_eq!(ran.put.len(), 1);
    let entry = &ran.put[0];
    assert_eq!((&entry["Source"], &entry["DetailType"]), (&json!("pipesynth.central"), &json!("Pipeline Trigger")));
    assert_eq!(entry["EventBusName"], "arn:aws:events:eu-central-1:333333333333:event-bus/data-pipeline");
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    assert_eq!(
        detail["target"],
        json!({"account": "333333333333", "region": "eu-central-1", "pipeline": "pipeline-x"})
    );
    assert_eq!(detail["input"]["logicalDate"], "2026-11-23");
    let parents: Vec<_> = detail["parents"].as_object().unwrap().keys().collect();
    assert_eq!(parents, ["111111111111/listings", "222222222222/searches"]);
    assert!(sending(&store).iter().all(is_sent));
    // The stream brings the same again, and what this dispatch itself wrote.
    assert_eq!(run(&store, &stream(&[FIRE, LANE]), &takes).put.len(), 0);
}

#[test]
fn the_managers_call_sends_what_the_named_pipelines_have() {
    let store = fired(1);
    let call = |child: &str| run(&store, &json!({"children": [child]}), &takes);
    let other = call("222222222222/searches");
    assert_eq!((other.answer, other.put.len()), (Ok(json!({"children": 1, "left": 0})), 0));
    assert_eq!(call("333333333333/pipeline-x").put.len(), 1);
    assert!(sending(&store).iter().all(is_sent));
    let away = fired(1);
    let refuses = |_: usize, _: &Request| answer(200, &entry_error("AccessDeniedException"));
    let left = run(&away, &json!({"children": ["333333333333/pipeline-x"]}), &refuses).answer;
    assert_eq!(left, Ok(json!({"children": 1, "left": 1})), "it is the sweep's");
}

#[test]
fn where_triggers_are_broadcast_they_go_on_the_bus_of_the_own_account() {
    let store = fired(1);
    let (outside, deadline) = outside(&takes);
    let settings = crate::scripted::settings_with(&[("TRIGGER_BUS", "data-pipeline")]);
    let invocation = invocation(&outside, deadline);
    let courier = Courier::new(&settings, &outside, invocation.end);
    serve(&json!({"sweep": true}), &store, &courier, &invocation).unwrap();
    let sent = outside.sent.borrow();
    let put: Value = serde_json::from_slice(&sent[0].body).unwrap();
    assert_eq!((sent.len(), &put["Entries"][0]["EventBusName"]), (1, &json!("data-pipeline")));
}

#[test]
fn the_end_of_a_run_lets_the_next_firing_out_at_once() {
    // Each parent ran again, and each repeat fires: three firings, and `concurrency: queue`.
    let store = fired(2);
    let first = run(&store, &stream(&[FIRE, FIRE]), &takes).put;
    assert_eq!((first.len(), sending(&store).len()), (1, 3));
    let detail: Value = serde_json::from_str(first[0]["Detail"].as_str().unwrap()).unwrap();
    for status in ["RUNNING", "SUCCEEDED"] {
        let event = event_of(PIPELINE_X, "pipeline-x", status, "x1", &detail["input"], NOW - 1000);
        happens(&store, &event);
        let put = run(&store, &stream(&[LANE]), &takes).put.len();
        assert_eq!(put, usize::from(status == "SUCCEEDED"), "{status}");
    }
}

#[test]
fn an_account_that_does_not_take_its_trigger_stops_nobody() {
    let store = fired(1);
    let refuses = |_: usize, _: &Request| answer(200, &entry_error("AccessDeniedException"));
    let ran = run(&store, &stream(&[FIRE]), &refuses);
    assert_eq!((ran.answer, ran.put.len()), (Ok(json!({"batchItemFailures": []})), 1));
    assert_eq!(sending(&store), [Sending::Admitted]);
    let line = ran.log.iter().find(|line| line["level"] == "ERROR").expect("it is told");
    let why = line["why"].as_str().unwrap();
    assert!(why.contains("333333333333:event-bus/data-pipeline") && why.contains("AccessDeniedException: no"), "{why}");
    assert_eq!((&line["DispatchFailed"], &line["pipeline"]), (&json!(1), &json!("333333333333/pipeline-x")));
    // The next minute.
    let ran = run(&store, &json!({"sweep": true}), &takes);
    assert_eq!((ran.answer, ran.put.len()), (Ok(json!({"children": 1})), 1));
    assert!(sending(&store).iter().all(is_sent));
}

#[test]
fn a_throttled_entry_is_put_again() {
    let store = fired(1);
    let busy = |n: usize, _: &Request| match n {
        0 => answer(200, &entry_error("ThrottlingException")),
        1 => answer(503, ""),
        2 => answer(400, r#"{"__type":"ThrottlingException"}"#),
        _ => answer(200, TAKEN),
    };
    let ran = run(&store, &stream(&[FIRE]), &busy);
    assert_eq!((ran.answer, ran.put.len()), (Ok(json!({"batchItemFailures": []})), 4));
    assert!(sending(&store).iter().all(is_sent));
}

#[test]
fn a_sweep_goes_on_after_a_child_that_fails_and_says_so() {
    let store = fired(1);
    let mut other = registration(
        "444444444444",
        "y",
        &after(&json!({"account": LISTINGS, "name": "listings", "status": ["SUCCEEDED"]})),
    );
    other["concurrency"] = json!("allow");
    pipesynth_engine::registry::register(&store, &serde_json::from_value(other).unwrap(), NOW - 4_000_000).unwrap();
    happens(&store, &event(LISTINGS, "listings", "SUCCEEDED", 2));
    let one_refuses = |_: usize, request: &Request| {
        let refused = String::from_utf8_lossy(&request.body).contains(":333333333333:event-bus");
        answer(200, &if refused { entry_error("ResourceNotFoundException") } else { TAKEN.to_owned() })
    };
    let ran = run(&store, &json!({"sweep": true}), &one_refuses);
    assert_eq!(ran.put.len(), 2);
    let failure = ran.answer.unwrap_err();
    assert_eq!(failure.kind, ERROR_UNFINISHED);
    assert_eq!(failure.message, "left for the next minute: `333333333333/pipeline-x`");
}

#[test]
fn the_stream_goes_back_to_the_first_record_of_what_the_store_did_not_take() {
    let (outside, deadline) = outside(&down);
    let records =
        stream(&["FIRE#333333333333/pipeline-x", "FIRE#333333333333/pipeline-x", "GATE#333333333333/pipeline-x"]);
    let answer = handle(&records, deadline, &settings(), &outside).unwrap();
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "100"}]}));
    let failure = handle(&json!({"sweep": true}), deadline, &settings(), &outside).unwrap_err();
    assert_eq!(failure.kind, ERROR_UNFINISHED);
}

#[test]
fn an_item_that_cannot_be_read_does_not_hold_up_the_stream() {
    let garbled =
        |_: usize, _: &Request| answer(200, r#"{"Items":[{"pk":{"S":"OUT#333333333333/pipeline-x"},"sk":{"S":"?"}}]}"#);
    let (outside, deadline) = outside(&garbled);
    let answer = handle(&stream(&[FIRE]), deadline, &settings(), &outside).unwrap();
    assert_eq!(answer, json!({"batchItemFailures": []}));
    assert!(
        outside.log.borrow().iter().any(|line| line.contains("\"DispatchFailed\":1")),
        "{:?}",
        outside.log.borrow()
    );
}

#[test]
fn without_time_nothing_is_sent() {
    let (store, (outside, deadline)) = (fired(1), outside(&nobody));
    outside.sleep(LIMIT - Duration::from_secs(2));
    let (settings, invocation) = (settings(), invocation(&outside, deadline));
    let courier = Courier::new(&settings, &outside, invocation.end);
    let answer = serve(&stream(&[FIRE]), &store, &courier, &invocation).unwrap();
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "100"}]}));
    assert_eq!(sending(&store), [Sending::Pending]);
}

#[test]
fn a_payload_without_work_is_an_error() {
    for payload in [json!({}), json!({"sweep": false}), json!({"sweep": "true"})] {
        assert_eq!(run(&registered(), &payload, &nobody).answer.unwrap_err().kind, ERROR_NO_WORK);
    }
}

#[test]
fn partitions_follow_the_region() {
    for (region, partition) in [("eu-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")] {
        let wanted = format!("arn:{partition}:events:{region}:1:event-bus/data-pipeline");
        assert_eq!(sink::bus(region, "1"), wanted);
    }
}

fn notice(pipeline: &str) -> Value {
    json!({
        "pipeline": pipeline, "id": "i", "what": "DEADLINE_MISSED", "logicalDate": "2026-11-23", "text": "late", "at": "2026-11-23T06:00:00Z",
    })
}

#[test]
fn a_notice_goes_to_the_bus_of_its_pipelines_account() {
    let store = registered();
    let ran = run(&store, &batch(&[notice("333333333333/pipeline-x").to_string()]), &takes);
    assert_eq!(ran.answer, Ok(json!({"batchItemFailures": []})));
    let entry = &ran.put[0];
    assert_eq!((&entry["Source"], &entry["DetailType"]), (&json!("pipesynth.central"), &json!("Pipeline Alert")));
    assert_eq!(entry["EventBusName"], "arn:aws:events:eu-central-1:333333333333:event-bus/data-pipeline");
    let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    let wanted = json!({
        "v": 1, "id": "i", "target": {"account": "333333333333", "region": "eu-central-1", "pipeline": "pipeline-x"},
        "what": "DEADLINE_MISSED", "logicalDate": "2026-11-23", "text": "late", "at": "2026-11-23T06:00:00Z",
    });
    assert_eq!(detail, wanted);
}

#[test]
fn a_notice_that_cannot_be_put_comes_again_alone_and_a_deleted_pipeline_has_no_owners() {
    let store = registered();
    let bodies = ["333333333333/pipeline-x", "333333333333/gone"].map(|id| notice(id).to_string());
    let bodies = [&bodies[..], &["no json".to_owned()]].concat();
    let refuses = |_: usize, _: &Request| answer(200, &entry_error("AccessDeniedException"));
    let ran = run(&store, &batch(&bodies), &refuses);
    assert_eq!(ran.answer, Ok(json!({"batchItemFailures": [{"itemIdentifier": "m0"}, {"itemIdentifier": "m2"}]})));
    assert_eq!(ran.put.len(), 1);
    assert!(ran.log.iter().any(|line| line["message"].to_string().contains("nobody to tell")), "{:?}", ran.log);
}
