//! Small stories for the model: a child's condition, what its parents do, what must have come of it when all is delivered.

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::starts::{Executions, Trigger};
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::store::{Child, Registered, Tables};
use pipesynth_engine::{Firing, Occurrence, Origin, RunKey, Source};
use serde_json::{Value, json};

/// `2026-11-23T00:00:00Z`.
pub const MONDAY: u64 = 1_795_392_000_000;
pub const HOUR: u64 = 3_600_000;

pub fn id(name: &str) -> PipelineId {
    PipelineId::new("111111111111", name).unwrap()
}

/// Short texts for conditions: `["all", "a", ["any", "b", "c"]]`; a text is a leaf on SUCCEEDED.
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

/// The child `x`.
pub fn child(short: &Value, options: &Value, concurrency: Concurrency) -> Child {
    let executions = Executions::new(serde_json::from_value(condition(short)).unwrap());
    let mut value = serde_json::to_value(executions).unwrap();
    for (name, option) in options.as_object().unwrap() {
        value[name] = option.clone();
    }
    let trigger = Trigger { executions: Some(serde_json::from_value(value).unwrap()), ..Trigger::default() };
    let registered = Registered::new(id("x"), "eu-central-1", "UTC", trigger);
    Child::new(Registered { concurrency, ..registered }).unwrap()
}

/// `a2 FAILED @5 #3`: a parent with the number of its execution, status, hour of its end, attempt.
pub fn event(text: &str) -> Occurrence {
    let words: Vec<&str> = text.split(' ').collect();
    let (parent, number) = words[0].split_at(1);
    let hour: u64 = words[2].trim_start_matches('@').parse().unwrap();
    let attempt = words.get(3).map_or(1, |w| w.trim_start_matches('#').parse().unwrap());
    // Attempts repeat one instant; runs with other numbers and attempt 1 are other instants.
    let instant = if attempt > 1 { "1" } else { number };
    let run_key = RunKey::new(Source::Manual, &format!("{parent}{instant}"), attempt).unwrap();
    let status = Status::parse(words[1]).unwrap()[0];
    let (at, started) = (MONDAY + hour * HOUR, MONDAY + hour * HOUR - HOUR / 2);
    run_of(id(parent), run_key, &format!("arn:{parent}{number}"), status, at, started)
}

pub fn run_of(
    parent: PipelineId,
    run_key: RunKey,
    execution: &str,
    status: Status,
    at: u64,
    started: u64,
) -> Occurrence {
    Occurrence {
        parent,
        run_key,
        execution: execution.into(),
        status,
        at: if status == Status::Running { started } else { at },
        started,
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

/// What may happen to the child while events are under way.
#[derive(Debug, Clone)]
pub enum Change {
    /// Another condition is deployed; a sweep follows at the end.
    Edit(Box<Child>),
    /// The child is deleted.
    Remove,
}

/// A story.
#[derive(Debug, Clone)]
pub struct Scenario {
    pub child: Child,
    pub events: Vec<Occurrence>,
    pub change: Option<Change>,
    /// What must hold when all is delivered.
    pub outcome: fn(&[&Firing]) -> bool,
}

impl Scenario {
    pub fn new(short: Value, options: Value, events: &[&str], outcome: fn(&[&Firing]) -> bool) -> Self {
        let events = events.iter().map(|text| event(text)).collect();
        Self { child: child(&short, &options, Concurrency::Allow), events, change: None, outcome }
    }

    /// The child and its two parents a and b, as in the design's own check: a1 < b1 < a2.
    pub fn pair() -> Self {
        let events = ["a1 SUCCEEDED @1", "b1 SUCCEEDED @2", "a2 SUCCEEDED @3"];
        Self::new(json!(["all", "a", "b"]), json!({"correlate": "none"}), &events, |f| f.len() == 1)
    }

    /// The same with one run each.
    pub fn couple() -> Self {
        let events = ["a1 SUCCEEDED @1", "b1 SUCCEEDED @2"];
        Self::new(json!(["all", "a", "b"]), json!({"correlate": "none"}), &events, |f| f.len() == 1)
    }

    pub fn concurrency(mut self, concurrency: Concurrency) -> Self {
        self.child.registered.concurrency = concurrency;
        self
    }

    pub fn change(mut self, change: Change) -> Self {
        self.change = Some(change);
        self
    }

    pub fn tables(&self) -> Tables {
        let mut tables = Tables::default();
        tables.register(self.child.clone());
        tables
    }
}

/// The executions that a firing used, sorted.
pub fn used(firing: &Firing) -> Vec<&str> {
    let mut used: Vec<&str> = firing.used.iter().map(|u| &*u.token.execution).collect();
    used.sort_unstable();
    used
}
