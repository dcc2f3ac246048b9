//! Short words for the cases: pipelines, conditions, runs.

use std::sync::Arc;

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::registration::{NotificationKind, Notifications, Registration, VERSION};
use pipesynth_contract::starts::{Executions, Operator, Schedule, Trigger};
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::registry::register;
use pipesynth_engine::store::{Child, Committed};
use pipesynth_engine::{Firing, Gate, Occurrence, Origin, Spec, decide, firing_id};
use serde_json::{Value, json};

use crate::Whole;

/// Milliseconds of an hour.
pub const HOUR: u64 = 3_600_000;
/// `2026-11-23T00:00:00Z`.
pub const MONDAY: u64 = 1_795_392_000_000;

/// A pipeline of the account that all stories play in.
pub fn id(name: &str) -> PipelineId {
    PipelineId::new("111111111111", name).unwrap()
}

/// Short texts for conditions: `["all", "a", ["any", "b", "c"]]`; a text is a leaf on SUCCEEDED, an object stands as it is.
pub fn condition(short: &Value) -> Value {
    match short {
        Value::String(name) => json!({"account": "111111111111", "name": name, "status": ["SUCCEEDED"]}),
        Value::Array(items) => {
            let group = if items[0] == "all" { "allOf" } else { "anyOf" };
            json!({group: items[1..].iter().map(condition).collect::<Vec<_>>()})
        }
        other => other.clone(),
    }
}

/// A trigger with a condition and options such as `{"correlate": "none"}`.
pub fn trigger(short: &Value, options: &Value) -> Trigger {
    let executions = Executions::new(serde_json::from_value(condition(short)).unwrap());
    let mut value = serde_json::to_value(executions).unwrap();
    for (name, option) in options.as_object().unwrap() {
        value[name] = option.clone();
    }
    Trigger { executions: Some(serde_json::from_value(value).unwrap()), ..Trigger::default() }
}

/// The same, and not before the instants of a schedule.
pub fn not_before(expression: &str, trigger: Trigger) -> Trigger {
    // From JSON, so that options that the contract adds stay at their default.
    let schedule: Schedule = serde_json::from_value(json!({"expression": expression, "timezone": "UTC"})).unwrap();
    Trigger { schedule: Some(schedule), operator: Some(Operator::And), ..trigger }
}

/// What the registrar sends.
pub fn registration(name: &str, trigger: Trigger) -> Registration {
    Registration {
        v: VERSION,
        id: id(name),
        region: "eu-central-1".into(),
        display_name: name.to_uppercase(),
        team: Some("data".into()),
        timezone: "UTC".into(),
        trigger,
        concurrency: Concurrency::Allow,
        notifications: Some(Notifications { kind: NotificationKind::OnFailure, slack_channels: vec!["alerts".into()] }),
        renamed_from: None,
        spec_hash: "9f2c".into(),
        stack: format!("arn:aws:cloudformation:eu-central-1:111111111111:stack/pipesynth-{name}/0"),
    }
}

/// A pipeline that waits for these, each on SUCCEEDED, without a key; for nobody where the list is empty.
pub fn waits_for(name: &str, parents: &[&str]) -> Registration {
    let all: Vec<Value> = std::iter::once("all").chain(parents.iter().copied()).map(Value::from).collect();
    let options = json!({"correlate": "none", "within": "none"});
    let trigger = if parents.is_empty() { Trigger::default() } else { trigger(&Value::Array(all), &options) };
    registration(name, trigger)
}

/// Registers it at the first moment of all times, and reads it back.
pub fn registered(store: &dyn Whole, registration: &Registration) -> Arc<Child> {
    register(store, registration, 0).unwrap();
    store.child(&registration.id).unwrap().unwrap()
}

/// `a2`: the second execution of the parent `a`, `SUCCEEDED` two hours after midnight, for that Monday. Each number is a run of its own.
pub fn run(text: &str) -> Occurrence {
    let split = text.find(|c: char| c.is_ascii_digit()).unwrap();
    let (parent, number) = text.split_at(split);
    let at = MONDAY + number.parse::<u64>().unwrap() * HOUR;
    Occurrence {
        parent: id(parent),
        run_key: format!("manual/{text}#1").parse().unwrap(),
        execution: format!("arn:{parent}:{number}").into(),
        status: Status::Succeeded,
        at,
        started: at - HOUR / 2,
        date: "2026-11-23".parse().unwrap(),
        instant: None,
        rerun_of: None,
        backfill: false,
        skipped: false,
        given_up: false,
        chain: [].into(),
        input: Default::default(),
        origin: Origin::Run,
    }
}

/// The same run in another status; `RUNNING` at its start.
pub fn ended(text: &str, status: Status) -> Occurrence {
    let run = run(text);
    Occurrence { status, at: if status == Status::Running { run.started } else { run.at }, ..run }
}

/// The child's condition.
pub fn spec(child: &Child) -> &Spec {
    child.spec.as_ref().unwrap()
}

/// A gate that the shipped decision made of these runs, and what it fired. Not written.
pub fn gate_after(child: &Child, runs: &[Occurrence]) -> (Gate, Vec<Arc<Firing>>) {
    let key = spec(child).keys(&runs[0]).0.remove(0);
    let (mut gate, mut fired) = (Gate::new(spec(child), key), Vec::new());
    for run in runs {
        let decision = decide(gate, run, spec(child));
        fired.extend(decision.firing);
        gate = decision.gate;
    }
    gate.ver = 1;
    (gate, fired)
}

/// The gate as its next version.
pub fn next(gate: &Gate) -> Gate {
    Gate { ver: gate.ver + 1, ..gate.clone() }
}

/// A child `x` of `a` and `b`, registered, with the gate and the firing of one run of each, written.
pub fn fired(store: &dyn Whole) -> (Arc<Child>, Gate, Arc<Firing>) {
    let child = registered(store, &waits_for("x", &["a", "b"]));
    let (gate, mut firings) = gate_after(&child, &[run("a1"), run("b2")]);
    let firing = firings.remove(0);
    assert_eq!(store.commit(&child, &gate, Some(&firing)).unwrap(), Committed::Done);
    (child, gate, firing)
}

/// As [`fired`], with more firings: their number, time and key.
pub fn fire_again(store: &dyn Whole, child: &Child, firing: &Firing, more: &[(u64, u64, &str)]) -> Vec<Arc<Firing>> {
    let mut written = Vec::new();
    for (generation, at, key) in more {
        let firing_id = firing_id(child.id(), key, &firing.rev, *generation);
        let (generation, at, key) = (*generation, *at, (*key).to_owned());
        let firing = Arc::new(Firing { firing_id, generation, at, key: key.as_str().into(), ..firing.clone() });
        let stored = store.gate(child.id(), &key).unwrap();
        let gate = stored.map_or_else(|| Gate { ver: 1, ..Gate::new(spec(child), key) }, |gate| next(&gate));
        assert_eq!(store.commit(child, &gate, Some(&firing)).unwrap(), Committed::Done);
        written.push(firing);
    }
    written
}
