//! Five ways to get the protocol wrong, each of which the search must catch with its shortest story.

use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_engine::store::{Child, Committed, MemoryStore, Move, Outgoing, Sending, Store, StoreError, Tables};
use pipesynth_engine::{Admission, Firing, FiringCause, Gate, Lane, Occurrence, Used, firing_id};
use stateright::{Checker, Model};

use super::model::Search;
use super::props::{P1, P2, P3, P5, P6};
use super::scenario::{Scenario, id};
use super::world::Act;

/// How the central side works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Variant {
    /// As shipped.
    Sound,
    /// Insert into the run log, query it, fire if all parents are there.
    LogQuery,
    /// Insert and query in one transaction that sees only what was committed when it began.
    ReadCommitted,
    /// Gates are written without a look at their version.
    BlindWrite,
    /// The firing is sent after the commit, from the worker's memory.
    InlineSend,
    /// The child's machine does not claim its run key.
    UnclaimedStart,
}

impl Search {
    /// Whether firings are rows that survive a crash.
    pub fn keeps_outbox(&self) -> bool {
        self.variant != Variant::InlineSend
    }

    pub fn allows(&self) -> bool {
        self.scenario.child.registered.concurrency == pipesynth_contract::options::Concurrency::Allow
    }
}

/// What a query of the run log returns when the event is being worked on.
pub fn seen(variant: Variant, scenario: &Scenario, tables: &mut Tables, event: usize) -> Vec<usize> {
    let events = scenario.events.iter().enumerate();
    let place = |o: &Occurrence| (o.parent.clone(), o.mark());
    let committed = events.filter(|(_, o)| tables.log.contains_key(&place(o))).map(|(i, _)| i).collect();
    let own = &scenario.events[event];
    if variant == Variant::LogQuery {
        tables.log.entry(place(own)).or_insert_with(|| own.clone());
    }
    committed
}

/// Fires if the log holds a run of both parents.
pub fn commit_by_query(variant: Variant, scenario: &Scenario, tables: &mut Tables, event: usize, seen: &[usize]) {
    let own = &scenario.events[event];
    let place = (own.parent.clone(), own.mark());
    let newest = |parent: &str, logged: &dyn Fn(&Occurrence, usize) -> bool| {
        let events = scenario.events.iter().enumerate();
        events.filter(|(i, o)| o.parent.name() == parent && logged(o, *i)).map(|(_, o)| o).max_by_key(|o| o.at).cloned()
    };
    let runs = if variant == Variant::LogQuery {
        let logged = |o: &Occurrence, _: usize| tables.log.contains_key(&(o.parent.clone(), o.mark()));
        [newest("a", &logged), newest("b", &logged)]
    } else {
        if tables.log.insert(place, own.clone()).is_some() {
            return;
        }
        let logged = |_: &Occurrence, i: usize| i == event || seen.contains(&i);
        [newest("a", &logged), newest("b", &logged)]
    };
    let [Some(a), Some(b)] = runs else { return };
    let generation = tables.firings.len() as u64 + 1;
    let firing = firing_of(scenario, generation, &[a, b]);
    tables
        .firings
        .insert((id("x"), "all".into(), generation), Outgoing { firing: firing.into(), state: Sending::Pending });
}

fn firing_of(scenario: &Scenario, generation: u64, runs: &[Occurrence]) -> Firing {
    let spec = scenario.child.spec.as_ref().unwrap();
    let mut one = Gate::new(spec, "all");
    let used = |run: &Occurrence| {
        // The shipped decision makes the token.
        one = pipesynth_engine::decide(one.clone(), run, spec).gate;
        let leaf = one.leaves.iter().find(|l| l.leaf.parent == run.parent).unwrap();
        let token = leaf.cur.clone().or(leaf.fired.clone()).unwrap();
        Used { leaf: leaf.leaf.clone(), written: Vec::new(), token, previous: false }
    };
    Firing {
        firing_id: firing_id(&id("x"), "all", &spec.rev, generation),
        child: id("x"),
        key: "all".into(),
        rev: spec.rev.clone(),
        incarnation: 0,
        generation,
        cause: FiringCause::Executions,
        date: runs[0].date,
        instant: None,
        used: runs.iter().map(used).collect(),
        chain: [].into(),
        backfill: false,
        at: 0,
    }
}

/// The id of the newest firing, which is then in nobody's outbox.
pub fn take_from_outbox(tables: &mut Tables) -> String {
    tables.firings.pop_last().unwrap().1.firing.firing_id.clone()
}

/// A store whose gates anybody may overwrite.
pub struct Blind<'a>(pub &'a MemoryStore);

impl Store for Blind<'_> {
    fn successor(&self, id: &PipelineId) -> Result<Option<PipelineId>, StoreError> {
        self.0.successor(id)
    }
    fn commit(&self, child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>) -> Result<Committed, StoreError> {
        let mut tables = self.0.tables();
        let child = child.id();
        tables.gates.insert((child.clone(), gate.key.to_string()), gate.clone());
        if let Some(firing) = firing {
            let generation = tables.firings.len() as u64 + 1;
            let outgoing = Outgoing { firing: firing.clone(), state: Sending::Pending };
            tables.firings.insert((child.clone(), firing.key.to_string(), generation), outgoing);
        }
        Ok(Committed::Done)
    }

    fn log(&self, occurrence: &Occurrence) -> Result<Admission, StoreError> {
        self.0.log(occurrence)
    }
    fn children(&self, parent: &PipelineId) -> Result<Vec<Arc<Child>>, StoreError> {
        self.0.children(parent)
    }
    fn child(&self, id: &PipelineId) -> Result<Option<Arc<Child>>, StoreError> {
        self.0.child(id)
    }
    fn gate(&self, child: &PipelineId, key: &str) -> Result<Option<Gate>, StoreError> {
        self.0.gate(child, key)
    }
    fn due_gates(&self, now: u64) -> Result<Vec<(PipelineId, String)>, StoreError> {
        self.0.due_gates(now)
    }
    fn gates(&self, child: &PipelineId) -> Result<Vec<String>, StoreError> {
        self.0.gates(child)
    }
    fn with_deadline(&self) -> Result<Vec<Arc<Child>>, StoreError> {
        self.0.with_deadline()
    }
    fn unsettled(&self) -> Result<Vec<PipelineId>, StoreError> {
        self.0.unsettled()
    }
    fn outbox(&self, child: &PipelineId) -> Result<Vec<Outgoing>, StoreError> {
        self.0.outbox(child)
    }
    fn lane(&self, child: &PipelineId) -> Result<Lane, StoreError> {
        self.0.lane(child)
    }
    fn settle(&self, child: &PipelineId, lane: Option<&Lane>, moves: &[Move]) -> Result<Committed, StoreError> {
        self.0.settle(child, lane, moves)
    }
}

/// The shortest way to a state in which the property fails.
fn caught(search: Search, property: &'static str) -> Vec<Act> {
    let name = format!("{:?}", search.variant);
    for depth in 2..40 {
        let checker = search.clone().checker().target_max_depth(depth).spawn_bfs().join();
        if let Some(path) = checker.discovery(property) {
            let (actions, states) = (path.into_actions(), checker.unique_state_count());
            eprintln!("{name}: {property}: broken in {} steps, {states} states: {actions:?}", actions.len());
            return actions;
        }
    }
    panic!("{name} was not caught by {property}")
}

fn broken(variant: Variant, duplicates: u8, crashes: u8) -> Search {
    Search { variant, ..Search::new(Scenario::pair(), duplicates, crashes) }
}

#[test]
fn a_query_of_the_run_log_starts_the_child_twice() {
    let steps = caught(broken(Variant::LogQuery, 0, 0), P1);
    assert_eq!(steps.len(), 4, "two deliveries, two commits");
}

#[test]
fn a_query_of_what_was_committed_never_starts_the_child() {
    let couple = Search::new(Scenario::couple(), 0, 0);
    let steps = caught(Search { variant: Variant::ReadCommitted, ..couple }, P3);
    assert_eq!(steps.len(), 4, "two deliveries, two commits");
}

#[test]
fn a_write_without_a_version_loses_starts_and_repeats_them() {
    let couple = Search::new(Scenario::couple(), 0, 0);
    caught(Search { variant: Variant::BlindWrite, ..couple }, P3);
    caught(broken(Variant::BlindWrite, 1, 0), P2);
}

#[test]
fn sending_without_an_outbox_loses_the_start_in_a_crash() {
    let couple = Search { sends: true, ..Search::new(Scenario::couple(), 0, 1) };
    caught(Search { variant: Variant::InlineSend, ..couple }, P6);
}

#[test]
fn starting_without_a_claim_runs_the_child_twice() {
    let couple = Search { sends: true, twice: 1, ..Search::new(Scenario::couple(), 0, 0) };
    caught(Search { variant: Variant::UnclaimedStart, ..couple }, P5);
}
