//! Short words for stories: conditions, occurrences, a child with its gates.

use std::collections::BTreeMap;
use std::sync::Arc;

use pipesynth_contract::expression::Node;
use pipesynth_contract::starts::{Executions, Operator, Schedule, Trigger};
use pipesynth_contract::{PipelineId, Status};
use serde_json::{Value, json};

use crate::{Decision, Effect, Firing, Gate, Occurrence, Origin, RunKey, Spec, Standing, decide, tick};

/// Milliseconds of an hour.
pub const H: u64 = 3_600_000;

/// `2026-11-23T00:00:00Z`.
pub const MONDAY: u64 = 1_795_392_000_000;

pub fn id(name: &str) -> PipelineId {
    PipelineId::new("111111111111", name).unwrap()
}

/// A leaf on SUCCEEDED.
pub fn ok(name: &str) -> Value {
    on(name, &["SUCCEEDED"])
}

pub fn on(name: &str, status: &[&str]) -> Value {
    json!({"account": "111111111111", "name": name, "status": status})
}

pub fn all(nodes: &[Value]) -> Value {
    json!({"allOf": nodes})
}

pub fn any(nodes: &[Value]) -> Value {
    json!({"anyOf": nodes})
}

/// A condition with options, such as `json!({"correlate": "none"})`.
pub fn executions(condition: Value, options: Value) -> Executions {
    let condition: Node = serde_json::from_value(condition).unwrap();
    let mut value = serde_json::to_value(Executions::new(condition)).unwrap();
    for (name, option) in options.as_object().unwrap() {
        value[name] = option.clone();
    }
    serde_json::from_value(value).unwrap()
}

pub fn trigger(condition: Value, options: Value) -> Trigger {
    Trigger { executions: Some(executions(condition, options)), ..Trigger::default() }
}

pub fn spec_of(trigger: &Trigger, standing: &Standing) -> Spec {
    Spec::new(&id("x"), trigger, "UTC", standing).unwrap().unwrap()
}

/// A run of Monday, `SUCCEEDED`, started an hour before its end at `hour`.
pub fn run(name: &str, hour: u64) -> Occurrence {
    let at = MONDAY + hour * H;
    Occurrence {
        parent: id(name),
        run_key: "schedule/2026-11-23T00:00:00Z#1".parse().unwrap(),
        execution: format!("arn:{name}:{hour}").into(),
        status: Status::Succeeded,
        at,
        started: at - H,
        date: "2026-11-23".parse().unwrap(),
        instant: Some(MONDAY),
        rerun_of: None,
        backfill: false,
        skipped: false,
        given_up: false,
        chain: [].into(),
        input: Default::default(),
        origin: Origin::Run,
    }
}

/// Changes to an occurrence that read as words.
pub trait But: Sized {
    fn but(self, change: impl FnOnce(&mut Occurrence)) -> Self;

    fn status(self, status: Status) -> Self {
        self.but(|o| o.status = status)
    }

    fn day(self, day: u64) -> Self {
        self.but(|o| {
            o.date = o.date.plus_days(i32::try_from(day).unwrap()).unwrap();
            o.instant = Some(MONDAY + day * 24 * H);
            o.run_key = format!("schedule/{}#1", o.date.to_string() + "T00:00:00Z").parse().unwrap();
        })
    }

    fn attempt(self, attempt: u32) -> Self {
        self.but(|o| o.run_key = RunKey::new(o.run_key.source(), o.run_key.id(), attempt).unwrap())
    }

    fn key(self, key: &str) -> Self {
        self.but(|o| o.run_key = key.parse().unwrap())
    }

    fn execution(self, execution: &str) -> Self {
        self.but(|o| o.execution = execution.into())
    }

    /// `RUNNING`, at its start.
    fn running(self) -> Self {
        self.but(|o| (o.status, o.at) = (Status::Running, o.started))
    }
}

impl But for Occurrence {
    fn but(mut self, change: impl FnOnce(&mut Occurrence)) -> Self {
        change(&mut self);
        self
    }
}

/// A child `x` with all its gates.
pub struct Child {
    pub spec: Spec,
    pub gates: BTreeMap<String, Gate>,
    pub effects: Vec<Effect>,
}

impl Child {
    pub fn new(condition: Value) -> Self {
        Self::with(condition, json!({}))
    }

    pub fn with(condition: Value, options: Value) -> Self {
        Self::of(&trigger(condition, options), &Standing::default())
    }

    pub fn of(trigger: &Trigger, standing: &Standing) -> Self {
        Self { spec: spec_of(trigger, standing), gates: BTreeMap::new(), effects: Vec::new() }
    }

    /// The same with a daily schedule at 06:00 UTC joined by AND.
    pub fn scheduled(condition: Value, options: Value) -> Self {
        let mut trigger = trigger(condition, options);
        let expression = "cron(0 6 * * ? *)".to_owned();
        trigger.schedule =
            Some(Schedule { expression, timezone: "UTC".into(), engine: Default::default(), start: None, end: None });
        trigger.operator = Some(Operator::And);
        Self::of(&trigger, &Standing::default())
    }

    /// Offers it to all gates that it concerns; the firings.
    pub fn sees(&mut self, occurrence: &Occurrence) -> Vec<Arc<Firing>> {
        self.effects.clear();
        let keys = self.spec.keys(occurrence).0;
        keys.iter().filter_map(|key| self.turn(key, |gate, spec| decide(gate, occurrence, spec))).collect()
    }

    pub fn looks_at_the_clock(&mut self, now: u64) -> Vec<Arc<Firing>> {
        self.effects.clear();
        let keys: Vec<String> = self.gates.keys().cloned().collect();
        keys.iter().filter_map(|key| self.turn(key, |gate, spec| tick(gate, spec, now))).collect()
    }

    fn turn(&mut self, key: &str, step: impl FnOnce(Gate, &Spec) -> Decision) -> Option<Arc<Firing>> {
        let gate = self.gates.get(key).cloned().unwrap_or_else(|| Gate::new(&self.spec, key));
        let decision = step(gate.clone(), &self.spec);
        assert_eq!(decision.changed, decision.gate != gate, "`changed` says whether the gate is another");
        assert_eq!(decision.gate.ver, gate.ver + u64::from(decision.changed));
        self.gates.insert(key.to_owned(), decision.gate);
        self.effects.extend(decision.effects);
        decision.firing
    }

    /// The executions of the one firing, sorted; panics unless there is exactly one.
    pub fn fires_with(&mut self, occurrence: &Occurrence) -> Vec<String> {
        let firings = self.sees(occurrence);
        assert_eq!(firings.len(), 1, "one firing for {occurrence:?}, effects {:?}", self.effects);
        executions_of(&firings[0])
    }

    pub fn waits(&mut self, occurrence: &Occurrence) {
        let firings = self.sees(occurrence);
        assert!(firings.is_empty(), "no firing for {occurrence:?}, got {firings:?}");
    }
}

/// Sorted, so that a story does not depend on the order of the canonical tree.
pub fn executions_of(firing: &Firing) -> Vec<String> {
    let mut executions: Vec<String> = firing.used.iter().map(|used| used.token.execution.to_string()).collect();
    executions.sort();
    executions
}
