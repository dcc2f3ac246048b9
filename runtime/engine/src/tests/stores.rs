//! The protocol over a store, from a status event to the child's bus.

use std::cell::RefCell;
use std::sync::Arc;

use pipesynth_contract::Status;
use pipesynth_contract::options::Concurrency;
use serde_json::{Value, json};

use super::help::*;
use crate::store::{
    Child as Pipeline, Claims, Dispatch, MAX_SENDS, MemoryStore, Note, RESEND_AFTER, Registered, Sending, Sink, Store,
    StoreError, Tables, What, dispatch, ingest, sweep,
};
use crate::{Effect, Firing};

/// A bus that remembers, or that does not answer.
#[derive(Default)]
struct Bus {
    sent: RefCell<Vec<String>>,
    down: bool,
}

impl Sink for Bus {
    fn send(&self, firing: &Arc<Firing>, child: &Pipeline) -> Result<(), StoreError> {
        if self.down {
            return Err(StoreError::Unavailable("throttled".into()));
        }
        assert_eq!(child.registered.region, "eu-central-1");
        self.sent.borrow_mut().push(firing.firing_id.clone());
        Ok(())
    }
}

fn registered(condition: Value, options: Value, concurrency: Concurrency) -> Pipeline {
    let trigger = trigger(condition, options);
    let registered = Registered::new(id("x"), "eu-central-1", "UTC", trigger);
    Pipeline::new(Registered { concurrency, ..registered }).unwrap()
}

fn store_of(condition: Value, options: Value) -> MemoryStore {
    let mut tables = Tables::default();
    tables.register(registered(condition, options, Concurrency::Allow));
    MemoryStore::new(tables)
}

fn fired(notes: &[Note]) -> Vec<&Arc<Firing>> {
    notes.iter().filter_map(|n| if let What::Fired(firing) = &n.what { Some(firing) } else { None }).collect()
}

fn states(store: &MemoryStore) -> Vec<Sending> {
    store.tables().firings.values().map(|o| o.state).collect()
}

#[test]
fn a_status_event_becomes_one_trigger_and_one_run() {
    let (store, bus) = (store_of(all(&[ok("a"), ok("b")]), json!({})), Bus::default());
    assert!(fired(&ingest(&store, &run("a", 1)).unwrap()).is_empty());
    let notes = ingest(&store, &run("b", 2)).unwrap();
    let firing = fired(&notes)[0].clone();
    assert_eq!(store.unsettled().unwrap(), [id("x")]);
    for _ in 0..2 {
        dispatch(&store, &bus, &id("x"), 0).unwrap();
        assert!(fired(&ingest(&store, &run("b", 2)).unwrap()).is_empty());
    }
    assert_eq!(bus.sent.borrow()[..], std::slice::from_ref(&firing.firing_id)[..]);
    let own = run("x", 3).but(|o| o.run_key = firing.run_key()).running();
    ingest(&store, &own).unwrap();
    assert_eq!(states(&store), [Sending::Started]);
    assert!(store.unsettled().unwrap().is_empty());
}

#[test]
fn a_bus_that_is_down_loses_nothing() {
    let store = store_of(ok("a"), json!({}));
    ingest(&store, &run("a", 1)).unwrap();
    let down = Bus { down: true, ..Bus::default() };
    assert!(dispatch(&store, &down, &id("x"), 0).is_err());
    assert_eq!(states(&store), [Sending::Admitted]);
    let bus = Bus::default();
    dispatch(&store, &bus, &id("x"), 0).unwrap();
    assert_eq!(bus.sent.borrow().len(), 1);
}

#[test]
fn a_trigger_without_a_run_is_sent_again_and_in_the_end_told() {
    let (store, bus) = (store_of(ok("a"), json!({})), Bus::default());
    ingest(&store, &run("a", 1)).unwrap();
    let mut alerts = Vec::new();
    for round in 0..10 {
        // Twice each time: in between nothing is due.
        for now in [round * RESEND_AFTER, round * RESEND_AFTER + 1] {
            alerts.extend(dispatch(&store, &bus, &id("x"), now).unwrap().into_iter().filter(Note::is_alert));
        }
    }
    assert_eq!(bus.sent.borrow().len(), MAX_SENDS as usize);
    assert!(matches!(&alerts[..], [Note { what: What::Dead(_), .. }]), "{alerts:?}");
    assert_eq!(states(&store), [Sending::Dead]);
}

#[test]
fn a_start_given_up_makes_room_in_the_queue() {
    let mut tables = Tables::default();
    tables.register(registered(ok("a"), json!({"correlate": "none"}), Concurrency::Queue));
    let (store, bus) = (MemoryStore::new(tables), Bus::default());
    ingest(&store, &run("a", 1)).unwrap();
    ingest(&store, &run("a", 2).key("manual/two#1")).unwrap();
    for round in 0..=u64::from(MAX_SENDS) {
        dispatch(&store, &bus, &id("x"), round * RESEND_AFTER).unwrap();
    }
    assert!(matches!(states(&store)[..], [Sending::Dead, Sending::Sent { .. }]), "{:?}", states(&store));
}

#[test]
fn a_twin_of_a_parents_run_starts_nobody() {
    let store = store_of(on("a", &["RUNNING", "FAILED"]), json!({"correlate": "none"}));
    let first = run("a", 2).running();
    assert_eq!(fired(&ingest(&store, &first).unwrap()).len(), 1);
    // Another run of the parent in between, so that the gate alone could not know.
    assert_eq!(fired(&ingest(&store, &run("a", 3).key("manual/m#1").running()).unwrap()).len(), 1);
    let twin = run("a", 5).running();
    assert!(ingest(&store, &twin).unwrap().is_empty());
    let skipped = run("a", 5).but(|o| o.skipped = true);
    assert!(fired(&ingest(&store, &skipped).unwrap()).is_empty());
    assert_eq!(fired(&ingest(&store, &run("a", 2).status(Status::Failed).but(|o| o.at += 9 * H)).unwrap()).len(), 1);
}

#[test]
fn a_child_that_comes_back_never_uses_a_firing_id_again() {
    let store = store_of(ok("a"), json!({}));
    let first = fired(&ingest(&store, &run("a", 1)).unwrap())[0].firing_id.clone();
    store.tables().remove(&id("x"));
    assert!(ingest(&store, &run("a", 2)).unwrap().is_empty());
    assert_eq!(store.unsettled().unwrap(), [id("x")]);
    dispatch(&store, &Bus::default(), &id("x"), 0).unwrap();
    assert_eq!(states(&store), [Sending::Dropped]);
    store.tables().register(registered(ok("a"), json!({}), Concurrency::Allow));
    let second = fired(&ingest(&store, &run("a", 3).key("manual/three#1")).unwrap())[0].clone();
    assert_eq!(second.generation, 2);
    assert_ne!(first, second.firing_id);
}

#[test]
fn the_sweeper_answers_deadlines_also_where_nothing_arrived() {
    let store = store_of(all(&[ok("a"), ok("b")]), json!({"deadline": "07:00", "onMiss": "notify"}));
    assert!(sweep(&store, MONDAY + 6 * H).unwrap().is_empty());
    let notes = sweep(&store, MONDAY + 7 * H).unwrap();
    assert!(matches!(&notes[..], [Note { what: What::Gate(_, Effect::DeadlineMissed { .. }), .. }]), "{notes:?}");
    assert!(sweep(&store, MONDAY + 8 * H).unwrap().is_empty());
    // The next day's gate has a deadline of its own.
    assert_eq!(sweep(&store, MONDAY + 31 * H).unwrap().len(), 1);
}

#[test]
fn a_run_without_a_key_is_told() {
    let store = store_of(ok("a"), json!({"correlate": "hour"}));
    let notes = ingest(&store, &run("a", 1).but(|o| o.instant = None)).unwrap();
    assert!(matches!(&notes[..], [note @ Note { what: What::NoKey(_), .. }] if note.is_alert()), "{notes:?}");
}

#[test]
fn a_claim_belongs_to_the_first_and_to_nobody_else() {
    let store = MemoryStore::default();
    let key = "dep/3f9c#1".parse().unwrap();
    for (execution, holder) in [("one", "one"), ("two", "one"), ("one", "one")] {
        assert_eq!(store.claim(&id("x"), &key, execution).unwrap(), holder);
    }
}

#[test]
fn a_store_keeps_its_conditions() {
    use crate::store::{Committed, Move};
    let store = store_of(ok("a"), json!({}));
    let notes = ingest(&store, &run("a", 1)).unwrap();
    let firing = fired(&notes)[0].clone();
    let gate = store.gate(&id("x"), &firing.key).unwrap().unwrap();
    let child = store.child(&id("x")).unwrap().unwrap();
    assert_eq!(store.commit(&child, &gate, None).unwrap(), Committed::Conflict, "the same version again");
    let mut next = gate.clone();
    next.ver += 1;
    assert_eq!(store.commit(&child, &next, Some(&firing)).unwrap(), Committed::Conflict, "the same firing again");
    store.tables().register(registered(ok("a"), json!({}), Concurrency::Allow));
    assert_eq!(store.commit(&child, &next, None).unwrap(), Committed::Gone, "the registration was written");
    let outgoing = store.outbox(&id("x")).unwrap().remove(0);
    let admit = [Move::of(&outgoing, Sending::Admitted)];
    let lane = crate::Lane { ver: 1, ..Default::default() };
    assert_eq!(store.settle(&id("x"), Some(&lane), &admit).unwrap(), Committed::Done);
    assert_eq!(store.settle(&id("x"), None, &admit).unwrap(), Committed::Conflict, "it is no longer pending");
    assert_eq!(store.settle(&id("x"), Some(&lane), &[]).unwrap(), Committed::Conflict, "the lane is newer");
}

#[test]
fn a_rerun_that_begins_during_a_dispatch_is_not_overlooked() {
    let mut tables = Tables::default();
    tables.register(registered(ok("a"), json!({}), Concurrency::Queue));
    let (store, bus, mut notes) = (MemoryStore::new(tables), Bus::default(), Vec::new());
    ingest(&store, &run("a", 1)).unwrap();
    let mut work = Dispatch::new(id("x"));
    // The outbox and the free lane are read; then somebody repeats an earlier run of the child.
    for _ in 0..2 {
        assert!(!work.step(&store, &bus, 0, &mut notes).unwrap());
    }
    let rerun = run("x", 2).key("dep/earlier#2");
    ingest(&store, &rerun.clone().running()).unwrap();
    while !work.step(&store, &bus, 0, &mut notes).unwrap() {}
    assert_eq!(states(&store), [Sending::Pending]);
    ingest(&store, &rerun).unwrap();
    dispatch(&store, &bus, &id("x"), 0).unwrap();
    assert_eq!(bus.sent.borrow().len(), 1);
}
