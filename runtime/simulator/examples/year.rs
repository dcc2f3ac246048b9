//! How fast a simulation is: `cargo run --release -p pipesynth-simulator --example year -- 700 365`, for so many pipelines and days.
//!
//! Two thirds start daily by a schedule, the others on one to three of those, as the case study's do.

#![allow(clippy::unwrap_used, reason = "a measurement may stop at the first surprise")]
#![allow(clippy::print_stdout, reason = "the numbers are its output")]
#![allow(clippy::disallowed_methods, reason = "it is about time")]

use std::num::NonZeroUsize;
use std::thread;
use std::time::Instant;

use pipesynth_contract::trigger::SCHEDULER_INPUT;
use pipesynth_simulator::scenario::Scenario;
use pipesynth_simulator::{Deployment, Stack, simulate_on};
use serde_json::{Value, json};

const REGION: &str = "eu-central-1";
const CENTRAL: &str = include_str!("../../../snapshots/case-study/pipesynth-central.template.json");
const USER: &str = include_str!("../../../snapshots/case-study/pipesynth-user.template.json");

/// A bus takes 300 rules; an account has two buses.
const PER_ACCOUNT: usize = 100;

fn account(at: usize) -> String {
    format!("{:012}", 100_000_000_000 + at / PER_ACCOUNT)
}

fn name(at: usize) -> String {
    format!("pipeline-{at}")
}

fn is_child(at: usize) -> bool {
    at % 3 == 2
}

/// One to three pipelines that start by a schedule, spread over all accounts.
fn parents(at: usize, all: usize) -> Vec<usize> {
    let count = 1 + (at / 3) % 3;
    let mut parents: Vec<usize> =
        (0..count).map(|n| (at + n * 7_919 * 3) % all).map(|p| p - usize::from(is_child(p))).collect();
    parents.sort_unstable();
    parents.dedup();
    parents
}

fn sub(text: &str) -> Value {
    json!({"Fn::Sub": text})
}

fn machine(name: &str) -> Value {
    json!({"Type": "AWS::StepFunctions::StateMachine", "Properties": {
        "StateMachineName": format!("pipesynth-{name}"),
        "Definition": {"StartAt": "Claim run", "TimeoutSeconds": 48_600, "States": {
            "Claim run": {"Type": "Task", "Next": "Run claimed?", "Arguments": {
                "FunctionName": sub("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:pipesynth-claim"),
                "Payload": {"pipeline": name, "timezone": "Europe/Berlin"}}},
            "Run claimed?": {"Type": "Choice", "Choices": [], "Default": "Run skipped"},
            "Run skipped": {"Type": "Succeed", "Output": {"skipped": true, "claimed": "{% $claimed %}"}},
        }},
    }})
}

fn registration(at: usize, trigger: &Value) -> Value {
    json!({"Type": "Custom::PipesynthRegistration", "Properties": {
        "Pipeline": name(at), "Account": account(at), "Region": REGION, "Timezone": "Europe/Berlin", "Trigger": trigger,
        "Concurrency": "allow", "Notifications": {"type": "ON_FAILURE", "slackChannels": []}, "SpecHash": "0",
    }})
}

fn template(at: usize, all: usize) -> Value {
    let name = name(at);
    let (key, starter, trigger) = if is_child(at) {
        let leaf = |p: usize| json!({"account": account(p), "name": self::name(p), "status": ["SUCCEEDED"]});
        let parents = parents(at, all);
        let statuses: serde_json::Map<String, Value> = parents
            .iter()
            .map(|p| (format!("{}/{}", account(*p), self::name(*p)), json!({"status": ["SUCCEEDED"]})))
            .collect();
        let leaves: Vec<Value> = parents.into_iter().map(leaf).collect();
        let rule = json!({"Type": "AWS::Events::Rule", "Properties": {
            "Name": format!("pipesynth-{name}"), "EventBusName": "data-pipeline", "State": "ENABLED",
            "EventPattern": {"source": ["pipesynth.central"], "account": ["999999999999"], "detail-type": ["Pipeline Trigger"],
                "detail": {"target": {"account": [{"Ref": "AWS::AccountId"}], "pipeline": [name]}, "parents": statuses}},
            "Targets": [{"Id": "machine", "Arn": {"Ref": "Machine"}, "InputPath": "$.detail.input"}],
        }});
        let condition = json!({"executions": {"condition": {"allOf": leaves}, "correlate": "day", "within": "none", "onRerun": "refire"}});
        ("Dependency", rule, condition)
    } else {
        let expression = format!("cron({} {} * * ? *)", at % 60, (at / 60) % 24);
        let schedule = json!({"Type": "AWS::Scheduler::Schedule", "Properties": {
            "Name": format!("pipesynth-{name}"), "ScheduleExpression": expression, "ScheduleExpressionTimezone": "Europe/Berlin",
            "FlexibleTimeWindow": {"Mode": "OFF"}, "State": "ENABLED",
            "Target": {"Arn": {"Ref": "Machine"}, "Input": SCHEDULER_INPUT},
        }});
        ("Schedule", schedule, json!({"schedule": {"expression": expression, "timezone": "Europe/Berlin"}}))
    };
    let email =
        json!({"Type": "AWS::SNS::Subscription", "Properties": {"Protocol": "email", "Endpoint": "team@example.com"}});
    json!({"Resources": {"Machine": machine(&name), key: starter, "Email": email, "Registration": registration(at, &trigger)}})
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<usize>().unwrap());
    let (pipelines, days) = (arguments.next().unwrap_or(700), arguments.next().unwrap_or(365) as u64);
    let begun = Instant::now();
    let (central, user): (Value, Value) = (serde_json::from_str(CENTRAL).unwrap(), serde_json::from_str(USER).unwrap());
    let mut builder =
        Deployment::builder(Stack { account: "999999999999", region: REGION, template: &central }, "o-a1b2c3d4e5");
    for at in (0..pipelines).step_by(PER_ACCOUNT) {
        builder.user(Stack { account: &account(at), region: REGION, template: &user });
    }
    for at in 0..pipelines {
        builder.pipeline(Stack { account: &account(at), region: REGION, template: &template(at, pipelines) });
    }
    let deployment = builder.build().unwrap_or_else(|faults| panic!("{faults:#?}"));
    println!("{pipelines} pipelines: loaded in {:.2?}", begun.elapsed());
    // 2026-11-23T00:00:00Z.
    let from = 1_795_392_000_000;
    let minute = 60_000;
    let scenario = Scenario {
        from,
        until: from + days * 24 * 60 * minute,
        seed: 1,
        delivery: (200, 3_000),
        duration: (10 * minute, 90 * minute),
        behaviours: Vec::new(),
        actions: Vec::new(),
        faults: Vec::new(),
        expectations: Vec::new(),
    };
    let begun = Instant::now();
    let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let record = simulate_on(&deployment, &scenario, threads).unwrap();
    let took = begun.elapsed();
    println!(
        "{days} days in {took:.2?}: {} runs, {} events, {} decisions, {} other entries; {:.1} µs per run",
        record.runs.len(),
        record.events,
        record.decisions,
        record.log.len(),
        took.as_secs_f64() * 1e6 / record.runs.len().max(1) as f64,
    );
}
