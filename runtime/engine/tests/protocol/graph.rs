//! Registrations, deletions, events and dispatches at once, each through its shipped steps: what may come of every order of them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_engine::registry::{Outcome, Refused, RegisterError, Work};
use pipesynth_engine::store::{
    Change, Child, Committed, Dispatch, Entry, Ingest, Link, MemoryStore, Registry, Sink, StoreError, Tables,
};
use pipesynth_engine::{Firing, Occurrence};
use stateright::{Checker, Model, Property};

pub const ACYCLIC: &str = "P15 the graph has no cycle";

/// One thing to be done, by somebody who may die and is then started again.
#[derive(Debug, Clone)]
pub enum Task {
    Graph(Work),
    Event(Occurrence),
    Dispatch(PipelineId),
}

/// What is done, in every order that the second of each pair allows: the number of a task that must be over before.
///
/// Links are written and removed apart from the transaction, as in DynamoDB, and the removal may come late or never.
#[derive(Debug, Clone)]
pub struct Story {
    pub tables: Tables,
    pub tasks: Vec<(Task, Option<usize>)>,
    pub crashes: u8,
    /// Whether a change is written whatever version the graph has: the mistake that the search must find.
    pub blind: bool,
    /// What must hold when all is done.
    pub end: fn(&State) -> bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Actor {
    Graph(Box<Work>),
    Event(Box<Ingest>),
    Dispatch(Dispatch),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Progress {
    To,
    On(Actor),
    /// For a refused registration the cycle.
    Over(Option<Vec<PipelineId>>),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub tables: Tables,
    progress: Vec<Progress>,
    crashes: u8,
    /// Links that are still to be removed.
    late: Vec<Link>,
    /// Firing ids that were sent, with the life of the child as the sender saw it.
    pub sent: BTreeMap<String, u64>,
    /// A step that must not be.
    wrong: Option<&'static str>,
}

impl State {
    /// The cycles of those that were refused.
    pub fn cycles(&self) -> Vec<&Vec<PipelineId>> {
        self.progress.iter().filter_map(|p| if let Progress::Over(cycle) = p { cycle.as_ref() } else { None }).collect()
    }

    fn is_over(&self) -> bool {
        self.progress.iter().all(|progress| matches!(progress, Progress::Over(_)))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Step(usize),
    Crash(usize),
    Unlink(usize),
}

/// A registry that writes links apart from the entries, and may not look at the graph's version.
struct Apart<'a> {
    store: &'a MemoryStore,
    late: RefCell<Vec<Link>>,
    blind: bool,
}

impl Registry for Apart<'_> {
    fn graph_version(&self) -> Result<u64, StoreError> {
        self.store.graph_version()
    }
    fn entry(&self, id: &PipelineId) -> Result<Option<Entry>, StoreError> {
        self.store.entry(id)
    }
    fn dependants(&self, parent: &PipelineId) -> Result<Vec<PipelineId>, StoreError> {
        self.store.dependants(parent)
    }
    fn entries(&self) -> Result<Vec<Entry>, StoreError> {
        self.store.entries()
    }

    fn apply(&self, change: &Change) -> Result<Committed, StoreError> {
        for link in &change.link {
            let mut tables = self.store.tables();
            let stored = tables.links.entry(link.parent.clone()).or_default().entry(link.child.clone()).or_default();
            *stored = link.version.max(*stored);
        }
        let graph = if self.blind { self.store.graph_version()? } else { change.graph };
        let committed = self.store.apply(&Change { graph, link: Vec::new(), unlink: Vec::new(), ..change.clone() })?;
        if committed == Committed::Done {
            self.late.borrow_mut().extend(change.unlink.iter().cloned());
        }
        Ok(committed)
    }
}

#[derive(Default)]
struct Bus(RefCell<Vec<(Arc<Firing>, u64)>>);

impl Sink for Bus {
    fn send(&self, firing: &Arc<Firing>, child: &Child) -> Result<(), StoreError> {
        self.0.borrow_mut().push((firing.clone(), child.registered.incarnation));
        Ok(())
    }
}

impl Story {
    fn start(&self, index: usize) -> Actor {
        match &self.tasks[index].0 {
            Task::Graph(work) => Actor::Graph(Box::new(work.clone())),
            Task::Event(event) => Actor::Event(Box::new(Ingest::new(event.clone()))),
            Task::Dispatch(id) => Actor::Dispatch(Dispatch::new(id.clone())),
        }
    }

    fn step(&self, state: &mut State, index: usize) {
        let store = MemoryStore::new(std::mem::take(&mut state.tables));
        let mut actor = match std::mem::replace(&mut state.progress[index], Progress::To) {
            Progress::On(actor) => actor,
            _ => self.start(index),
        };
        let over = match &mut actor {
            Actor::Graph(work) => {
                let apart = Apart { store: &store, late: RefCell::default(), blind: self.blind };
                let answer = work.step(&apart);
                state.late.extend(apart.late.into_inner());
                ended(answer)
            }
            Actor::Event(work) => work.step(&store, &mut Vec::new()).unwrap().then_some(None),
            Actor::Dispatch(work) => {
                let bus = Bus::default();
                let over = work.step(&store, &bus, 1, &mut Vec::new()).unwrap();
                for (firing, life) in bus.0.into_inner() {
                    if firing.incarnation != life {
                        state.wrong = Some("a firing of another life was sent");
                    }
                    state.sent.insert(firing.firing_id.clone(), life);
                }
                over.then_some(None)
            }
        };
        let before = std::mem::replace(&mut state.tables, store.into_tables());
        debug_assert!(before == Tables::default());
        state.progress[index] = over.map_or(Progress::On(actor), Progress::Over);
    }
}

/// `Some` when nothing is left to do, with the cycle of a refusal.
fn ended(answer: Result<Option<Outcome>, RegisterError>) -> Option<Option<Vec<PipelineId>>> {
    match answer {
        Ok(None) => None,
        Ok(Some(_)) => Some(None),
        Err(RegisterError::Refused(Refused::Cycle(cycle))) => Some(Some(cycle)),
        Err(other) => panic!("{other}"),
    }
}

/// A firing is written only while its child is live in that life.
fn fired_for_the_living(before: &Tables, after: &Tables) -> bool {
    after.firings.iter().filter(|(slot, _)| !before.firings.contains_key(slot)).all(|((id, ..), outgoing)| {
        before.children.get(id).is_some_and(|child| child.registered.incarnation == outgoing.firing.incarnation)
    })
}

fn is_acyclic(tables: &Tables) -> bool {
    let parents = |id: &PipelineId| -> Vec<PipelineId> {
        let spec = tables.children.get(id).and_then(|child| child.spec.as_ref());
        spec.iter().flat_map(|spec| spec.leaves()).filter(|leaf| !leaf.is_clock()).map(|l| l.parent.clone()).collect()
    };
    tables.children.keys().all(|start| {
        let (mut seen, mut open) = (Vec::new(), parents(start));
        while let Some(at) = open.pop() {
            if at == *start {
                return false;
            }
            if !seen.contains(&at) {
                open.extend(parents(&at));
                seen.push(at);
            }
        }
        true
    })
}

/// Every leaf of a live pipeline finds it.
fn is_linked(tables: &Tables) -> bool {
    tables.children.iter().all(|(id, child)| {
        let leaves = child.spec.iter().flat_map(|spec| spec.leaves());
        leaves.into_iter().all(|leaf| tables.links.get(&leaf.parent).is_some_and(|l| l.contains_key(id)))
    })
}

impl Model for Story {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            tables: self.tables.clone(),
            progress: vec![Progress::To; self.tasks.len()],
            crashes: self.crashes,
            late: Vec::new(),
            sent: BTreeMap::new(),
            wrong: None,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Act>) {
        for (index, progress) in state.progress.iter().enumerate() {
            let ready = self.tasks[index].1.is_none_or(|before| matches!(state.progress[before], Progress::Over(_)));
            if ready && !matches!(progress, Progress::Over(_)) {
                actions.push(Act::Step(index));
            }
            if matches!(progress, Progress::On(_)) && state.crashes > 0 {
                actions.push(Act::Crash(index));
            }
        }
        actions.extend((0..state.late.len()).map(Act::Unlink));
    }

    fn next_state(&self, last: &State, action: Act) -> Option<State> {
        let mut state = last.clone();
        match action {
            Act::Step(index) => {
                self.step(&mut state, index);
                if !fired_for_the_living(&last.tables, &state.tables) {
                    state.wrong = Some("a firing was written for nobody");
                }
            }
            Act::Crash(index) => {
                state.progress[index] = Progress::To;
                state.crashes -= 1;
            }
            Act::Unlink(index) => {
                let link = state.late.remove(index);
                if let Some(children) = state.tables.links.get_mut(&link.parent)
                    && children.get(&link.child).is_some_and(|version| *version < link.version)
                {
                    children.remove(&link.child);
                }
                state.tables.links.retain(|_, children| !children.is_empty());
            }
        }
        Some(state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("P14 nothing fires or is sent for another life", |_, state: &State| state.wrong.is_none()),
            Property::always(ACYCLIC, |_, state: &State| is_acyclic(&state.tables)),
            Property::always("every leaf finds its pipeline", |_, state: &State| is_linked(&state.tables)),
            Property::always("the end is as it must be", |story: &Story, state: &State| {
                !state.is_over() || (story.end)(state)
            }),
            Property::sometimes("all is done", |_, state: &State| state.is_over()),
        ]
    }
}

/// Searches everything.
pub fn holds(name: &str, story: Story) {
    let checker = story.checker().threads(2).spawn_bfs().join();
    eprintln!("{name}: {} states, depth {}", checker.unique_state_count(), checker.max_depth());
    checker.assert_properties();
}
