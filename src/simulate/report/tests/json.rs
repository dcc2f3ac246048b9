//! The document for programs: its shape is a promise, described in docs/simulate-json.md.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::fixture::record;
use crate::simulate::report;

/// Every path of the document with the type that stands there; positions in arrays are `[]`.
fn shape(value: &Value, path: &str, out: &mut BTreeSet<String>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(all) => return all.iter().for_each(|one| shape(one, &format!("{path}[]"), out)),
        Value::Object(all) => {
            return all.iter().for_each(|(key, one)| {
                shape(one, &format!("{path}{}{key}", if path.is_empty() { "" } else { "." }), out)
            });
        }
    };
    out.insert(format!("{path}: {kind}"));
}

#[test]
fn the_shape_is_held() {
    let mut found = BTreeSet::new();
    shape(&report::json(&record()), "", &mut found);
    insta::assert_snapshot!(found.into_iter().collect::<Vec<_>>().join("\n"), @"
    expectations[].faults[]: string
    expectations[].label: string
    expectations[].met: boolean
    from: string
    log[].alert: boolean
    log[].at: string
    log[].chain[]: string
    log[].date: string
    log[].effect: string
    log[].execution: string
    log[].firingId: string
    log[].key: string
    log[].kind: string
    log[].leaf.parent: string
    log[].leaf.status[]: string
    log[].matching: boolean
    log[].pipeline: null
    log[].pipeline: string
    log[].run: null
    log[].run: number
    log[].targets[]: string
    log[].text: string
    log[].why: string
    met: boolean
    pipelines[].concurrency: string
    pipelines[].id: string
    pipelines[].name: string
    pipelines[].timezone: string
    runs[].attempt: number
    runs[].cause.at: string
    runs[].cause.decided: string
    runs[].cause.firingId: string
    runs[].cause.kind: string
    runs[].cause.of: number
    runs[].cause.parents[].asBefore: boolean
    runs[].cause.parents[].run: number
    runs[].cause.reason: string
    runs[].ended: null
    runs[].ended: string
    runs[].execution: string
    runs[].id: number
    runs[].logicalDate: string
    runs[].pipeline: string
    runs[].reason: null
    runs[].reason: string
    runs[].runKey: string
    runs[].skipped: boolean
    runs[].started: string
    runs[].status: string
    runs[].workedFrom: null
    runs[].workedFrom: string
    totals.alerts: number
    totals.byStatus.ABORTED: number
    totals.byStatus.FAILED: number
    totals.byStatus.RUNNING: number
    totals.byStatus.SKIPPED: number
    totals.byStatus.SUCCEEDED: number
    totals.byStatus.TIMED_OUT: number
    totals.decisions: number
    totals.events: number
    totals.runs: number
    until: string
    version: number
    waiting[].holds[].pipeline: string
    waiting[].holds[].status: null
    waiting[].holds[].status: string
    waiting[].key: string
    waiting[].missing[].pipeline: string
    waiting[].missing[].status[]: string
    waiting[].pipeline: string
    ");
}

#[test]
fn every_member_is_in_the_documentation() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/simulate-json.md")).unwrap();
    let mut found = BTreeSet::new();
    shape(&report::json(&record()), "", &mut found);
    for path in found {
        let member = path.split(": ").next().unwrap().trim_end_matches("[]").rsplit('.').next().unwrap().to_owned();
        assert!(text.contains(&format!("`{member}`")), "{path}");
    }
}

#[test]
fn runs_are_named_by_their_place_and_pipelines_by_their_identity() {
    let document = report::json(&record());
    let runs = document["runs"].as_array().unwrap();
    assert!(runs.iter().enumerate().all(|(at, run)| run["id"] == at));
    assert_eq!(
        runs[5],
        json!({
            "id": 5, "pipeline": "111111111111/report", "execution": "execution-1-1795422660000",
            "runKey": "dep/00000000000000000001795422660000#1", "attempt": 1, "logicalDate": "2026-11-23",
            "started": "2026-11-23T08:31:00Z",
            "workedFrom": "2026-11-23T08:31:00Z", "ended": "2026-11-23T09:15:00Z", "status": "SUCCEEDED", "skipped": false,
            "reason": null,
            "cause": {
                "kind": "condition", "reason": "rerun", "firingId": format!("{:032x}", 1_795_422_600_000_u64),
                "decided": "2026-11-23T08:30:00Z",
                "parents": [{ "run": 4, "asBefore": false }, { "run": 2, "asBefore": true }],
            },
        })
    );
    assert_eq!(runs[14]["ended"], Value::Null);
    assert_eq!(document["met"], false);
    assert_eq!(document["totals"]["byStatus"]["SKIPPED"], 1);
}

#[test]
fn what_the_engine_told_stands_beside_its_name() {
    let document = report::json(&record());
    let log = document["log"].as_array().unwrap();
    let expired = log.iter().find(|entry| entry["effect"] == "expired" && entry["alert"] == true).unwrap();
    assert_eq!(
        *expired,
        json!({
            "at": "2026-11-24T08:08:00Z", "pipeline": "333333333333/dashboard", "run": 8, "kind": "gate", "key": "2026-11-24",
            "effect": "expired", "leaf": { "parent": "222222222222/searches", "status": ["SUCCEEDED"] },
            "execution": "execution-x", "alert": true,
        })
    );
    let alert = log.iter().find(|entry| entry["kind"] == "alert" && entry["run"] == 8).unwrap();
    assert_eq!(alert["targets"][1], "EMAIL <b>team</b>@example.com");
}
