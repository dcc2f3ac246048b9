//! Every start that the central side can decide passes the rule that the pipeline was deployed with.

use pipesynth::cli::Exit;
use pipesynth_contract::registration::Registration;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::registry::{follow_up, register};
use pipesynth_engine::store::{MemoryStore, What, ingest, sweep};
use pipesynth_engine::{Firing, LogicalDate, Occurrence, Origin, RunKey, Source};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::config;
use crate::support::{Scratch, run};

const ACCOUNT: &str = "111111111111";
const HOUR: u64 = 3_600_000;

/// `2026-11-23T00:00:00Z`.
const MONDAY: u64 = 1_795_392_000_000;

fn id(name: &str) -> PipelineId {
    PipelineId::new(ACCOUNT, name).unwrap()
}

fn leaf() -> impl Strategy<Value = Value> {
    let status =
        select(vec![json!(["SUCCESS"]), json!(["FAILED"]), json!(["COMPLETED"]), json!(["SUCCESS", "RUNNING"])]);
    (select(vec!["a", "b", "c"]), status, prop::bool::weighted(0.15), prop::bool::weighted(0.1)).prop_map(
        |(name, status, optional, moved)| {
            let mut leaf = json!({ "name": name, "status": status, "optional": optional });
            if moved {
                leaf["offset"] = json!("-1d");
            }
            leaf
        },
    )
}

/// A trigger as a file has it, mostly one whose rule names its parents.
fn trigger() -> impl Strategy<Value = Value> {
    let nodes = prop_oneof![
        4 => vec(leaf(), 1..4).prop_map(|all| json!({ "allOf": all })),
        1 => vec(leaf(), 1..3).prop_map(|any| json!({ "anyOf": any })),
        1 => (leaf(), vec(leaf(), 1..3)).prop_map(|(one, any)| json!({ "allOf": [one, { "anyOf": any }] })),
    ];
    let miss = prop::option::weighted(0.5, select(vec!["notify", "fire", "skip"]));
    let words = (select(vec!["refire", "ignore"]), select(vec!["none", "follow"]), select(vec!["day", "none"]));
    (nodes, miss, words, prop::bool::weighted(0.3)).prop_map(|(mut executions, miss, words, and)| {
        let (rerun, backfill, mut correlate) = words;
        let moved = executions.to_string().contains("offset");
        if and || moved {
            correlate = "day";
        }
        executions["onRerun"] = json!(rerun);
        executions["backfill"] = json!(backfill);
        executions["correlate"] = json!(correlate);
        if let Some(miss) = miss {
            executions["deadline"] = json!("20:00");
            executions["onMiss"] = json!(miss);
        }
        let mut trigger = json!({ "executions": executions });
        if and {
            trigger["schedule"] = json!({ "hour": 6 });
            trigger["operator"] = json!("AND");
        }
        trigger
    })
}

#[derive(Debug, Clone)]
enum Act {
    /// An end: parent, day, hour, status, attempt, whether it is backfilled.
    End(&'static str, u64, u64, Status, u32, bool),
    /// The parent takes its next name.
    Rename(&'static str),
}

fn act() -> impl Strategy<Value = Act> {
    let status = prop_oneof![3 => Just(Status::Succeeded), 1 => Just(Status::Failed), 1 => Just(Status::Running)];
    let end = (select(vec!["a", "b", "c"]), 0..2_u64, 1..24_u64, status, 1..4_u32, prop::bool::weighted(0.1));
    prop_oneof![
        12 => end.prop_map(|(name, day, hour, status, attempt, backfill)| Act::End(name, day, hour, status, attempt, backfill)),
        1 => select(vec!["a", "b", "c"]).prop_map(Act::Rename),
    ]
}

/// The pipeline's template, or `None` where the file is refused: some conditions contradict themselves.
fn template(trigger: &Value) -> Option<Value> {
    let scratch = Scratch::new("fired");
    let organization = "organization: { id: o-a1b2c3d4e5, centralAccount: '999999999999', region: eu-central-1, accounts: { A: '111111111111' } }\n";
    scratch.write("pipesynth.yaml", organization);
    let pipeline = json!({ "name": "child", "account": "A", "trigger": trigger, "steps": [{ "name": "a", "type": "shell", "command": "date" }] });
    scratch.write("child/pipeline.yaml", pipeline.to_string());
    let ran = run(["synth".into(), scratch.arg("child")]);
    (ran.exit == Exit::Done).then(|| serde_json::from_str(&ran.out).unwrap())
}

/// Whether an event passes a pattern of plain values: objects go down, a list holds what is allowed.
fn passes(pattern: &Value, event: &Value) -> bool {
    match pattern {
        Value::Object(members) => members.iter().all(|(name, pattern)| passes(pattern, &event[name])),
        Value::Array(allowed) => allowed.contains(event),
        _ => false,
    }
}

fn empty(name: &str, old: Option<&str>) -> Registration {
    let account = PipelineId::new(ACCOUNT, name).unwrap();
    serde_json::from_value(json!({
        "v": 1, "id": account.to_string(), "region": "eu-central-1", "displayName": name, "timezone": "UTC", "trigger": {},
        "concurrency": "allow", "renamedFrom": old.map(|old| id(old).to_string()), "specHash": "", "stack": "arn",
    }))
    .unwrap()
}

/// All starts of the child, with the sweeper at work every hour.
fn firings(registration: &Registration, acts: &[Act]) -> Vec<Firing> {
    let store = MemoryStore::default();
    register(&store, registration, 0).unwrap();
    let mut names = std::collections::BTreeMap::from([("a", 0), ("b", 0), ("c", 0)]);
    let called = |name: &str, number: usize| if number == 0 { name.to_owned() } else { format!("{name}-{number}") };
    let mut notes = Vec::new();
    for (number, act) in acts.iter().enumerate() {
        match act {
            Act::End(name, day, hour, status, attempt, backfill) => {
                let date =
                    "2026-11-23".parse::<LogicalDate>().unwrap().plus_days(i32::try_from(*day).unwrap()).unwrap();
                let at = MONDAY + (day * 24 + hour) * HOUR + number as u64;
                let occurrence = Occurrence {
                    run_key: RunKey::new(Source::Schedule, &format!("{date}T00:00:00Z"), *attempt).unwrap(),
                    execution: format!("arn:{name}:{day}:{attempt}").into(),
                    status: *status,
                    started: at,
                    date,
                    backfill: *backfill,
                    origin: Origin::Run,
                    ..Occurrence::clock(
                        id(&called(name, names[name])),
                        RunKey::new(Source::Manual, "x", 1).unwrap(),
                        at,
                        date,
                    )
                };
                notes.extend(ingest(&store, &occurrence).unwrap());
                notes.extend(sweep(&store, at).unwrap());
            }
            Act::Rename(name) => {
                let number = names[name];
                let outcome =
                    register(&store, &empty(&called(name, number + 1), Some(&called(name, number))), 0).unwrap();
                notes.extend(follow_up(&store, &outcome, MONDAY).unwrap());
                names.insert(name, number + 1);
            }
        }
    }
    for hour in 0..72 {
        notes.extend(sweep(&store, MONDAY + hour * HOUR).unwrap());
    }
    notes
        .into_iter()
        .filter_map(|note| if let What::Fired(firing) = note.what { Some(Firing::clone(&firing)) } else { None })
        .collect()
}

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn every_start_passes_the_rule_of_its_pipeline((trigger, histories) in (trigger(), vec(vec(act(), 1..16), 6))) {
        let template = template(&trigger);
        prop_assume!(template.is_some());
        let template = template.unwrap_or_default();
        let pattern = &template["Resources"]["Dependency"]["Properties"]["EventPattern"]["detail"];
        let mut properties = template["Resources"]["Registration"]["Properties"].clone();
        prop_assert!(pattern["target"].is_object() && properties.is_object());
        let registration = registration(&mut properties);
        for acts in &histories {
            for firing in firings(&registration, acts) {
                let mut event = serde_json::to_value(firing.detail("eu-central-1")).unwrap();
                let mut pattern = pattern.clone();
                // The account is the stack's own, a pseudo parameter.
                pattern["target"]["account"] = json!([ACCOUNT]);
                event["target"]["account"] = json!(ACCOUNT);
                prop_assert!(passes(&pattern, &event), "{trigger}\n{acts:?}\n{pattern}\n{event}");
            }
        }
    }
}

fn registration(properties: &mut Value) -> Registration {
    let trigger = properties["Trigger"].take();
    let own = empty("child", None);
    Registration { trigger: serde_json::from_value(trigger).unwrap(), ..own }
}
