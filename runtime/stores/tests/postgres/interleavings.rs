//! Two statements that meet: a third session holds the row they meet at until both have begun, so that each order is forced.
//!
//! What is shown each time: one of two decisions wins, the other one is told, and nothing is written by halves.

use std::thread;
use std::time::{Duration, Instant};

use pipesynth_engine::store::{Change, Claims, Committed, Move, Registry, Sending, Store};
use pipesynth_engine::{Admission, Lane};
use pipesynth_stores::postgres::PostgresStore;

use crate::help::*;
use crate::transport::{Api, Database};

type Pg = PostgresStore<Api>;

/// What a session does, and its store.
type Work<'a, R> = (&'a Pg, Box<dyn FnOnce(&Pg) -> R + Send + 'a>);

/// Begins `holding` in a session of its own, lets every one of `works` run into it, one after the other, then ends it with `ending`.
/// The answers come in the order of the works.
fn meet<R: Send>(database: &Database, holding: &str, ending: &str, works: Vec<Work<'_, R>>) -> Vec<R> {
    let (mut holder, mut watcher) = (database.client(), database.client());
    holder.batch_execute(&format!("BEGIN; {holding}")).unwrap();
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for (store, work) in works {
            threads.push(scope.spawn(move || work(store)));
            let begin = Instant::now();
            loop {
                let blocked: bool =
                    watcher.query_one("SELECT pg_blocking_pids($1) <> '{}'", &[&store.api().id]).unwrap().get(0);
                if blocked {
                    break;
                }
                assert!(begin.elapsed() < Duration::from_secs(10), "the statement did not wait for `{holding}`");
                thread::sleep(Duration::from_millis(2));
            }
        }
        holder.batch_execute(ending).unwrap();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

fn one<R: Send>(database: &Database, holding: &str, ending: &str, work: impl FnOnce(&Pg) -> R + Send) -> R {
    let store = database.store();
    meet(database, holding, ending, vec![(&store, Box::new(work))]).remove(0)
}

/// A child of `a` and `b` of which `a` has run: the next decision about `b` fires.
fn ready() -> (Database, Pg) {
    let database = Database::new();
    let store = database.store();
    register(&store, waits_for("x", &["a", "b"]));
    let x = child(&store, "x");
    assert_eq!(step(&store, &x, &run("a", 1)).0, Committed::Done);
    (database, store)
}

fn fire(store: &Pg) -> Committed {
    step(store, &child(store, "x"), &run("b", 2)).0
}

/// The version of the gate and the number of firings.
fn written(store: &Pg) -> (u64, usize) {
    let gate = store.gate(&id("x"), "2026-11-23").unwrap();
    (gate.map_or(0, |gate| gate.ver), store.outbox(&id("x")).unwrap().len())
}

const EDIT: &str = "UPDATE pipesynth.pipeline SET version = version + 1";
const DELETION: &str = "UPDATE pipesynth.pipeline SET version = version + 1, incarnation = 1, live = false";
const HOLD_GATE: &str = "SELECT FROM pipesynth.gate FOR UPDATE";

#[test]
fn a_commit_waits_for_an_edit_or_a_deletion_and_then_is_gone() {
    for change in [EDIT, DELETION] {
        let (database, store) = ready();
        assert_eq!(one(&database, change, "COMMIT", fire), Committed::Gone);
        assert_eq!(written(&store), (1, 0));
        let (database, store) = ready();
        assert_eq!(one(&database, change, "ROLLBACK", fire), Committed::Done);
        assert_eq!(written(&store), (2, 1));
    }
}

#[test]
fn the_first_gate_of_a_child_waits_for_its_edit_too() {
    let database = Database::new();
    let store = database.store();
    register(&store, waits_for("x", &["b"]));
    assert_eq!(one(&database, EDIT, "COMMIT", fire), Committed::Gone);
    assert_eq!(written(&store), (0, 0));
}

#[test]
fn a_deletion_waits_for_the_commit_under_way_and_the_next_one_is_gone() {
    let (database, store) = ready();
    let (first, second) = (database.store(), database.store());
    let x = child(&store, "x");
    let late = decision(&store, &x, &run("b", 3));
    let answers = meet(
        &database,
        HOLD_GATE,
        "COMMIT",
        vec![
            (&first, Box::new(fire)),
            (&second, Box::new(|store: &Pg| store.apply(&change_to_deleted(store, "x")).unwrap())),
        ],
    );
    assert_eq!(answers, [Committed::Done, Committed::Done]);
    assert_eq!(written(&store), (2, 1));
    assert_eq!(store.commit(&x, &late.gate, late.firing.as_ref()).unwrap(), Committed::Gone);
    assert_eq!(written(&store), (2, 1));
}

#[test]
fn of_two_decisions_about_one_gate_one_is_written() {
    let (database, store) = ready();
    let (first, second) = (database.store(), database.store());
    let answers = meet(&database, HOLD_GATE, "COMMIT", vec![(&first, Box::new(fire)), (&second, Box::new(fire))]);
    let mut sorted = answers.clone();
    sorted.sort_by_key(|answer| *answer == Committed::Conflict);
    assert_eq!(sorted, [Committed::Done, Committed::Conflict], "{answers:?}");
    assert_eq!(written(&store), (2, 1));
}

#[test]
fn a_gate_that_another_is_inserting_is_not_inserted_twice() {
    let insert = "INSERT INTO pipesynth.gate (child, key, ver, holds, doc)
                  VALUES ('111111111111/x', '2026-11-23', 1, false, '{}')";
    for (ending, answer, firings) in [("COMMIT", Committed::Conflict, 0), ("ROLLBACK", Committed::Done, 1)] {
        let database = Database::new();
        let store = database.store();
        register(&store, waits_for("x", &["b"]));
        assert_eq!(one(&database, insert, ending, fire), answer);
        assert_eq!(store.outbox(&id("x")).unwrap().len(), firings);
    }
}

#[test]
fn a_slot_that_is_taken_against_the_protocol_takes_the_gate_back_too() {
    let (database, store) = ready();
    let insert = "INSERT INTO pipesynth.firing (child, key, generation, at, state, settled, doc)
                  VALUES ('111111111111/x', '2026-11-23', 1, 1, 'DROPPED', true, '{}')";
    assert_eq!(one(&database, insert, "COMMIT", fire), Committed::Conflict);
    assert_eq!(written(&store), (1, 0));
}

/// Two firings of one child, and their moves out of `PENDING`.
fn two_firings() -> (Database, Pg, Vec<Move>) {
    let database = Database::new();
    let store = database.store();
    register(&store, waits_for("x", &["b"]));
    let x = child(&store, "x");
    for day in ["2026-11-23", "2026-11-24"] {
        let run = pipesynth_engine::Occurrence { date: day.parse().unwrap(), ..run("b", 2) };
        assert_eq!(step(&store, &x, &run).0, Committed::Done);
    }
    let outbox = store.outbox(x.id()).unwrap();
    (database, store, outbox.iter().map(|outgoing| Move::of(outgoing, Sending::Admitted)).collect())
}

fn lane(ver: u64) -> Lane {
    Lane { ver, ..Lane::default() }
}

fn states(store: &Pg) -> Vec<Sending> {
    store.outbox(&id("x")).unwrap().iter().map(|outgoing| outgoing.state).collect()
}

#[test]
fn two_settlements_in_opposite_orders_do_not_lock_each_other_out() {
    let (database, store, moves) = two_firings();
    let backwards: Vec<Move> = moves.iter().rev().cloned().collect();
    // In a large outbox PostgreSQL goes from move to move by the key. A small one is read whole, in one order whatever is asked for.
    let fill =
        "INSERT INTO pipesynth.firing SELECT child, 'old ' || i, 1, 1, 'STARTED', NULL, NULL, true, repeat('x', 800)
                FROM pipesynth.firing, generate_series(1, 20000) i WHERE key = '2026-11-23'; ANALYZE";
    database.client().batch_execute(fill).unwrap();
    let (first, second) = (database.store(), database.store());
    let hold = "SELECT FROM pipesynth.firing WHERE NOT settled ORDER BY key FOR UPDATE";
    let settle = |moves: Vec<Move>| -> Box<dyn FnOnce(&Pg) -> Committed + Send> {
        Box::new(move |store: &Pg| store.settle(&id("x"), Some(&lane(1)), &moves).unwrap())
    };
    let answers = meet(&database, hold, "COMMIT", vec![(&first, settle(moves)), (&second, settle(backwards))]);
    assert_eq!(answers, [Committed::Done, Committed::Conflict]);
    assert_eq!((states(&store), store.lane(&id("x")).unwrap()), (vec![Sending::Admitted; 2], lane(1)));
    let deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    assert_eq!(database.client().query_one(deadlocks, &[]).unwrap().get::<_, i64>(0), 0);
}

#[test]
fn a_settlement_whose_lane_or_whose_firing_has_moved_moves_nothing() {
    let insert_lane = "INSERT INTO pipesynth.lane (child, ver, doc) VALUES ('111111111111/x', 1, '{\"ver\":1}')";
    let move_one = "UPDATE pipesynth.firing SET state = 'DROPPED', settled = true WHERE key = '2026-11-24'";
    for (holding, left) in [(insert_lane, (2, lane(1))), (move_one, (1, lane(0)))] {
        let (database, store, moves) = two_firings();
        let settle = |store: &Pg| store.settle(&id("x"), Some(&lane(1)), &moves).unwrap();
        assert_eq!(one(&database, holding, "COMMIT", settle), Committed::Conflict);
        assert_eq!((states(&store), store.lane(&id("x")).unwrap()), (vec![Sending::Pending; left.0], left.1));
    }
    // The later versions of a lane are updates.
    let (database, store, moves) = two_firings();
    assert_eq!(store.settle(&id("x"), Some(&lane(1)), &[]).unwrap(), Committed::Done);
    let next = "UPDATE pipesynth.lane SET ver = 2, doc = '{\"ver\":2}'";
    let settle = |store: &Pg| store.settle(&id("x"), Some(&lane(2)), &moves).unwrap();
    assert_eq!(one(&database, next, "COMMIT", settle), Committed::Conflict);
    assert_eq!(states(&store), [Sending::Pending; 2]);
    let settle = |store: &Pg| store.settle(&id("x"), Some(&lane(3)), &moves).unwrap();
    assert_eq!(one(&database, "UPDATE pipesynth.lane SET ver = 9", "ROLLBACK", settle), Committed::Done);
    assert_eq!(states(&store), [Sending::Admitted; 2]);
}

#[test]
fn of_two_changes_of_the_graph_one_is_written_even_where_their_entries_differ() {
    let database = Database::new();
    let store = database.store();
    register(&store, waits_for("x", &["a"]));
    register(&store, waits_for("y", &["a"]));
    let (first, second) = (database.store(), database.store());
    let delete = |name: &'static str| -> Box<dyn FnOnce(&Pg) -> Committed + Send> {
        let change: Change = change_to_deleted(&store, name);
        Box::new(move |store: &Pg| store.apply(&change).unwrap())
    };
    let hold = "SELECT FROM pipesynth.graph FOR UPDATE";
    let answers = meet(&database, hold, "COMMIT", vec![(&first, delete("x")), (&second, delete("y"))]);
    assert_eq!(answers, [Committed::Done, Committed::Conflict]);
    assert_eq!(store.graph_version().unwrap(), 3);
    assert_eq!((store.child(&id("x")).unwrap(), store.child(&id("y")).unwrap().is_some()), (None, true));
}

#[test]
fn whoever_waited_for_a_place_sees_who_has_it() {
    let (place, holder) = ("'111111111111/a', 'schedule/2026-11-23T00:00:00Z#1'", "'arn:other'");
    let hold = format!("INSERT INTO pipesynth.holder VALUES ({place}, 'SUCCEEDED', {holder}, 0)");
    let claimed = format!("INSERT INTO pipesynth.claim VALUES ({place}, {holder})");
    let log = |store: &Pg| store.log(&run("a", 1)).unwrap();
    let claim = |store: &Pg| store.claim(&id("a"), &run("a", 1).run_key, "arn:me").unwrap();
    let database = Database::new();
    assert_eq!(one(&database, &hold, "ROLLBACK", log), Admission::New);
    assert_eq!(one(&database, &claimed, "ROLLBACK", claim), "arn:me");
    let database = Database::new();
    assert_eq!(one(&database, &hold, "COMMIT", log), Admission::Duplicate);
    assert_eq!(one(&database, &claimed, "COMMIT", claim), "arn:other");
}
