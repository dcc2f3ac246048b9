//! The same history in a store and in memory → all answers compared, step by step.

use std::cell::Cell;
use std::fmt::Debug;
use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_engine::registry::{deregister, recheck, register};
use pipesynth_engine::store::{Child, MemoryStore, Move, Sink, StoreError, dispatch, ingest, sweep};
use pipesynth_engine::{Firing, Lane, Occurrence};

use crate::history::{Dice, Event, NAMES};
use crate::world::{MONDAY, id, next, run};
use crate::{Case, Fresh, Whole};

/// A few histories of moderate length; a store's own tests may call [`differential`] with more.
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case { name: "differential_1", run: |fresh| differential(fresh, "differential_1", 1, 150) },
        Case { name: "differential_2", run: |fresh| differential(fresh, "differential_2", 2, 150) },
        Case { name: "differential_3", run: |fresh| differential(fresh, "differential_3", 3, 150) },
    ]
}

/// Plays the history of a seed, this many events long, to the store of that name and to one in memory. Every answer must be the same,
/// and so must every tenth time and at the end all that can be read.
pub fn differential(fresh: &dyn Fresh, name: &str, seed: u64, events: usize) {
    let (theirs, ours) = (fresh.open(name), MemoryStore::default());
    let (mut dice, mut now) = (Dice::new(seed), MONDAY);
    for number in 1..=events {
        let event = dice.event(&mut now);
        let (got, expected) = (play(&*theirs, &event, now), play(&ours, &event, now));
        assert_eq!(got, expected, "seed {seed}, event {number}: {event:?}");
        if number % 10 == 0 || number == events {
            for (got, expected) in everything(&*theirs, now).into_iter().zip(everything(&ours, now)) {
                assert_eq!(got, expected, "seed {seed}, after event {number}: {event:?}");
            }
        }
    }
}

/// A bus that may be down for good, or breaks after the second event.
struct Bus {
    up: bool,
    sent: Cell<u32>,
}

impl Sink for Bus {
    fn send(&self, _: &Arc<Firing>, _: &Child) -> Result<(), StoreError> {
        self.sent.set(self.sent.get() + 1);
        if self.up || self.sent.get() < 2 { Ok(()) } else { Err(StoreError::Unavailable("down".into())) }
    }
}

fn text(answer: impl Debug) -> String {
    format!("{answer:?}")
}

/// What the store says to the event.
fn play(store: &dyn Whole, event: &Event, now: u64) -> String {
    match event {
        Event::Register(registration) => text(register(store, registration, now)),
        Event::Deregister(id, force) => text(deregister(store, id, *force)),
        Event::Ingest(occurrence) => text(ingest(store, occurrence)),
        Event::Own(child, status) => {
            let Some(open) = store.outbox(child).unwrap().into_iter().next() else { return String::new() };
            let (run_key, execution) = (open.firing.run_key(), format!("arn:own:{}", open.firing.firing_id).into());
            let own = Occurrence {
                parent: child.clone(),
                run_key,
                execution,
                status: *status,
                at: now,
                started: now,
                ..run("a1")
            };
            text(ingest(store, &own))
        }
        Event::Sweep => text(sweep(store, now)),
        Event::Recheck(child) => text(recheck(store, child, now)),
        Event::Dispatch(child, up) => text(dispatch(store, &Bus { up: *up, sent: Cell::new(0) }, child, now)),
        Event::Commit(child, after, older, fires) => commit(store, child, *after, *older, *fires),
        Event::Settle(child, from, to, lane) => {
            let outbox = store.outbox(child).unwrap();
            let moves: Vec<Move> =
                outbox.first().map(|o| Move { from: *from, ..Move::of(o, *to) }).into_iter().collect();
            let stored = store.lane(child).unwrap();
            let lane = lane.map(|after| Lane { ver: stored.ver + after, ..stored });
            text(store.settle(child, lane.as_ref(), &moves))
        }
        Event::Claim(id, key, execution) => {
            text(store.claim(id, &format!("dep/{key}#1").parse().unwrap(), &format!("arn:{execution}")))
        }
    }
}

fn commit(store: &dyn Whole, id: &PipelineId, after: u64, older: u64, fires: bool) -> String {
    let Some(child) = store.child(id).unwrap() else { return String::new() };
    let Some(key) = store.gates(id).unwrap().into_iter().next() else { return String::new() };
    let Some(stored) = store.gate(id, &key).unwrap() else { return "a gate that holds something is not there".into() };
    let mut child = Child::clone(&child);
    child.registered.version -= older.min(child.registered.version);
    let mut gate = next(&stored);
    gate.ver = stored.ver + after;
    let outgoing = store.outbox(id).unwrap().into_iter().next();
    // Its slot is taken, unless its gate is another one and has fewer firings.
    let firing = outgoing.filter(|_| fires).map(|o| Arc::new(Firing { key: key.into(), ..Firing::clone(&o.firing) }));
    text(store.commit(&child, &gate, firing.as_ref()))
}

/// All that can be read.
fn everything(store: &dyn Whole, now: u64) -> Vec<String> {
    let mut unsettled = store.unsettled().unwrap();
    unsettled.sort();
    let mut seen = vec![
        text(store.graph_version()),
        text(store.entries()),
        text(unsettled),
        text((store.due_gates(now), store.due_gates(now + 3_600_000), store.due_gates(u64::MAX))),
        text(store.with_deadline().unwrap().iter().map(|child| &child.registered).collect::<Vec<_>>()),
    ];
    for id in NAMES.map(id) {
        let registered = |child: &Arc<Child>| child.registered.clone();
        let children: Vec<_> = store.children(&id).unwrap().iter().map(registered).collect();
        seen.push(text((&id, store.entry(&id), store.child(&id).unwrap().as_ref().map(registered), children)));
        seen.push(text((&id, store.dependants(&id), store.outbox(&id), store.lane(&id))));
        let keys = store.gates(&id).unwrap();
        seen.push(text((&id, keys.iter().map(|key| store.gate(&id, key)).collect::<Vec<_>>(), &keys)));
    }
    seen
}
