//! The store with indexes, and the sweeps that it leaves out, against the plain store that is swept every five minutes.

use std::fs;
use std::path::Path;

use pipesynth_contract::Status;
use pipesynth_engine::store::MemoryStore;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::scenario::{Action, Behaviour, Deed, Fault, Runs, Scenario};
use crate::shares::{Share, groups};
use crate::store::{Central, Indexed};
use crate::{Deployment, Stack, world};

fn stack<'a>(account: &'a str, template: &'a Value) -> Stack<'a> {
    Stack { account, region: "eu-central-1", template }
}

const HOUR: u64 = 3_600_000;

/// The case study with another condition of pipeline-x, and its concurrency everywhere.
pub(super) fn deployment(executions: &Value, schedule: Option<&str>, concurrency: &str) -> Deployment {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots/case-study");
    let read = |name: &str| -> Value {
        let text = fs::read_to_string(root.join(format!("pipesynth-{name}.template.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    let (central, user) = (read("central"), read("user"));
    let mut builder = Deployment::builder(stack("999999999999", &central), "o-a1b2c3d4e5");
    for (account, name) in [("111111111111", "listings"), ("222222222222", "searches"), ("333333333333", "pipeline-x")]
    {
        let mut template = read(name);
        let registration = &mut template["Resources"]["Registration"]["Properties"];
        registration["Concurrency"] = json!(concurrency);
        if name == "pipeline-x" {
            let own = registration["Trigger"]["executions"].as_object_mut().unwrap();
            executions
                .as_object()
                .unwrap()
                .iter()
                .for_each(|(key, value)| drop(own.insert(key.clone(), value.clone())));
            if let Some(schedule) = schedule {
                registration["Trigger"]["schedule"] = json!({"expression": schedule, "timezone": "UTC"});
                registration["Trigger"]["operator"] = json!("AND");
                registration["Trigger"]["executions"]["correlate"] = json!("day");
            }
        }
        builder.user(stack(account, &user));
        builder.pipeline(stack(account, &template));
    }
    builder.build().unwrap()
}

fn executions() -> impl Strategy<Value = Value> {
    let within = prop::sample::select(vec!["none", "1h", "5h", "24h"]);
    let deadline = prop::option::of((
        prop::sample::select(vec!["00:00", "05:30", "23:58"]),
        prop::sample::select(vec!["notify", "fire", "skip"]),
    ));
    let correlate = prop::sample::select(vec!["day", "none"]);
    (within, deadline, correlate, prop::sample::select(vec!["ignore", "hold"])).prop_map(
        |(within, deadline, correlate, running)| {
            let mut options = json!({"within": within, "correlate": correlate, "whileRunning": running});
            if let Some((time, miss)) = deadline {
                (options["deadline"], options["onMiss"]) = (json!(time), json!(miss));
            }
            options
        },
    )
}

pub(super) fn scenario() -> impl Strategy<Value = Scenario> {
    let pipeline =
        || prop::sample::select(vec!["111111111111/listings", "222222222222/searches", "333333333333/pipeline-x"]);
    let runs = move || pipeline().prop_map(|id| Runs { pipeline: Some(id.parse().unwrap()), ..Runs::default() });
    let behaviour = (runs(), 0..30 * HOUR, prop::option::of(Just(Status::Failed)))
        .prop_map(|(runs, takes, outcome)| Behaviour { runs, duration: Some((takes / 4, takes)), outcome });
    let deed = prop_oneof![Just(Deed::Redrive), Just(Deed::Rerun(None)), Just(Deed::Run(None)), Just(Deed::Stop)];
    let from = 1_795_392_000_000;
    let action = (pipeline(), 0..72 * HOUR, deed).prop_map(move |(id, at, what)| Action {
        at: from + at,
        pipeline: id.parse().unwrap(),
        what,
    });
    let fault = prop_oneof![
        runs().prop_map(|runs| Fault::Lose { runs, status: Some(Status::Running) }),
        (runs(), 0..10 * HOUR).prop_map(|(runs, by)| Fault::Delay { runs, status: None, by }),
        (0..48 * HOUR).prop_map(move |at| Fault::Outage {
            account: None,
            from: from + at,
            until: from + at + 9 * HOUR
        }),
    ];
    let lists = (
        prop::collection::vec(behaviour, 0..3),
        prop::collection::vec(action, 0..4),
        prop::collection::vec(fault, 0..3),
    );
    (lists, any::<u64>()).prop_map(move |((behaviours, actions, faults), seed)| Scenario {
        from,
        until: from + 72 * HOUR,
        seed,
        delivery: (0, 30_000),
        duration: (HOUR / 2, 2 * HOUR),
        behaviours,
        actions,
        faults,
        expectations: Vec::new(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn indexes_and_left_out_sweeps_change_nothing(
        executions in executions(), scenario in scenario(),
        schedule in prop::option::of(prop::sample::select(vec!["cron(0 4 * * ? *)", "cron(30 9 * * ? *)", "rate(7 hours)"])),
        concurrency in prop::sample::select(vec!["allow", "queue", "latest", "skip"]),
    ) {
        let deployment = deployment(&executions, schedule, concurrency);
        let groups = groups(&deployment);
        let run = |store: Box<dyn Central>| {
            world::simulate(&deployment, &scenario, store, Share::all(&groups)).unwrap().record
        };
        let plain = run(Box::<MemoryStore>::default());
        let indexed = run(Box::<Indexed>::default());
        prop_assert_eq!(indexed, plain);
    }
}
