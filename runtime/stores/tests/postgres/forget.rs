//! What is deleted because it is old, what is kept, and the installation of the tables.

use std::thread;

use pipesynth_contract::names::{self, STATE_DAYS};
use pipesynth_engine::Occurrence;
use pipesynth_engine::store::{Committed, Move, Sending, Store};
use pipesynth_stores::postgres::schema::{self, Installed};

use crate::help::*;
use crate::transport::Database;

const DAY: u64 = 24 * H;
const RUN_LOG_VERSION: u64 = names::RUN_LOG_VERSION as u64;

/// Rows of each table that loses some: run log, holders, firings, gates.
fn rows(database: &Database) -> [i64; 4] {
    let mut client = database.client();
    ["run_log", "holder", "firing", "gate"]
        .map(|table| client.query_one(&format!("SELECT count(*) FROM pipesynth.{table}"), &[]).unwrap().get(0))
}

#[test]
fn what_is_past_its_time_goes_and_nothing_else() {
    let database = Database::new();
    let store = database.store();
    register(&store, waits_for("x", &["a", "b"]));
    let x = child(&store, "x");
    for (name, hour) in [("a", 1), ("b", 2)] {
        let run = run(name, hour);
        store.log(&run).unwrap();
        assert_eq!(step(&store, &x, &run).0, Committed::Done);
    }
    // The next day only one of them came: its gate waits, and not for ever.
    let tuesday = Occurrence { at: MONDAY + DAY, date: "2026-11-24".parse().unwrap(), ..run("a", 1) };
    assert_eq!(step(&store, &x, &tuesday).0, Committed::Done);
    assert_eq!(rows(&database), [2, 2, 1, 2]);
    let old = MONDAY + 2 * H + STATE_DAYS * DAY;

    assert_eq!(store.forget(MONDAY + H + STATE_DAYS * DAY - 1).unwrap(), 0);
    assert_eq!(store.forget(old).unwrap(), 4);
    assert_eq!(rows(&database), [0, 0, 1, 2], "the firing waits for its turn, whatever its age");

    let firing = store.outbox(x.id()).unwrap().remove(0);
    store.settle(x.id(), None, &[Move::of(&firing, Sending::Started)]).unwrap();
    assert_eq!((store.forget(old).unwrap(), rows(&database)), (1, [0, 0, 0, 2]), "a gate outlives its firings");

    assert_eq!(store.forget(old + 31 * DAY).unwrap(), 1);
    assert_eq!((store.gate(x.id(), "2026-11-23").unwrap(), rows(&database)[3]), (None, 1));
    assert_eq!(store.forget(old + 31 * DAY).unwrap(), 0);
}

#[test]
fn a_thousand_rows_of_a_table_go_at_once_and_the_rest_the_next_time() {
    let database = Database::new();
    let fill = "INSERT INTO pipesynth.run_log
        SELECT '111111111111/p', i, 'arn', 'SUCCEEDED', 'dep/x#1', i, '2026-11-23', false, '' FROM generate_series(1, 1500) i";
    database.client().batch_execute(fill).unwrap();
    let store = database.store();
    let left = [500, 0, 0].map(|left| (store.forget(MONDAY).unwrap(), rows(&database)[0] == left));
    assert_eq!(left, [(1000, true), (500, true), (0, true)]);
}

#[test]
fn a_gate_that_somebody_holds_is_passed_over() {
    let database = Database::new();
    let store = database.store();
    register(&store, waits_for("x", &["a"]));
    step(&store, &child(&store, "x"), &run("a", 1));
    let mut other = database.client();
    let mut held = other.transaction().unwrap();
    held.execute("UPDATE pipesynth.gate SET expires = 9000000000000", &[]).unwrap();
    let late = MONDAY + 500 * DAY;
    assert_eq!((store.forget(late).unwrap(), rows(&database)[3]), (0, 1), "the firing is not settled");
    held.commit().unwrap();
    assert_eq!((store.forget(late).unwrap(), rows(&database)[3]), (0, 1), "its new time counts");
}

#[test]
fn tables_are_installed_once_however_often_it_is_asked_for() {
    let database = Database::empty();
    let first = schema::install(&database.api()).unwrap();
    assert_eq!(first, Installed { before: 0, after: RUN_LOG_VERSION });
    register(&database.store(), waits_for("x", &["a"]));
    let again = schema::install(&database.api()).unwrap();
    assert_eq!(again, Installed { before: RUN_LOG_VERSION, after: RUN_LOG_VERSION });
    assert!(database.store().child(&id("x")).unwrap().is_some());
    database.client().execute("INSERT INTO pipesynth.installed (version) VALUES (900)", &[]).unwrap();
    let older_program = schema::install(&database.api()).unwrap();
    assert_eq!(older_program, Installed { before: 900, after: 900 });
}

#[test]
fn installations_at_once_do_not_stand_in_each_others_way() {
    let database = Database::empty();
    thread::scope(|scope| {
        let installs: Vec<_> = (0..4).map(|_| scope.spawn(|| schema::install(&database.api()))).collect();
        for install in installs {
            assert_eq!(install.join().unwrap().unwrap().after, RUN_LOG_VERSION);
        }
    });
    register(&database.store(), waits_for("x", &["a"]));
}
