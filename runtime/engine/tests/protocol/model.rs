//! A story and how much may go wrong → every order in which it can happen, through the shipped steps.

use std::collections::BTreeMap;

use pipesynth_contract::Status;
use pipesynth_engine::registry::recheck;
use pipesynth_engine::store::{
    Child, Claims, Dispatch, Ingest, MemoryStore, Outgoing, RESEND_AFTER, Sending, ingest, sweep,
};
use pipesynth_engine::{RunKey, Source};
use stateright::{Model, Property};

use super::broken::{self, Variant};
use super::props;
use super::scenario::{Change, HOUR, MONDAY, Scenario, id, run_of};
use super::world::{Act, Sent, Worker, World};

/// What is searched: a story, with how much may go wrong.
#[derive(Debug, Clone)]
pub struct Search {
    pub scenario: Scenario,
    pub variant: Variant,
    /// Deliveries of each event beyond the first.
    pub duplicates: u8,
    pub crashes: u8,
    pub losses: u8,
    pub twice: u8,
    /// Whether the outbox is dispatched; without it the search ends at the outbox.
    pub sends: bool,
    /// Dispatchers at once.
    pub dispatchers: usize,
}

impl Search {
    pub fn new(scenario: Scenario, duplicates: u8, crashes: u8) -> Self {
        let variant = Variant::Sound;
        Self { scenario, variant, duplicates, crashes, losses: 0, twice: 0, sends: false, dispatchers: 2 }
    }

    /// All events are worked off, and after an edit its gates were looked at.
    pub fn drained(&self, world: &World) -> bool {
        let edited = matches!(self.scenario.change, Some(Change::Edit(_)));
        world.workers.is_empty() && world.left.iter().all(|n| *n == 0) && (!edited || world.swept)
    }

    /// Runs a part of the protocol against the world's tables.
    fn with<T>(world: &mut World, part: impl FnOnce(&MemoryStore) -> T) -> T {
        let store = MemoryStore::new(std::mem::take(&mut world.tables));
        let answer = part(&store);
        world.tables = store.into_tables();
        answer
    }

    fn deliver(&self, world: &mut World, event: usize) {
        let mut work = Ingest::new(self.scenario.events[event].clone());
        if let Variant::LogQuery | Variant::ReadCommitted = self.variant {
            let seen = broken::seen(self.variant, &self.scenario, &mut world.tables, event);
            world.workers.push(Worker::ByQuery(event, seen));
            return;
        }
        // Log, own lane, children: nothing that others do in between changes their answer, except an edit.
        let together = if self.scenario.change.is_some() { 1 } else { 3 };
        for _ in 0..together {
            Self::with(world, |store| work.step(store, &mut Vec::new())).unwrap();
        }
        world.workers.push(Worker::Real(event, Box::new(work)));
    }

    fn step(&self, world: &mut World, index: usize) {
        match world.workers.remove(index) {
            Worker::Real(event, mut work) => {
                let before = world.tables.firings.len();
                let done = match self.variant {
                    Variant::BlindWrite => Self::with(world, |s| work.step(&broken::Blind(s), &mut Vec::new())),
                    _ => Self::with(world, |store| work.step(store, &mut Vec::new())),
                };
                let fired = world.tables.firings.len() > before;
                if self.variant == Variant::InlineSend && fired {
                    let firing = broken::take_from_outbox(&mut world.tables);
                    world.workers.push(Worker::Sends(event, firing));
                } else if !done.unwrap() {
                    world.workers.push(Worker::Real(event, work));
                }
            }
            Worker::ByQuery(event, seen) => {
                broken::commit_by_query(self.variant, &self.scenario, &mut world.tables, event, &seen);
            }
            Worker::Sends(_, firing) => {
                *world.flying.entry(firing).or_default() += 1;
            }
        }
    }

    fn dispatch(world: &mut World, mut work: Dispatch, moved: bool) {
        let sent = Sent::default();
        let before = world.tables.clone();
        let now = world.now;
        let done = Self::with(world, |store| work.step(store, &sent, now, &mut Vec::new())).unwrap();
        let moved = moved || world.tables != before || !sent.0.borrow().is_empty();
        for firing in sent.0.into_inner() {
            *world.flying.entry(firing).or_default() += 1;
        }
        if moved {
            world.dispatchers.iter_mut().for_each(|(_, moved)| *moved = true);
        }
        if !done {
            world.dispatchers.push((work, moved));
        }
        world.dry = done && !moved;
    }

    /// A trigger reaches the child's machine: an execution starts and asks for its key.
    fn arrive(&self, world: &mut World, firing: &str) {
        let key = RunKey::new(Source::Dependency, firing, 1).unwrap();
        let (number, ran) = world.starts.get(firing).copied().unwrap_or_default();
        let execution = format!("arn:x:{firing}:{number}");
        let holder = Self::with(world, |store| store.claim(&id("x"), &key, &execution)).unwrap();
        let ours = holder == execution || self.variant == Variant::UnclaimedStart;
        world.starts.insert(firing.to_owned(), (number + 1, ran + u8::from(ours)));
        let start = MONDAY + 24 * HOUR + u64::from(number);
        let event = |status| run_of(id("x"), key.clone(), &execution, status, start + HOUR, start);
        Self::with(world, |store| ingest(store, &event(Status::Running))).unwrap();
        if ours {
            world.going.push(firing.to_owned());
            world.going.sort();
        } else {
            let mut skipped = event(Status::Succeeded);
            skipped.skipped = true;
            Self::with(world, |store| ingest(store, &skipped)).unwrap();
        }
    }

    fn end(world: &mut World, firing: &str) {
        world.going.retain(|f| f != firing);
        let key = RunKey::new(Source::Dependency, firing, 1).unwrap();
        let holder = world.tables.claims[&(id("x"), key.clone())].clone();
        let start = MONDAY + 24 * HOUR;
        let event = run_of(id("x"), key, &holder, Status::Failed, start + HOUR, start);
        Self::with(world, |store| ingest(store, &event)).unwrap();
    }

    fn sending_actions(&self, world: &World, actions: &mut Vec<Act>) {
        let outbox = world.tables.firings.values();
        let busy = |o: &Outgoing| match o.state {
            Sending::Pending | Sending::Admitted => true,
            Sending::Sent { at, .. } => world.now >= at + RESEND_AFTER,
            _ => false,
        };
        if world.dispatchers.len() < self.dispatchers && !world.dry && outbox.clone().any(busy) {
            actions.push(Act::Dispatch);
        }
        for index in 0..world.dispatchers.len() {
            actions.push(Act::StepDispatch(index));
            if world.crashes > 0 {
                actions.push(Act::CrashDispatch(index));
            }
        }
        for firing in world.flying.keys() {
            actions.push(Act::Arrive(firing.clone()));
            if world.twice > 0 {
                actions.push(Act::ArriveTwice(firing.clone()));
            }
            if world.losses > 0 {
                actions.push(Act::Lose(firing.clone()));
            }
        }
        let unseen = outbox.clone().any(|o| matches!(o.state, Sending::Sent { .. }) && !busy(o));
        if unseen && world.flying.is_empty() && world.dispatchers.is_empty() {
            actions.push(Act::Wait);
        }
        actions.extend(world.going.iter().map(|firing| Act::End(firing.clone())));
    }
}

impl Model for Search {
    type State = World;
    type Action = Act;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            tables: self.scenario.tables(),
            left: vec![1 + self.duplicates; self.scenario.events.len()],
            workers: Vec::new(),
            dispatchers: Vec::new(),
            crashes: self.crashes,
            losses: self.losses,
            twice: self.twice,
            now: MONDAY + 24 * HOUR,
            flying: BTreeMap::new(),
            starts: BTreeMap::new(),
            going: Vec::new(),
            changed: None,
            swept: false,
            dry: false,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Act>) {
        if world.workers.len() < 2 {
            actions.extend((0..world.left.len()).filter(|e| world.left[*e] > 0).map(Act::Deliver));
        }
        for index in 0..world.workers.len() {
            // Twins do the same.
            if index > 0 && world.workers[index] == world.workers[index - 1] {
                continue;
            }
            actions.push(Act::Step(index));
            if world.crashes > 0 {
                actions.push(Act::Crash(index));
            }
        }
        if self.scenario.change.is_some() && world.changed.is_none() {
            actions.push(Act::Change);
        }
        let edited = matches!(self.scenario.change, Some(Change::Edit(_))) && world.changed.is_some();
        if edited && !world.swept && world.workers.is_empty() && world.left.iter().all(|n| *n == 0) {
            actions.push(Act::Sweep);
        }
        if self.sends {
            self.sending_actions(world, actions);
        }
    }

    fn next_state(&self, last: &World, action: Act) -> Option<World> {
        let mut world = last.clone();
        world.dry = false;
        if !matches!(action, Act::Dispatch | Act::StepDispatch(_)) {
            world.dispatchers.iter_mut().for_each(|(_, moved)| *moved = true);
        }
        match action {
            Act::Deliver(event) => {
                world.left[event] -= 1;
                self.deliver(&mut world, event);
            }
            Act::Step(index) => self.step(&mut world, index),
            Act::Crash(index) => {
                let event = world.workers.remove(index).event();
                world.left[event] += 1;
                world.crashes -= 1;
            }
            Act::Change => {
                world.changed = Some(world.tables.firings.len());
                match &self.scenario.change {
                    Some(Change::Edit(child)) => world.tables.register(Child::clone(child)),
                    _ => world.tables.remove(&id("x")),
                }
            }
            Act::Sweep => {
                world.swept = true;
                let now = MONDAY + 4 * HOUR;
                Self::with(&mut world, |store| recheck(store, &id("x"), now)).unwrap();
                Self::with(&mut world, |store| sweep(store, now)).unwrap();
            }
            Act::Dispatch => Self::dispatch(&mut world, Dispatch::new(id("x")), false),
            Act::StepDispatch(index) => {
                let (work, moved) = world.dispatchers.remove(index);
                Self::dispatch(&mut world, work, moved);
            }
            Act::CrashDispatch(index) => {
                world.dispatchers.remove(index);
                world.crashes -= 1;
            }
            Act::Arrive(firing) => {
                let flying = world.flying.get_mut(&firing)?;
                *flying -= 1;
                if *flying == 0 {
                    world.flying.remove(&firing);
                }
                self.arrive(&mut world, &firing);
            }
            Act::ArriveTwice(firing) => {
                world.twice -= 1;
                self.arrive(&mut world, &firing);
            }
            Act::Lose(firing) => {
                world.losses -= 1;
                world.flying.remove(&firing);
            }
            Act::Wait => world.now += RESEND_AFTER,
            Act::End(firing) => Self::end(&mut world, &firing),
        }
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        props::all()
    }
}
