//! Random conditions and histories; a child with its gates.

use std::collections::BTreeMap;
use std::sync::Arc;

use pipesynth_contract::expression::{Leaf, Node};
use pipesynth_contract::options::{Backfill, Correlate, Offset, OnRerun, WhileRunning, Within};
use pipesynth_contract::starts::{Executions, Trigger};
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::{
    Effect, Firing, Gate, LogicalDate, Occurrence, Origin, RunKey, Source, Spec, Standing, decide, tick,
};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

const UNIT: u64 = 20 * 60_000;
const HOUR: u64 = 3 * UNIT;

/// `2026-11-23T00:00:00Z`.
pub const MONDAY: u64 = 1_795_392_000_000;

pub fn id(name: &str) -> PipelineId {
    PipelineId::new("111111111111", name).unwrap()
}

/// Over the parents `a` to `d`, up to three levels deep; `day` allows offsets.
pub fn condition(day: bool) -> impl Strategy<Value = Node> {
    let status = prop_oneof![
        4 => Just(vec![Status::Succeeded]),
        1 => subsequence(Status::ALL.to_vec(), 1..=4),
    ];
    let within = prop_oneof![6 => Just(None), 1 => Just(Some(Within::Seconds(2 * 3600)))];
    let offset = prop_oneof![6 => Just(None), 1 => Just(Some(Offset::Days(-1)))];
    let leaf = (select(vec!["a", "b", "c", "d"]), status, prop::bool::weighted(0.1), within, offset);
    let leaf = leaf.prop_map(move |(name, status, optional, within, offset)| {
        let offset = offset.filter(|_| day);
        Node::Leaf(Leaf { account: Some("111111111111".into()), name: name.into(), status, optional, within, offset })
    });
    leaf.prop_recursive(3, 8, 3, |inner| {
        (any::<bool>(), prop::collection::vec(inner, 1..=3))
            .prop_map(|(all, nodes)| if all { Node::AllOf { all_of: nodes } } else { Node::AnyOf { any_of: nodes } })
    })
}

pub fn executions() -> impl Strategy<Value = Executions> {
    any::<bool>().prop_flat_map(|day| {
        let within = prop_oneof![Just(Within::None), Just(Within::DAY), Just(Within::Seconds(4 * 3600))];
        (condition(day), within, any::<(bool, bool, bool)>()).prop_map(move |(condition, within, flags)| {
            let mut executions = Executions::new(condition);
            executions.within = within;
            executions.correlate = if day { Correlate::Day } else { Correlate::None };
            executions.on_rerun = if flags.0 { OnRerun::Refire } else { OnRerun::Ignore };
            executions.while_running = if flags.1 { WhileRunning::Hold } else { WhileRunning::Ignore };
            executions.backfill = if flags.2 { Backfill::Follow } else { Backfill::None };
            executions
        })
    })
}

/// One run of a parent as a test draws it; times in units of 20 minutes, so that many are equal.
#[derive(Debug, Clone)]
struct Drawn {
    parent: &'static str,
    day: i32,
    noon: bool,
    start: u64,
    length: u64,
    status: Status,
    redriven: Option<(u64, Status)>,
    marked: bool,
    odd: u8,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let end = prop_oneof![3 => Just(Status::Succeeded), 1 => select(Status::ALL[1..].to_vec())];
    let redriven = prop::option::weighted(0.15, (1..30u64, end.clone()));
    let when = (0..3i32, prop::bool::weighted(0.2), 0..60u64, 1..15u64);
    (select(vec!["a", "b", "c", "d"]), when, end, redriven, any::<bool>(), 0..20u8).prop_map(
        |(parent, (day, noon, start, length), status, redriven, marked, odd)| Drawn {
            parent,
            day,
            noon,
            start,
            length,
            status,
            redriven,
            marked,
            odd,
        },
    )
}

/// All events of up to 14 runs in the order of their times: `RUNNING`, the end, and after a redrive another end. Runs of the same
/// instant are attempts, and some say which run they repeat; one in twenty found its key taken, one was backfilled.
pub fn history() -> impl Strategy<Value = Vec<Occurrence>> {
    prop::collection::vec(drawn(), 1..14).prop_map(|mut runs| {
        runs.sort_by_key(|r| (r.day, r.start));
        let mut attempts: BTreeMap<(&str, i32, bool), (u32, String)> = BTreeMap::new();
        let mut events = Vec::new();
        for (number, run) in runs.iter().enumerate() {
            let execution = format!("arn:{}:{number}", run.parent);
            let (attempt, before) = attempts.entry((run.parent, run.day, run.noon)).or_default();
            *attempt += 1;
            let before = std::mem::replace(before, execution.clone());
            let rerun_of = (run.marked && *attempt > 1).then_some(before);
            events.extend(events_of(run, execution, *attempt, rerun_of));
        }
        events.sort_by_key(Occurrence::mark);
        events
    })
}

fn events_of(run: &Drawn, execution: String, attempt: u32, rerun_of: Option<String>) -> Vec<Occurrence> {
    let midnight = MONDAY + u64::try_from(run.day).unwrap() * 24 * HOUR;
    let date: LogicalDate = "2026-11-23".parse::<LogicalDate>().unwrap().plus_days(run.day).unwrap();
    let hour = if run.noon { 12 } else { 0 };
    let key = RunKey::new(Source::Schedule, &format!("{date}T{hour:02}:00:00Z"), attempt).unwrap();
    let started = midnight + run.start * UNIT;
    let end = started + run.length * UNIT;
    let event = |status: Status, at: u64| Occurrence {
        parent: id(run.parent),
        run_key: key.clone(),
        execution: execution.as_str().into(),
        status,
        at,
        started,
        date,
        instant: Some(midnight + hour * HOUR),
        rerun_of: rerun_of.clone(),
        backfill: run.odd == 0,
        skipped: run.odd == 1 && status.is_terminal(),
        given_up: false,
        chain: [].into(),
        input: Default::default(),
        origin: Origin::Run,
    };
    let mut events = vec![event(Status::Running, started), event(run.status, end)];
    if let Some((delay, status)) = run.redriven.filter(|_| run.status != Status::Succeeded && run.odd != 1) {
        events.push(event(status, end + delay * UNIT));
    }
    events
}

/// A history, and the same in the order of some delivery: shuffled, some twice.
pub fn deliveries() -> impl Strategy<Value = (Vec<Occurrence>, Vec<Occurrence>)> {
    (history(), prop::collection::vec(any::<Index>(), 0..4), any::<bool>()).prop_flat_map(|(events, again, ordered)| {
        let mut delivered = events.clone();
        delivered.extend(again.iter().map(|index| index.get(&events).clone()));
        let shuffled = if ordered { Just(delivered).boxed() } else { Just(delivered).prop_shuffle().boxed() };
        (Just(events), shuffled)
    })
}

/// A child `x` with all its gates and all its firings.
pub struct Child {
    pub spec: Spec,
    pub executions: Executions,
    pub gates: BTreeMap<String, Gate>,
    pub firings: Vec<Arc<Firing>>,
}

impl Child {
    pub fn new(executions: &Executions) -> Self {
        let trigger = Trigger { executions: Some(executions.clone()), ..Trigger::default() };
        let spec = Spec::new(&id("x"), &trigger, "UTC", &Standing::default()).unwrap().unwrap();
        Self { spec, executions: executions.clone(), gates: BTreeMap::new(), firings: Vec::new() }
    }

    /// Offers it to every gate that it concerns; what happened.
    pub fn sees(&mut self, occurrence: &Occurrence) -> Vec<Effect> {
        let mut effects = Vec::new();
        for key in self.spec.keys(occurrence).0 {
            let gate = self.gates.get(&*key).cloned().unwrap_or_else(|| Gate::new(&self.spec, &*key));
            let decision = decide(gate, occurrence, &self.spec);
            if decision.changed {
                self.gates.insert(key.to_string(), decision.gate);
            }
            self.firings.extend(decision.firing);
            effects.extend(decision.effects);
        }
        effects
    }

    /// Looks at every gate at that time.
    pub fn looks_at_the_clock(&mut self, now: u64) {
        for gate in self.gates.values_mut() {
            let decision = tick(gate.clone(), &self.spec, now);
            *gate = decision.gate;
            self.firings.extend(decision.firing);
        }
    }

    pub fn sees_all(&mut self, occurrences: &[Occurrence]) {
        for occurrence in occurrences {
            self.sees(occurrence);
        }
    }
}

/// Whether a condition is true, given which leaves are: what a reader of the grammar would say.
pub fn holds(node: &Node, leaf: &impl Fn(&Leaf) -> bool) -> bool {
    match node {
        Node::Leaf(l) => leaf(l),
        Node::AnyOf { any_of } => any_of.iter().any(|n| holds(n, leaf)),
        Node::AllOf { all_of } => {
            let (optional, required): (Vec<&Node>, Vec<&Node>) =
                all_of.iter().partition(|n| matches!(n, Node::Leaf(l) if l.optional));
            if required.is_empty() {
                optional.iter().any(|n| holds(n, leaf))
            } else {
                required.iter().all(|n| holds(n, leaf))
            }
        }
    }
}

/// The time of a run in the frame of its child's key.
pub fn frame(at: u64, offset: Option<Offset>) -> u64 {
    at + if offset.is_some() { 24 * HOUR } else { 0 }
}

/// Whether a run of this age counts for the leaf.
pub fn is_young(leaf: &Leaf, executions: &Executions, age: u64) -> bool {
    match leaf.within.unwrap_or(executions.within) {
        Within::None => true,
        Within::Seconds(seconds) => age <= seconds * 1000,
    }
}

/// 256 cases each; `PROPTEST_CASES` sets another number.
pub fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}
