//! Eight connections at once, nothing held: whatever order comes of it, no decision is lost and none is doubled.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use pipesynth_engine::store::{Child, Claims, Committed, Registry, Sending, Sink, Store, StoreError, dispatch, ingest};
use pipesynth_engine::{Firing, Occurrence};
use pipesynth_stores::postgres::PostgresStore;

use crate::help::*;
use crate::transport::{Api, Database};

const THREADS: usize = 8;

/// Runs `work` in eight threads, each with its own connection and its number.
fn at_once<R: Send>(database: &Database, work: impl Fn(&PostgresStore<Api>, usize) -> R + Sync) -> Vec<R> {
    let stores: Vec<_> = (0..THREADS).map(|_| database.store()).collect();
    thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = stores.iter().enumerate().map(|(n, store)| scope.spawn(move || work(store, n))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// As the queue does: an event that lost too many races comes again.
fn deliver(store: &PostgresStore<Api>, run: &Occurrence) {
    for _ in 0..20 {
        match ingest(store, run) {
            Ok(_) => return,
            Err(StoreError::Contended) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("lost 20 times 10 races");
}

fn on_day(name: &str, day: i32) -> Occurrence {
    let mut run = run(name, 1);
    run.date = run.date.plus_days(day).unwrap();
    run.run_key = format!("schedule/{}T00:00:00Z#1", run.date).parse().unwrap();
    run.execution = format!("arn:{name}:{day}").into();
    run
}

#[test]
fn every_day_fires_once_however_its_parents_meet() {
    const DAYS: i32 = 12;
    let database = Database::new();
    let store = database.store();
    for name in ["x", "y"] {
        register(&store, waits_for(name, &["a", "b", "c", "d"]));
    }
    // Each event twice: the bus delivers at least once.
    let mut events: Vec<Occurrence> = Vec::new();
    for day in 0..DAYS {
        events.extend(["a", "b", "c", "d", "a", "b", "c", "d"].map(|name| on_day(name, day)));
    }
    let next = AtomicUsize::new(0);
    at_once(&database, |store, _| {
        while let Some(event) = events.get(next.fetch_add(1, Ordering::Relaxed)) {
            deliver(store, event);
        }
    });
    for name in ["x", "y"] {
        let outbox = store.outbox(&id(name)).unwrap();
        let keys: BTreeSet<&str> = outbox.iter().map(|outgoing| &*outgoing.firing.key).collect();
        assert_eq!((outbox.len(), keys.len()), (DAYS as usize, DAYS as usize));
        for outgoing in &outbox {
            let used: BTreeSet<&str> = outgoing.firing.used.iter().map(|used| used.leaf.parent.name()).collect();
            assert_eq!(used.into_iter().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        }
        assert_eq!(store.gates(&id(name)).unwrap(), Vec::<String>::new(), "nothing is left that waits");
    }
}

#[test]
fn no_firing_is_committed_once_a_deletion_is() {
    for round in 0..5 {
        let database = Database::new();
        let store = database.store();
        register(&store, waits_for("x", &["a"]));
        let x = child(&store, "x");
        let (deleted, next) = (AtomicBool::new(false), AtomicUsize::new(0));
        let seen = at_once(&database, |store, number| {
            if number == 0 {
                while next.load(Ordering::Relaxed) < 40 + 10 * round {
                    thread::yield_now();
                }
                assert_eq!(store.apply(&change_to_deleted(store, "x")).unwrap(), Committed::Done);
                let seen = store.outbox(&id("x")).unwrap().len();
                deleted.store(true, Ordering::Release);
                return (seen, 0);
            }
            let (mut gone, mut after) = (0, 0);
            while after < 5 {
                after += usize::from(deleted.load(Ordering::Acquire));
                let day = i32::try_from(next.fetch_add(1, Ordering::Relaxed)).unwrap();
                gone += usize::from(step(store, &x, &on_day("a", day)).0 == Committed::Gone);
            }
            (0, gone)
        });
        let left = store.outbox(&id("x")).unwrap().len();
        assert_eq!(left, seen[0].0, "a firing came after the deletion");
        assert!(left > 20 && seen[1..].iter().all(|(_, gone)| *gone >= 5), "{seen:?}");
    }
}

struct Bus(Mutex<Vec<String>>);

impl Sink for Bus {
    fn send(&self, firing: &Arc<Firing>, _: &Child) -> Result<(), StoreError> {
        self.0.lock().unwrap().push(firing.firing_id.clone());
        Ok(())
    }
}

#[test]
fn of_a_queue_eight_dispatchers_let_one_in() {
    let database = Database::new();
    let store = database.store();
    register(&store, waits_for("x", &["a"]));
    let x = child(&store, "x");
    for day in 0..6 {
        assert_eq!(step(&store, &x, &on_day("a", day)).0, Committed::Done);
    }
    let bus = Bus(Mutex::default());
    at_once(&database, |store, _| match dispatch(store, &bus, &id("x"), MONDAY) {
        Ok(_) | Err(StoreError::Contended) => {}
        Err(error) => panic!("{error}"),
    });
    let sent: BTreeSet<String> = bus.0.into_inner().unwrap().into_iter().collect();
    let outbox = store.outbox(&id("x")).unwrap();
    let waiting = outbox.iter().filter(|outgoing| outgoing.state == Sending::Pending).count();
    assert_eq!((sent.len(), waiting, store.lane(&id("x")).unwrap().open.len()), (1, 5, 1));
    assert_eq!(outbox[0].state, Sending::Sent { at: MONDAY, tries: 1 });
}

#[test]
fn one_of_eight_executions_gets_the_claim() {
    let database = Database::new();
    for number in 0..20 {
        let key = format!("dep/{number}#1").parse().unwrap();
        let holders = at_once(&database, |store, n| (n, store.claim(&id("x"), &key, &format!("arn:{n}")).unwrap()));
        let distinct: BTreeSet<&String> = holders.iter().map(|(_, holder)| holder).collect();
        assert_eq!(distinct.len(), 1, "{holders:?}");
        assert!(holders.iter().any(|(n, holder)| *holder == format!("arn:{n}")));
    }
}

#[test]
fn changes_of_the_graph_are_one_after_the_other() {
    const EACH: usize = 6;
    let database = Database::new();
    let written = at_once(&database, |store, number| {
        let (mut done, mut tries) = (0, 0);
        while done < EACH {
            let graph = store.graph_version().unwrap();
            let before = store.entry(&id("x")).unwrap().map_or(0, |entry| entry.version);
            let mut registered = waits_for("x", &["a"]);
            (registered.version, registered.region) = (before + 1, format!("region-{number}"));
            let entries = vec![pipesynth_engine::store::Entry::live(registered)];
            let change = pipesynth_engine::store::Change { graph, entries, link: vec![], unlink: vec![] };
            done += usize::from(store.apply(&change).unwrap() == Committed::Done);
            tries += 1;
            assert!(tries < 2_000, "others are always faster");
        }
        done
    });
    let all = u64::try_from(written.iter().sum::<usize>()).unwrap();
    let store = database.store();
    assert_eq!(store.graph_version().unwrap(), all);
    assert_eq!(store.entry(&id("x")).unwrap().unwrap().version, all);
}
