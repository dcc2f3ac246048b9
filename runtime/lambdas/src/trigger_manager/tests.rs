//! Batches of the queue, good and bad → what the store holds, what comes again, what is told.

use pipesynth_engine::store::{MemoryStore, Sending, Tables};

use super::*;
use crate::scripted::settings;
use crate::story::*;

/// The ids that come again, and the log.
fn run(store: &dyn Store, bodies: &[String]) -> (Vec<Value>, Vec<Value>) {
    let (outside, deadline) = outside(&nobody);
    let answer = serve(&batch(bodies), store, &invocation(&outside, deadline), &mut BTreeSet::new()).unwrap();
    let log = outside.log.borrow().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    (answer["batchItemFailures"].as_array().unwrap().clone(), log)
}

fn tables(store: &MemoryStore) -> Tables {
    store.tables().clone()
}

fn both_parents() -> [String; 4] {
    [
        (LISTINGS, "listings", "RUNNING"),
        (SEARCHES, "searches", "RUNNING"),
        (SEARCHES, "searches", "SUCCEEDED"),
        (LISTINGS, "listings", "SUCCEEDED"),
    ]
    .map(|(account, name, status)| event(account, name, status, 1).to_string())
}

#[test]
fn a_firing_is_in_the_outbox_once_both_parents_have_run() {
    let store = registered();
    let (again, log) = run(&store, &both_parents());
    assert_eq!((again.len(), sending(&store)), (0, vec![Sending::Pending]));
    let tables = tables(&store);
    let firing = &tables.firings.values().next().unwrap().firing;
    assert_eq!(
        (firing.child.to_string().as_str(), firing.date.to_string().as_str()),
        ("333333333333/pipeline-x", "2026-11-23")
    );
    assert_eq!(tables.log.len(), 4);
    let fired: Vec<_> = log.iter().filter(|line| line["message"] == "fired").collect();
    assert_eq!(fired.len(), 1);
    assert_eq!(
        (&fired[0]["pipeline"], &fired[0]["firingId"]),
        (&json!("333333333333/pipeline-x"), &json!(firing.firing_id))
    );
}

#[test]
fn whoever_fired_or_ended_has_something_to_send() {
    let store = registered();
    let due = |bodies: &[String]| {
        let (outside, deadline) = outside(&nobody);
        let mut due = BTreeSet::new();
        serve(&batch(bodies), &store, &invocation(&outside, deadline), &mut due).unwrap();
        due.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let [started, _, searches, listings] = both_parents();
    assert_eq!(due(&[started]), [] as [&str; 0]);
    assert_eq!(due(&[searches]), ["222222222222/searches"]);
    assert_eq!(due(&[listings]), ["111111111111/listings", "333333333333/pipeline-x"]);
}

#[test]
fn events_that_come_again_change_nothing() {
    let store = registered();
    run(&store, &both_parents());
    let before = tables(&store);
    assert_eq!(run(&store, &both_parents()).0.len(), 0);
    assert!(tables(&store) == before, "a table changed");
}

#[test]
fn a_run_without_a_date_has_that_of_its_start_in_its_pipelines_zone() {
    let store = registered();
    // 2026-11-22T23:30:00Z is the 23rd in Berlin, and the 22nd for a pipeline that nobody knows.
    let stop = NOW - 23_400_000 + 50_000;
    let by_hand = |account, name| event_of(account, name, "SUCCEEDED", "e1", &json!({}), stop).to_string();
    run(&store, &[by_hand(LISTINGS, "listings"), by_hand(LISTINGS, "unknown")]);
    let dates: Vec<String> = tables(&store).log.values().map(|run| run.date.to_string()).collect();
    assert_eq!(dates, ["2026-11-23", "2026-11-22"]);
}

#[test]
fn what_can_never_be_read_is_told_counted_and_acknowledged() {
    let changed = |place: &str, value: Value| {
        let mut event = event(LISTINGS, "listings", "SUCCEEDED", 1);
        let (parent, name) = place.rsplit_once('/').unwrap();
        event.pointer_mut(parent).unwrap()[name] = value;
        event.to_string()
    };
    let cases = [
        ("ERROR", "Malformed", "no JSON".to_owned()),
        ("ERROR", "Malformed", changed("/detail/startDate", json!("yesterday"))),
        ("WARN", "Foreign", changed("/account", json!(SEARCHES))),
        (
            "WARN",
            "Foreign",
            changed("/detail/stateMachineArn", json!("arn:aws:states:eu-central-1:111111111111:stateMachine:other")),
        ),
        ("ERROR", "Future", changed("/detail/stopDate", json!(NOW + 3_600_000))),
        ("ERROR", "TooLarge", changed("/detail/inputDetails", json!({"included": false}))),
        ("INFO", "Replayed", changed("/replay-name", json!("again"))),
        ("INFO", "OtherStatus", changed("/detail/status", json!("PENDING_REDRIVE"))),
    ];
    let store = registered();
    let before = tables(&store);
    let bodies: Vec<String> = cases.iter().map(|(.., body)| body.clone()).collect();
    let (again, log) = run(&store, &bodies);
    assert!(again.is_empty() && tables(&store) == before);
    assert_eq!(log.len(), cases.len());
    for (line, (level, reason, body)) in log.iter().zip(&cases) {
        assert_eq!(
            (&line["level"], &line["Reason"], &line["EventsRefused"]),
            (&json!(level), &json!(reason), &json!(1)),
            "{body}"
        );
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "EventsRefused");
        assert!(line["messageId"].is_string() && !line["message"].as_str().unwrap().is_empty(), "{line}");
    }
}

#[test]
fn owners_are_warned_and_it_is_counted() {
    let store = registered();
    let mut hourly = child();
    hourly["trigger"]["executions"]["correlate"] = json!("hour");
    pipesynth_engine::registry::register(&store, &serde_json::from_value(hourly).unwrap(), NOW - 7_200_000).unwrap();
    let by_hand = event_of(LISTINGS, "listings", "SUCCEEDED", "e9", &json!({}), NOW - 1000);
    let (_, log) = run(&store, &[by_hand.to_string()]);
    let warning = log.iter().find(|line| line["level"] == "WARN").expect("a warning");
    assert_eq!((&warning["pipeline"], &warning["Alerts"]), (&json!("333333333333/pipeline-x"), &json!(1)));
}

#[test]
fn only_what_the_store_did_not_take_comes_again() {
    let (outside, deadline) = outside(&down);
    let bodies = ["no JSON".to_owned(), event(LISTINGS, "listings", "SUCCEEDED", 1).to_string()];
    let answer = handle(&batch(&bodies), deadline, &settings(), &outside).unwrap();
    assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "m1"}]}));
    assert!(outside.now() < deadline, "answered after the deadline");
    assert!(
        outside.calls().iter().all(|call| call.starts_with("POST https://dynamodb.eu-central-1.")),
        "{:?}",
        outside.calls()
    );
}

#[test]
fn without_time_nothing_is_begun() {
    let store = registered();
    let (outside, deadline) = outside(&nobody);
    outside.sleep(LIMIT - Duration::from_secs(2));
    let answer = serve(&batch(&both_parents()), &store, &invocation(&outside, deadline), &mut BTreeSet::new()).unwrap();
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 4);
    assert!(tables(&store).log.is_empty());
}

#[test]
fn a_payload_that_is_no_batch_is_an_error() {
    let (outside, deadline) = outside(&nobody);
    let failure = handle(&json!({"hello": 1}), deadline, &settings(), &outside).unwrap_err();
    assert_eq!(failure.kind, ERROR_NO_BATCH);
}
