//! Short words for stories: pipelines, what they wait for, and runs.

use pipesynth_contract::starts::{Executions, Trigger};
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::Occurrence;
use pipesynth_engine::store::{Change, Child, Entry, Link, Registered, Registry};
use serde_json::{Value, json};

/// `2026-11-23T00:00:00Z`.
pub const MONDAY: u64 = 1_795_392_000_000;

pub fn id(name: &str) -> PipelineId {
    PipelineId::new("111111111111", name).unwrap()
}

/// The trigger of a pipeline that waits for all of these.
pub fn all_of(parents: &[String], correlate: &str) -> Trigger {
    let leaf = |name: &String| json!({"account": "111111111111", "name": name, "status": ["SUCCEEDED"]});
    let condition: Vec<Value> = parents.iter().map(leaf).collect();
    let mut executions =
        serde_json::to_value(Executions::new(serde_json::from_value(json!({ "allOf": condition })).unwrap())).unwrap();
    executions["correlate"] = json!(correlate);
    Trigger { executions: Some(serde_json::from_value(executions).unwrap()), ..Trigger::default() }
}

/// A pipeline as its stack registers it.
pub fn pipeline(name: &str, trigger: Trigger) -> Registered {
    let mut registered = Registered::new(id(name), "eu-central-1", "Europe/Berlin", trigger);
    registered.about.display_name = name.to_owned();
    registered.about.team = Some("search".to_owned());
    registered.about.spec_hash = "0123456789abcdef".repeat(4);
    registered.about.stack = format!(
        "arn:aws:cloudformation:eu-central-1:111111111111:stack/pipesynth-{name}/51af3dc0-da77-11e4-872e-1234567db123"
    );
    // As the graph does it at the first registration.
    let spec = Child::new(registered.clone()).unwrap().spec;
    registered.standing =
        spec.map(|spec| registered.standing.after_change(None, &spec, MONDAY - 1)).unwrap_or_default();
    registered
}

/// The change that registers these for the first time, or again.
pub fn registering(registry: &dyn Registry, pipelines: Vec<Registered>) -> Change {
    let mut change =
        Change { graph: registry.graph_version().unwrap(), entries: Vec::new(), link: Vec::new(), unlink: Vec::new() };
    for mut registered in pipelines {
        registered.version = registry.entry(&registered.id).unwrap().map_or(0, |entry| entry.version) + 1;
        let child = Child::new(registered.clone()).unwrap();
        let parents = child.spec.iter().flat_map(|spec| spec.leaves()).map(|leaf| leaf.parent.clone());
        change.link.extend(parents.map(|parent| Link {
            parent,
            child: registered.id.clone(),
            version: registered.version,
        }));
        change.entries.push(Entry::live(registered));
    }
    change
}

/// Registers pipelines, many at a time.
pub fn register(registry: &dyn Registry, pipelines: Vec<Registered>) {
    for chunk in pipelines.chunks(40) {
        let change = registering(registry, chunk.to_vec());
        assert_eq!(registry.apply(&change), Ok(pipesynth_engine::store::Committed::Done));
    }
}

/// A scheduled run of a day, from 03:00 to `hour`.
pub fn run(name: &str, day: u64, hour: u64) -> Occurrence {
    const HOUR: u64 = 3_600_000;
    let start = MONDAY + (day * 24 + 3) * HOUR;
    let execution = format!("execution:pipesynth-{name}:3f1c9a52-7d0e-4b1f-9c55-{day:06}{hour:06}");
    serde_json::from_value(json!({
        "parent": id(name).to_string(),
        "runKey": format!("schedule/2026-11-{}T03:00:00Z#1", 23 + day),
        "execution": format!("arn:aws:states:eu-central-1:111111111111:{execution}"),
        "status": "SUCCEEDED",
        "at": MONDAY + (day * 24 + hour) * HOUR,
        "started": start,
        "date": format!("2026-11-{}", 23 + day),
        "instant": start,
    }))
    .unwrap()
}

/// The same run, at its start.
pub fn running(mut run: Occurrence) -> Occurrence {
    run.status = Status::Running;
    run.at = run.started;
    run
}
