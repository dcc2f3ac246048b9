//! Events of Step Functions, good and bad, → occurrences and refusals.

use serde_json::json;

use super::*;

/// 2026-11-23T03:10:00Z.
const STOP: u64 = 1_795_403_400_000;

/// As Step Functions sends it, with changes at JSON pointers; `null` removes.
fn event(changes: &[(&str, Value)]) -> Value {
    let mut event = json!({
        "version": "0", "id": "315c1398-40ff-a850-213b-158f73e60175", "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change", "account": "111111111111", "time": "2026-11-23T03:10:01Z",
        "region": "eu-central-1", "resources": ["arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1"],
        "detail": {
            "executionArn": "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1",
            "stateMachineArn": "arn:aws:states:eu-central-1:111111111111:stateMachine:pipesynth-listings",
            "name": "e1", "status": "SUCCEEDED", "startDate": STOP - 600_000, "stopDate": STOP,
            "input": "{\"runKey\":\"schedule/2026-11-23T03:00:00Z#1\",\"logicalDate\":\"2026-11-23T03:00:00Z\"}",
            "inputDetails": {"included": true}, "output": "{}", "outputDetails": {"included": true}
        }
    });
    for (place, value) in changes {
        let (parent, name) = place.rsplit_once('/').unwrap();
        let map = event.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
        if value.is_null() {
            map.remove(name)
        } else {
            map.insert(name.to_owned(), value.clone())
        };
    }
    event
}

fn read(changes: &[(&str, Value)]) -> Result<Occurrence, Refused> {
    read_event(&event(changes), STOP + 1000, |_| "America/Los_Angeles".parse().unwrap())
}

#[test]
fn a_scheduled_run_is_read_with_its_key_date_and_instant() {
    let run = read(&[]).unwrap();
    assert_eq!((run.parent.to_string().as_str(), run.at, run.started), ("111111111111/listings", STOP, STOP - 600_000));
    assert_eq!(run.run_key.to_string(), "schedule/2026-11-23T03:00:00Z#1");
    assert_eq!((run.date.to_string().as_str(), run.instant), ("2026-11-22", Some(1_795_402_800_000)));
    assert!(!run.skipped && !run.backfill && run.rerun_of.is_none());
}

#[test]
fn running_counts_from_its_start() {
    let run = read(&[
        ("/detail/status", json!("RUNNING")),
        ("/detail/stopDate", json!(null)),
        ("/detail/output", json!(null)),
    ]);
    let run = run.unwrap();
    assert_eq!((run.status, run.at), (Status::Running, STOP - 600_000));
}

#[test]
fn a_triggered_run_hands_on_what_led_to_it() {
    let input = json!({"runKey": "dep/3f9c#2", "logicalDate": "2026-11-20", "rerunOf": "arn:e0",
        "trigger": {"type": "BACKFILL", "chain": ["111111111111/root"], "instant": "2026-11-20T05:00:00Z"}});
    let run = read(&[("/detail/input", json!(input.to_string()))]).unwrap();
    assert_eq!((run.run_key.attempt(), run.date.to_string().as_str()), (2, "2026-11-20"));
    assert_eq!((run.chain.len(), run.backfill, run.rerun_of.as_deref()), (1, true, Some("arn:e0")));
    assert_eq!(run.instant, Some(1_795_150_800_000));
}

#[test]
fn a_run_that_found_its_key_taken_says_so() {
    assert!(read(&[("/detail/output", json!("{\"skipped\":true}"))]).unwrap().skipped);
    assert!(!read(&[("/detail/output", json!("{\"skipped\":\"true\"}"))]).unwrap().skipped);
    for (output, given_up) in [
        ("{\"skipped\":true}", false),
        ("{\"skipped\":true,\"claimed\":false}", false),
        ("{\"skipped\":true,\"claimed\":true}", true),
        ("{\"claimed\":true}", false),
    ] {
        assert_eq!(read(&[("/detail/output", json!(output))]).unwrap().given_up, given_up, "{output}");
    }
}

#[test]
fn input_that_is_not_ours_is_a_start_by_hand() {
    for input in ["{\"country\":\"de\"}", "[1]", "no json", "\"text\""] {
        let run = read(&[("/detail/input", json!(input))]).unwrap();
        assert_eq!(run.run_key.to_string(), "manual/e1#1", "{input}");
        assert_eq!(run.date.to_string(), "2026-11-22", "that of its start, in its zone");
    }
}

#[test]
fn foreign_events_are_refused() {
    let machine = |name: &str| format!("arn:aws:states:eu-central-1:111111111111:stateMachine:{name}");
    for changes in [
        vec![("/source", json!("pipesynth.central"))],
        vec![("/detail-type", json!("Pipeline Trigger"))],
        vec![("/account", json!("999999999999"))],
        vec![("/detail/stateMachineArn", json!(machine("pipesynth-other")))],
        vec![("/detail/stateMachineArn", json!("pipesynth-listings"))],
        vec![(
            "/detail/executionArn",
            json!("arn:aws:states:eu-central-1:222222222222:execution:pipesynth-listings:e1"),
        )],
        vec![
            ("/detail/stateMachineArn", json!(machine("theirs"))),
            ("/detail/executionArn", json!("arn:aws:states:eu-central-1:111111111111:execution:theirs:e1")),
        ],
    ] {
        assert!(matches!(read(&changes), Err(Refused::Foreign(_))), "{changes:?}: {:?}", read(&changes));
    }
}

#[test]
fn malformed_events_are_refused_and_say_where() {
    for (place, value, why) in [
        ("/detail", json!(null), "detail"),
        ("/detail/startDate", json!("yesterday"), "yesterday"),
        ("/detail/startDate", json!(-1), "-1"),
        ("/detail/stopDate", json!(null), "stopDate"),
        ("/detail/stopDate", json!(1), "before `startDate`"),
        ("/detail/status", json!("DONE"), "DONE"),
        ("/detail/input", json!("{\"runKey\":\"cron/x\"}"), "`schedule`, `dep` or `manual`"),
        ("/detail/input", json!("{\"logicalDate\":\"soon\"}"), "soon"),
    ] {
        let refused = read(&[(place, value.clone())]).unwrap_err();
        assert!(
            matches!(refused, Refused::Malformed(_)) && refused.to_string().contains(why),
            "{place} {value}: {refused}"
        );
    }
    assert!(read_event(&json!([]), STOP, |_| unreachable!()).is_err());
}

#[test]
fn events_from_the_future_replays_and_cut_ones_are_refused() {
    let future = [("/detail/stopDate", json!(STOP + MAX_AHEAD + 1001))];
    assert!(matches!(read(&future), Err(Refused::Future(_))));
    assert!(read(&[("/detail/stopDate", json!(STOP + MAX_AHEAD + 1000))]).is_ok());
    assert!(matches!(read(&[("/detail/startDate", json!(u64::MAX))]), Err(Refused::Malformed(_))));
    assert!(matches!(read(&[("/replay-name", json!("r"))]), Err(Refused::Replayed(_))));
    assert!(matches!(read(&[("/detail/status", json!("PENDING_REDRIVE"))]), Err(Refused::OtherStatus(_))));
    for part in ["/detail/inputDetails", "/detail/outputDetails"] {
        assert_eq!(read(&[(part, json!({"included": false}))]), Err(Refused::TooLarge), "{part}");
    }
}
