//! Groups of pipelines in worlds of their own, against one world with all of them.

use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;

use super::stores::scenario;
use crate::scenario::{Expectation, Fault, Runs, Scenario};
use crate::shares::{at_once, groups};
use crate::{Deployment, Stack, simulate_on};

/// Examples whose pipelines have nothing to do with each other's.
const EXAMPLES: &[&str] = &["case-study", "conditions", "schedules"];

fn stack<'a>(account: &'a str, template: &'a Value) -> Stack<'a> {
    Stack { account, region: "eu-central-1", template }
}

static DEPLOYMENT: LazyLock<Deployment> = LazyLock::new(deployment);

fn deployment() -> Deployment {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshots");
    let read = |path: &Path| -> Value { serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap() };
    let central = read(&root.join("case-study/pipesynth-central.template.json"));
    let user = read(&root.join("case-study/pipesynth-user.template.json"));
    let mut builder = Deployment::builder(stack("999999999999", &central), "o-a1b2c3d4e5");
    for account in ["111111111111", "222222222222", "333333333333"] {
        builder.user(stack(account, &user));
    }
    for example in EXAMPLES {
        for entry in fs::read_dir(root.join(example)).unwrap() {
            let template = read(&entry.unwrap().path());
            let registration = &template["Resources"]["Registration"]["Properties"];
            if let Some(account) = registration["Account"].as_str() {
                builder.pipeline(stack(account, &template));
            }
        }
    }
    builder.build().unwrap()
}

fn on(deployment: &Deployment, scenario: &Scenario, threads: usize) -> crate::record::Record {
    simulate_on(deployment, scenario, NonZeroUsize::new(threads).unwrap()).unwrap()
}

#[test]
fn pipelines_that_wait_for_each_other_are_one_group_and_others_are_apart() {
    let groups = groups(&DEPLOYMENT);
    let of = |id: &str| groups[DEPLOYMENT.position(&id.parse().unwrap()).unwrap()];
    assert_eq!(of("111111111111/listings"), of("333333333333/pipeline-x"));
    assert_eq!(of("222222222222/searches"), of("333333333333/pipeline-x"));
    assert_ne!(of("111111111111/listings"), of("111111111111/orders"));
    assert_eq!(of("222222222222/forecast"), of("111111111111/orders"));
    assert_ne!(of("111111111111/nightly"), of("111111111111/weekdays"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_number_of_worlds_changes_nothing_in_the_record(mut scenario in scenario(), count in 0..4u64) {
        let expected = |id: &str| Expectation {
            runs: Runs { pipeline: Some(id.parse().unwrap()), ..Runs::default() },
            count: Some((count, count)),
            not_before: None,
            not_after: None,
            status: None,
            alerts: None,
            label: id.to_owned(),
        };
        scenario.expectations = vec![expected("333333333333/pipeline-x"), expected("111111111111/weekdays")];
        let apart = scenario.faults.iter().all(|fault| !matches!(fault, Fault::Outage { .. }));
        prop_assert!(!apart || at_once(&DEPLOYMENT, &scenario, &groups(&DEPLOYMENT), 3).is_some());
        let one = on(&DEPLOYMENT, &scenario, 1);
        prop_assert!(one.runs.len() > 30, "{} runs", one.runs.len());
        for threads in [2, 3] {
            prop_assert_eq!(&on(&DEPLOYMENT, &scenario, threads), &one, "{} worlds", threads);
        }
    }
}
