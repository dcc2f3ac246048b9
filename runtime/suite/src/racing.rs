//! Threads that race for one store, over connections of their own: whatever the order, one firing each, one cycle fewer, one place.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::registration::Registration;
use pipesynth_engine::registry::{Refused, RegisterError, deregister, recheck, register};
use pipesynth_engine::store::{Child, Committed, Sending, Sink, StoreError, dispatch, ingest};
use pipesynth_engine::{Admission, Firing, Occurrence};
use serde_json::json;

use crate::world::{fired, id, next, registered, registration, run, trigger, waits_for};
use crate::{Case, Fresh, Whole};

/// Threads of a race.
const THREADS: usize = 4;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case { name: "race_one_gate", run: one_gate },
        Case { name: "race_events", run: events },
        Case { name: "race_logs", run: logs },
        Case { name: "race_claims", run: claims },
        Case { name: "race_registrations", run: registrations },
        Case { name: "race_ring", run: ring },
        Case { name: "race_dispatchers", run: dispatchers },
        Case { name: "race_deletion", run: deletion },
    ]
}

/// Runs the same in all threads, each with its number and its own connection; the answers in the order of the threads.
fn race<T: Send>(fresh: &dyn Fresh, name: &str, part: impl Fn(usize, &dyn Whole) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let part = &part;
        let threads: Vec<_> = (0..THREADS).map(|n| scope.spawn(move || part(n, &*fresh.open(name)))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Again while others are faster.
fn until_done<T>(mut part: impl FnMut() -> Result<T, StoreError>) -> T {
    loop {
        match part() {
            Ok(done) => return done,
            Err(StoreError::Contended) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

fn one_gate(fresh: &dyn Fresh) {
    let (child, gate, first) = fired(&*fresh.open("race_one_gate"));
    let firing = |n: u64| Arc::new(Firing { firing_id: format!("{n}"), generation: n, ..Firing::clone(&first) });
    let won = race(fresh, "race_one_gate", |_, store| {
        (2..12)
            .filter(|ver| {
                let mut gate = gate.clone();
                gate.ver = *ver;
                store.commit(&child, &gate, Some(&firing(*ver))).unwrap() == Committed::Done
            })
            .collect::<Vec<u64>>()
    });
    let mut all: Vec<u64> = won.into_iter().flatten().collect();
    all.sort_unstable();
    // A thread may come too late for a version or too early; whatever was written was written once, without a gap.
    let store = fresh.open("race_one_gate");
    let kept = store.gate(child.id(), &gate.key).unwrap().unwrap().ver;
    assert_eq!(all, (2..=kept).collect::<Vec<u64>>());
    assert_eq!(store.outbox(child.id()).unwrap().len() as u64, kept);
    assert_eq!(store.commit(&child, &next(&gate), None).unwrap(), Committed::Conflict);
}

fn events(fresh: &dyn Fresh) {
    let store = fresh.open("race_events");
    let keyed = trigger(&json!(["all", "a", "b"]), &json!({"correlate": "key:$.n", "within": "none"}));
    for name in ["x", "y"] {
        registered(&*store, &registration(name, keyed.clone()));
    }
    let with =
        |n: u32, run: Occurrence| Occurrence { input: [("n".to_owned(), json!(n))].into_iter().collect(), ..run };
    let both = |n: u32| [with(n, run(&format!("a{n}"))), with(n, run(&format!("b{n}")))];
    let all: Vec<Occurrence> = (1..=6).flat_map(both).collect();
    race(fresh, "race_events", |thread, store| {
        for n in 0..all.len() {
            // The same and different ones, in another order each.
            let event = &all[(n * 5 + thread * 7) % all.len()];
            until_done(|| ingest(store, event));
        }
    });
    for child in ["x", "y"] {
        let mut keys: Vec<(String, u64)> = store
            .outbox(&id(child))
            .unwrap()
            .into_iter()
            .map(|o| (o.firing.key.to_string(), o.firing.generation))
            .collect();
        keys.sort();
        assert_eq!(keys, (1..=6).map(|n| (n.to_string(), 1)).collect::<Vec<_>>(), "{child}: one start for each pair");
    }
}

fn logs(fresh: &dyn Fresh) {
    let answers = race(fresh, "race_logs", |thread, store| {
        let twin = |n| Occurrence { execution: format!("arn:{thread}").into(), ..run(&format!("a{n}")) };
        (1..=10).map(|n| store.log(&twin(n)).unwrap()).collect::<Vec<_>>()
    });
    for n in 0..10 {
        let new = answers.iter().filter(|answers| answers[n] == Admission::New).count();
        let twins = answers.iter().filter(|answers| answers[n] == Admission::Duplicate).count();
        assert_eq!((new, twins), (1, THREADS - 1), "run {n}");
    }
}

fn claims(fresh: &dyn Fresh) {
    let answers = race(fresh, "race_claims", |thread, store| {
        let claim = |n: u32| store.claim(&id("x"), &format!("dep/{n}#1").parse().unwrap(), &format!("arn:{thread}"));
        (0..10).map(|n| claim(n).unwrap()).collect::<Vec<_>>()
    });
    assert!(answers.iter().all(|holders| *holders == answers[0]), "{answers:?}");
}

fn register_all(store: &dyn Whole, registration: &Registration) -> Result<bool, Refused> {
    loop {
        match register(store, registration, 0) {
            Ok(outcome) => return Ok(outcome.written),
            Err(RegisterError::Refused(refused)) => return Err(refused),
            Err(RegisterError::Store(StoreError::Contended)) => {}
            Err(RegisterError::Store(error)) => panic!("{error}"),
        }
    }
}

fn registrations(fresh: &dyn Fresh) {
    let written = race(fresh, "race_registrations", |thread, store| {
        // Everybody the same one, and each some of their own.
        let same = usize::from(register_all(store, &waits_for("same", &["a"])).unwrap());
        for n in 0..3 {
            assert_eq!(register_all(store, &waits_for(&format!("own-{thread}-{n}"), &["same", "a"])), Ok(true));
        }
        same
    });
    assert_eq!(written.iter().sum::<usize>(), 1, "one wrote it, the others found it");
    let store = fresh.open("race_registrations");
    assert_eq!(store.graph_version().unwrap() as usize, 1 + THREADS * 3, "no write is lost");
    assert_eq!(store.entries().unwrap().len(), 1 + THREADS * 3);
    assert_eq!(store.children(&id("same")).unwrap().len(), THREADS * 3);
}

fn ring(fresh: &dyn Fresh) {
    for round in 0..4 {
        let name = |n: usize| format!("r{round}-{}", n % THREADS);
        let answers =
            race(fresh, "race_ring", |n, store| register_all(store, &waits_for(&name(n), &[&name(n + 1)])).err());
        let cycles = answers.iter().flatten().map(|refused| match refused {
            Refused::Cycle(way) => way.len(),
            other => panic!("{other}"),
        });
        assert_eq!(cycles.collect::<Vec<_>>(), [THREADS + 1], "the last is refused, with the whole way");
    }
}

#[derive(Default)]
struct Bus(Mutex<BTreeMap<String, usize>>);

impl Sink for Bus {
    fn send(&self, firing: &Arc<Firing>, _: &Child) -> Result<(), StoreError> {
        *self.0.lock().unwrap().entry(firing.firing_id.clone()).or_default() += 1;
        Ok(())
    }
}

fn dispatchers(fresh: &dyn Fresh) {
    let store = fresh.open("race_dispatchers");
    let queue = Registration { concurrency: Concurrency::Queue, ..waits_for("x", &["a"]) };
    registered(&*store, &queue);
    for n in 1..=5 {
        ingest(&*store, &run(&format!("a{n}"))).unwrap();
    }
    for n in 1..=5u64 {
        let bus = Bus::default();
        race(fresh, "race_dispatchers", |_, store| until_done(|| dispatch(store, &bus, &id("x"), n)));
        let sent = bus.0.into_inner().unwrap();
        assert_eq!(sent.len(), 1, "one place, one firing, however often it was sent: {sent:?}");
        let lane = store.lane(&id("x")).unwrap();
        assert_eq!(
            lane.open.keys().map(|key| key.id().to_owned()).collect::<Vec<_>>(),
            sent.into_keys().collect::<Vec<_>>()
        );
        let own = Occurrence { run_key: lane.open.first_key_value().unwrap().0.clone(), ..run(&format!("x{n}")) };
        ingest(&*store, &own).unwrap();
        assert!(store.lane(&id("x")).unwrap().open.is_empty());
    }
    assert_eq!(store.outbox(&id("x")).unwrap(), []);
}

fn deletion(fresh: &dyn Fresh) {
    let store = fresh.open("race_deletion");
    registered(&*store, &waits_for("x", &["a"]));
    race(fresh, "race_deletion", |thread, store| {
        for n in 1..=6 {
            if thread == 0 {
                until_done(|| as_store(deregister(store, &id("x"), true)));
                until_done(|| as_store(register(store, &waits_for("x", &["a"]), 0)));
                until_done(|| recheck(store, &id("x"), 0));
            } else {
                until_done(|| ingest(store, &run(&format!("a{n}"))));
                until_done(|| dispatch(store, &Bus::default(), &id("x"), 0));
            }
        }
    });
    let life = store.child(&id("x")).unwrap().unwrap().registered.incarnation;
    assert_eq!(life, 6);
    until_done(|| dispatch(&*store, &Bus::default(), &id("x"), 0));
    let outbox = store.outbox(&id("x")).unwrap();
    assert!(outbox.iter().all(|o| o.firing.incarnation == life), "what an earlier life left was dropped: {outbox:?}");
    assert!(outbox.iter().all(|o| matches!(o.state, Sending::Sent { .. })));
}

fn as_store<T>(answer: Result<T, RegisterError>) -> Result<T, StoreError> {
    match answer {
        Err(RegisterError::Store(error)) => Err(error),
        Err(RegisterError::Refused(refused)) => panic!("{refused}"),
        Ok(done) => Ok(done),
    }
}
