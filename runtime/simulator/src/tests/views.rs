//! The short ways of an event against the whole event.

use std::sync::Arc;

use pipesynth_contract::Status;
use pipesynth_contract::trigger::TriggerDetail;
use pipesynth_engine::{Execution, read_event};
use serde_json::{Value, json};

use super::stores::deployment;
use crate::Deployment;
use crate::wiring::bus::{Event, Leaf};
use crate::world::views::{StatusView, TriggerView};

/// All names of a value's leaves and of what is not there, with their leaves.
fn names(value: &Value, prefix: &str, found: &mut Vec<(String, Value)>) {
    for (key, value) in value.as_object().into_iter().flatten() {
        let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        names(value, &name, found);
        found.push((format!("{name}.nothing"), Value::Null));
        found.push((format!("{prefix}nothing"), Value::Null));
        found.push((name, value.clone()));
    }
}

fn agree(event: &impl Event) -> usize {
    let mut found = Vec::new();
    names(&event.value(), "", &mut found);
    let mut told = 0;
    for (name, value) in found {
        match event.leaf(&name) {
            Leaf::Text(text) => {
                assert_eq!(value, json!(text), "{name}");
                told += 1;
            }
            Leaf::Absent => assert!(name.contains("nothing"), "{name} is there"),
            Leaf::Other => {}
        }
    }
    told
}

fn status(deployment: &Deployment, status: Status) -> StatusView<'_> {
    let stopped = status.is_terminal().then_some(1_795_403_000_000);
    StatusView {
        at: 0,
        pipeline: &deployment.pipelines[0],
        execution: "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e",
        name: "e",
        status,
        started: 1_795_402_800_000,
        stopped,
        input: r#"{"runKey":"schedule/2026-11-23T03:00:00Z#1","trigger":{"type":"SCHEDULE"},"params":{"a":1}}"#,
        output: r#"{"skipped":true,"claimed":true}"#,
    }
}

#[test]
fn a_leaf_is_that_of_the_whole_event() {
    let deployment = deployment(&json!({}), None, "allow");
    for word in Status::ALL {
        assert_eq!(agree(&status(&deployment, word)), 6);
    }
    let detail: TriggerDetail = serde_json::from_value(json!({
        "v": 1, "firingId": "3f9c",
        "target": {"account": "333333333333", "region": "eu-central-1", "pipeline": "pipeline-x"},
        "parents": {"111111111111/listings": {"status": "FAILED", "execution": "arn:a", "logicalDate": "2026-11-22"}},
        "input": {"runKey": "dep/3f9c#1"}
    }))
    .unwrap();
    let detail = Arc::new(detail);
    let view = TriggerView { account: "999999999999", region: "eu-central-1", detail: &detail, at: 0 };
    assert_eq!(agree(&view), 8);
    assert_eq!(view.leaf("detail.parents.111111111111/other.status"), Leaf::Absent);
    assert_eq!(view.leaf("replay-name"), Leaf::Absent);
}

#[test]
fn the_trigger_manager_reads_the_same_with_and_without_the_envelope() {
    let deployment = deployment(&json!({}), None, "allow");
    let zone = &deployment.pipelines[0].zone;
    let now = 1_795_403_000_000;
    let first = Execution::read(&status(&deployment, Status::Running).event(), |_| zone.clone()).unwrap();
    for word in Status::ALL {
        let view = status(&deployment, word);
        let whole = read_event(&view.value(), now, |_| zone.clone()).unwrap();
        assert_eq!(first.clone().event(&view.event(), now).unwrap(), whole);
        assert_eq!(whole.skipped && whole.given_up, word == Status::Succeeded);
    }
}
