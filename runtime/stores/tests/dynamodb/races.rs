//! Eight threads at the same items → one of them wins, and nothing is lost or done twice.

use std::sync::Barrier;

use pipesynth_engine::store::{Claims, Committed, Move, Registry, Sending, Store, StoreError, ingest};
use pipesynth_engine::{Gate, Lane, decide};
use pipesynth_stores::dynamodb::DynamoClaims;

use crate::server::Server;
use crate::story::{all_of, id, pipeline, register, registering, run};

const THREADS: usize = 8;
const ROUNDS: u64 = 10;

/// Does the same in all threads at once, with the thread's number.
fn race<T: Send>(work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|number| {
                let (start, work) = (&start, &work);
                scope.spawn(move || {
                    start.wait();
                    work(number)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn won(answers: &[Committed]) -> usize {
    answers.iter().filter(|answer| **answer == Committed::Done).count()
}

#[test]
fn one_of_eight_decisions_about_the_same_gate_is_written() {
    let server = Server::new();
    let store = server.store();
    register(&store, vec![pipeline("x", all_of(&["a".into()], "day"))]);
    let child = store.child(&id("x")).unwrap().unwrap();
    for day in 0..ROUNDS.min(7) {
        let gate = Gate::new(child.spec.as_ref().unwrap(), format!("2026-11-{}", 23 + day));
        let decision = decide(gate, &run("a", day, 4), child.spec.as_ref().unwrap());
        let firing = decision.firing.unwrap();
        let answers = race(|_| store.commit(&child, &decision.gate, Some(&firing)).unwrap());
        assert_eq!(won(&answers), 1, "{answers:?}");
        assert_eq!(store.gate(child.id(), &firing.key).unwrap(), Some(decision.gate));
    }
    assert_eq!(store.outbox(child.id()).unwrap().len() as u64, ROUNDS.min(7));
}

#[test]
fn eight_parents_that_end_at_once_start_the_child_once() {
    let server = Server::new();
    let store = server.store();
    let parents: Vec<String> = (0..THREADS).map(|n| format!("p{n}")).collect();
    register(&store, vec![pipeline("x", all_of(&parents, "day"))]);
    for day in 0..ROUNDS.min(7) {
        race(|number| {
            let occurrence = run(&parents[number], day, 4);
            // An event whose store was contended is delivered again; each of them comes twice anyway.
            for _ in 0..2 {
                while let Err(error) = ingest(&store, &occurrence) {
                    assert_eq!(error, StoreError::Contended);
                }
            }
        });
        let outbox = store.outbox(&id("x")).unwrap();
        assert_eq!(outbox.len() as u64, day + 1, "{outbox:?}");
        assert_eq!(outbox.last().unwrap().firing.used.len(), THREADS);
    }
}

#[test]
fn no_decision_is_written_after_an_edit_that_it_did_not_see() {
    let server = Server::new();
    let store = server.store();
    register(&store, vec![pipeline("x", all_of(&["a".into(), "b".into()], "day"))]);
    for day in 0..ROUNDS.min(7) {
        let child = store.child(&id("x")).unwrap().unwrap();
        let gate = Gate::new(child.spec.as_ref().unwrap(), format!("2026-11-{}", 23 + day));
        let decision = decide(gate, &run("a", day, 4), child.spec.as_ref().unwrap());
        let change = registering(&store, vec![pipeline("x", all_of(&["a".into(), "b".into()], "day"))]);
        let answers = race(|number| {
            if number == 0 {
                store.apply(&change).unwrap()
            } else {
                store.commit(&child, &decision.gate, None).unwrap()
            }
        });
        assert_eq!(answers[0], Committed::Done);
        assert!(won(&answers[1..]) <= 1, "{answers:?}");
        let late = store.commit(&child, &Gate { ver: 2, ..decision.gate.clone() }, None).unwrap();
        assert_eq!(late, Committed::Gone, "also where the gate's version fits");
        assert_eq!(store.gate(child.id(), &decision.gate.key).unwrap().is_some(), won(&answers[1..]) == 1);
    }
}

#[test]
fn one_of_eight_registrations_on_the_same_graph_is_written() {
    let server = Server::new();
    let store = server.store();
    for round in 0..ROUNDS {
        let changes: Vec<_> = (0..THREADS)
            .map(|n| registering(&store, vec![pipeline(&format!("x{n}"), all_of(&["a".into()], "day"))]))
            .collect();
        let answers = race(|number| store.apply(&changes[number]).unwrap());
        assert_eq!((won(&answers), store.graph_version().unwrap()), (1, round + 1), "{answers:?}");
        let written: u64 = store.entries().unwrap().iter().map(|entry| entry.version).sum();
        assert_eq!(written, round + 1);
    }
}

#[test]
fn one_of_eight_dispatchers_moves_a_firing_and_the_lane_with_it() {
    let server = Server::new();
    let store = server.store();
    register(&store, vec![pipeline("x", all_of(&["a".into()], "day"))]);
    for day in 0..ROUNDS.min(7) {
        ingest(&store, &run("a", day, 4)).unwrap();
        let (outbox, lane) = (store.outbox(&id("x")).unwrap(), store.lane(&id("x")).unwrap());
        let moves: Vec<Move> = outbox.iter().map(|o| Move::of(o, Sending::Admitted)).collect();
        let lane = Lane { ver: lane.ver + 1, ..lane };
        let answers = race(|_| store.settle(&id("x"), Some(&lane), &moves).unwrap());
        assert_eq!(won(&answers), 1, "{answers:?}");
        let outbox = store.outbox(&id("x")).unwrap();
        let answers = race(|_| store.settle(&id("x"), None, &[Move::of(&outbox[0], Sending::Started)]).unwrap());
        assert_eq!((won(&answers), store.outbox(&id("x")).unwrap().len()), (1, 0), "{answers:?}");
    }
}

#[test]
fn one_of_eight_executions_holds_a_run_key() {
    let server = Server::new();
    let claims = DynamoClaims::new(&server, server.table(), 2_000_000_000);
    for day in 0..ROUNDS.min(7) {
        let key = run("a", day, 4).run_key;
        let holders = race(|number| claims.claim(&id("a"), &key, &format!("arn:{number}")).unwrap());
        assert!(holders.iter().all(|holder| *holder == holders[0]), "{holders:?}");
        assert_eq!(claims.claim(&id("a"), &key, "arn:late").unwrap(), holders[0]);
    }
}
