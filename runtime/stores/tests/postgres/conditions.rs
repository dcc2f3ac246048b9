//! Each condition of the protocol by itself: it holds, and it refuses.

use pipesynth_engine::store::{Change, Claims, Committed, Link, Move, Registry, Sending, Store};
use pipesynth_engine::{Admission, Firing, Gate, Lane};

use crate::help::*;
use crate::transport::Database;

#[test]
fn a_gate_is_read_as_it_was_written_and_only_its_next_version_is_taken() {
    let store = Database::new().store();
    register(&store, waits_for("x", &["a", "b"]));
    let x = child(&store, "x");
    assert_eq!(store.gate(x.id(), "2026-11-23").unwrap(), None);
    let first = decision(&store, &x, &run("a", 1));
    assert_eq!(store.commit(&x, &first.gate, None).unwrap(), Committed::Done);
    assert_eq!(store.gate(x.id(), "2026-11-23").unwrap().as_ref(), Some(&first.gate));
    assert_eq!(store.commit(&x, &first.gate, None).unwrap(), Committed::Conflict);
    let skipping = Gate { ver: 3, ..first.gate.clone() };
    assert_eq!(store.commit(&x, &skipping, None).unwrap(), Committed::Conflict);
    let never = Gate { ver: 0, key: "2026-11-24".into(), ..first.gate.clone() };
    assert_eq!(store.commit(&x, &never, None).unwrap(), Committed::Conflict);
    let unwritten = Gate { ver: 2, key: "2026-11-24".into(), ..first.gate.clone() };
    assert_eq!(store.commit(&x, &unwritten, None).unwrap(), Committed::Conflict);
    assert_eq!(store.gate(x.id(), "2026-11-24").unwrap(), None);
    assert_eq!(store.gate(x.id(), "2026-11-23").unwrap(), Some(first.gate));
}

#[test]
fn a_firing_is_there_with_its_gate_or_not_at_all() {
    let store = Database::new().store();
    register(&store, waits_for("x", &["a"]));
    let x = child(&store, "x");
    let taken = decision(&store, &x, &run("a", 1));
    assert_eq!(step(&store, &x, &run("a", 1)).0, Committed::Done);
    let outbox = store.outbox(x.id()).unwrap();
    assert_eq!((outbox[0].firing.clone(), outbox[0].state), (taken.firing.clone().unwrap(), Sending::Pending));
    assert_eq!(store.unsettled().unwrap(), [id("x")]);
    // The slot is taken, whatever the gate says.
    let next = Gate { ver: 2, ..taken.gate.clone() };
    store.api().calls();
    assert_eq!(store.commit(&x, &next, taken.firing.as_ref()).unwrap(), Committed::Conflict);
    assert!(!store.api().calls()[0].failed, "the statement says so itself: no key had to stop it");
    assert_eq!(store.gate(x.id(), &next.key).unwrap(), Some(taken.gate.clone()));
    // The gate has moved on: no second firing either.
    let mut firing = Firing::clone(&taken.firing.unwrap());
    firing.generation = 2;
    assert_eq!(store.commit(&x, &taken.gate, Some(&firing.into())).unwrap(), Committed::Conflict);
    assert_eq!(store.outbox(x.id()).unwrap(), outbox);
}

#[test]
fn a_decision_for_an_earlier_registration_is_gone() {
    let store = Database::new().store();
    register(&store, waits_for("x", &["a"]));
    let x = child(&store, "x");
    let decision = decision(&store, &x, &run("a", 1));
    register(&store, waits_for("x", &["a"]));
    assert_eq!(store.commit(&x, &decision.gate, decision.firing.as_ref()).unwrap(), Committed::Gone);
    let x = child(&store, "x");
    assert_eq!(x.registered.version, 2);
    let change = change_to_deleted(&store, "x");
    assert_eq!(store.apply(&change).unwrap(), Committed::Done);
    assert_eq!(store.commit(&x, &decision.gate, decision.firing.as_ref()).unwrap(), Committed::Gone);
    // Not even with the version of the tombstone.
    let mut ghost = (*x).clone();
    ghost.registered.version = change.entries[0].version;
    assert_eq!(store.commit(&ghost, &decision.gate, decision.firing.as_ref()).unwrap(), Committed::Gone);
    assert_eq!((store.child(&id("x")).unwrap(), store.gate(&id("x"), "2026-11-23").unwrap()), (None, None));
    assert_eq!(store.unsettled().unwrap(), []);
    // Gone also where the gate would conflict.
    let late = Gate { ver: 7, ..decision.gate };
    assert_eq!(store.commit(&x, &late, None).unwrap(), Committed::Gone);
}

#[test]
fn moves_and_lane_are_written_together_or_not_at_all() {
    let store = Database::new().store();
    register(&store, waits_for("x", &["a"]));
    let x = child(&store, "x");
    step(&store, &x, &run("a", 1));
    let outgoing = store.outbox(x.id()).unwrap().remove(0);
    let to = |from, to| Move { from, ..Move::of(&outgoing, to) };
    let lane = |ver| Lane { ver, open: [("dep/a#1".parse().unwrap(), 1)].into(), ..Lane::default() };
    let admitted = to(Sending::Pending, Sending::Admitted);
    let settle = |lane: Option<Lane>, moves: &[Move]| store.settle(x.id(), lane.as_ref(), moves).unwrap();

    assert_eq!(settle(Some(lane(2)), std::slice::from_ref(&admitted)), Committed::Conflict);
    assert_eq!(settle(Some(lane(0)), &[]), Committed::Conflict);
    let elsewhere = Move { generation: 2, ..admitted.clone() };
    assert_eq!(settle(Some(lane(1)), &[admitted.clone(), elsewhere]), Committed::Conflict);
    assert_eq!(
        (store.lane(x.id()).unwrap(), store.outbox(x.id()).unwrap()[0].state),
        (Lane::default(), Sending::Pending)
    );

    assert_eq!(settle(Some(lane(1)), std::slice::from_ref(&admitted)), Committed::Done);
    assert_eq!((store.lane(x.id()).unwrap(), store.outbox(x.id()).unwrap()[0].state), (lane(1), Sending::Admitted));
    assert_eq!(settle(Some(lane(1)), &[]), Committed::Conflict);
    assert_eq!(settle(Some(lane(3)), &[]), Committed::Conflict);
    assert_eq!(settle(Some(lane(2)), &[admitted]), Committed::Conflict);
    assert_eq!(settle(Some(lane(2)), &[]), Committed::Done);
    assert_eq!(store.lane(x.id()).unwrap(), lane(2));
}

#[test]
fn a_firing_moves_only_from_the_very_state_it_is_in() {
    let store = Database::new().store();
    register(&store, waits_for("x", &["a"]));
    let x = child(&store, "x");
    step(&store, &x, &run("a", 1));
    let outgoing = store.outbox(x.id()).unwrap().remove(0);
    let settle = |from, to| store.settle(x.id(), None, &[Move { from, ..Move::of(&outgoing, to) }]).unwrap();
    let sent = |at, tries| Sending::Sent { at, tries };
    assert_eq!(settle(Sending::Pending, sent(7, 1)), Committed::Done);
    assert_eq!(store.outbox(x.id()).unwrap()[0].state, sent(7, 1));
    for other in [Sending::Pending, Sending::Admitted, sent(8, 1), sent(7, 2), Sending::Started] {
        assert_eq!(settle(other, Sending::Dead), Committed::Conflict);
    }
    assert_eq!(settle(sent(7, 1), sent(8, 2)), Committed::Done);
    assert_eq!(settle(sent(8, 2), Sending::Started), Committed::Done);
    assert_eq!((store.outbox(x.id()).unwrap(), store.unsettled().unwrap()), (vec![], vec![]));
    assert_eq!(settle(Sending::Started, Sending::Dropped), Committed::Done);
    assert_eq!(store.settle(x.id(), None, &[]).unwrap(), Committed::Done);
}

#[test]
fn the_first_execution_of_an_identity_holds_it() {
    let database = Database::new();
    let store = database.store();
    let (first, mut other) = (run("a", 1), run("a", 1));
    other.execution = "arn:a:other".into();
    let mut skipped = other.clone();
    skipped.skipped = true;
    assert_eq!(store.log(&skipped).unwrap(), Admission::Again);
    assert_eq!(store.log(&first).unwrap(), Admission::New);
    assert_eq!(store.log(&first).unwrap(), Admission::Again);
    assert_eq!(store.log(&other).unwrap(), Admission::Duplicate);
    let mut failed = other;
    failed.status = pipesynth_contract::Status::Failed;
    assert_eq!(store.log(&failed).unwrap(), Admission::New);
    let rows = database
        .client()
        .query(
            "SELECT execution, status, skipped, CAST(logical_date AS text), doc FROM pipesynth.run_log ORDER BY 1, 2",
            &[],
        )
        .unwrap();
    let rows: Vec<(String, String, bool, String)> =
        rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3))).collect();
    let row = |execution: &str, status: &str, skipped| (execution.into(), status.into(), skipped, "2026-11-23".into());
    // The skipped run and the duplicate are one execution with one status at one time: one line.
    assert_eq!(
        rows,
        [
            row("arn:a:1", "SUCCEEDED", false),
            row("arn:a:other", "FAILED", false),
            row("arn:a:other", "SUCCEEDED", true)
        ]
    );
}

#[test]
fn a_claim_stays_with_the_execution_that_came_first() {
    let store = Database::new().store();
    let key = "dep/0123#1".parse().unwrap();
    assert_eq!(store.claim(&id("x"), &key, "arn:1").unwrap(), "arn:1");
    assert_eq!(store.claim(&id("x"), &key, "arn:2").unwrap(), "arn:1");
    assert_eq!(store.claim(&id("x"), &key, "arn:1").unwrap(), "arn:1");
    assert_eq!(store.claim(&id("y"), &key, "arn:2").unwrap(), "arn:2");
}

#[test]
fn a_change_of_the_graph_is_written_whole_or_not_at_all() {
    let store = Database::new().store();
    assert_eq!((store.graph_version().unwrap(), store.entries().unwrap()), (0, vec![]));
    let x = register(&store, waits_for("x", &["a", "b"]));
    assert_eq!((store.graph_version().unwrap(), store.dependants(&id("a")).unwrap()), (1, vec![id("x")]));
    let next = |graph, versions: [u64; 2]| {
        let x = pipesynth_engine::store::Entry { version: versions[0], ..x.clone() };
        let y = pipesynth_engine::store::Entry { id: id("y"), version: versions[1], ..x.clone() };
        let link = vec![Link { parent: id("c"), child: id("y"), version: 1 }];
        Change { graph, entries: vec![x, y], link, unlink: vec![Link { parent: id("b"), child: id("x"), version: 2 }] }
    };
    for stale in [next(0, [2, 1]), next(2, [2, 1]), next(1, [1, 1]), next(1, [3, 1]), next(1, [2, 2])] {
        assert_eq!(store.apply(&stale).unwrap(), Committed::Conflict);
    }
    let twice = Change { entries: vec![x.deleted(None), x.deleted(Some(id("y")))], ..next(1, [2, 1]) };
    let error = store.apply(&twice).unwrap_err().to_string();
    assert!(error.ends_with("a change of the graph writes pipeline `111111111111/x` twice"), "{error}");
    assert_eq!((store.graph_version().unwrap(), store.entries().unwrap()), (1, vec![x.clone()]));
    assert_eq!((store.dependants(&id("b")).unwrap(), store.dependants(&id("c")).unwrap()), (vec![id("x")], vec![]));
    assert_eq!(store.apply(&next(1, [2, 1])).unwrap(), Committed::Done);
    assert_eq!(store.graph_version().unwrap(), 2);
    assert_eq!((store.dependants(&id("b")).unwrap(), store.dependants(&id("c")).unwrap()), (vec![], vec![id("y")]));
    assert_eq!(store.entries().unwrap(), next(1, [2, 1]).entries);
}

#[test]
fn a_link_is_set_back_by_nobody_and_removed_by_a_newer_entry_only() {
    let store = Database::new().store();
    let mut entry = register(&store, waits_for("x", &["a"]));
    let link = |version| Link { parent: id("a"), child: id("x"), version };
    let mut apply = |link: Vec<Link>, unlink: Vec<Link>| {
        entry.version += 1;
        let graph = store.graph_version().unwrap();
        let change = Change { graph, entries: vec![entry.clone()], link, unlink };
        assert_eq!(store.apply(&change).unwrap(), Committed::Done);
        store.dependants(&id("a")).unwrap().len()
    };
    assert_eq!(apply(vec![link(9)], vec![]), 1);
    assert_eq!(apply(vec![link(3)], vec![]), 1);
    assert_eq!(apply(vec![], vec![link(9)]), 1, "the link is as new");
    assert_eq!(apply(vec![link(12)], vec![link(11)]), 1, "written again by a newer one");
    assert_eq!(apply(vec![link(12)], vec![link(13)]), 0, "removed by a newer one");
    assert_eq!(apply(vec![link(1), link(2), link(1)], vec![]), 1);
    assert_eq!(apply(vec![], vec![link(3), link(2)]), 0);
}

#[test]
fn gates_are_found_by_their_time_and_by_what_they_hold() {
    let store = Database::new().store();
    for name in ["y", "x"] {
        register(&store, waits_for(name, &["a", "b"]));
        let x = child(&store, name);
        for (key, due) in [("2026-11-25", None), ("2026-11-24", Some(20)), ("2026-11-23", Some(10))] {
            let holding = decision(&store, &x, &run("a", 1)).gate;
            let gate = Gate { key: key.into(), due, ver: 1, ..holding };
            assert_eq!(store.commit(&x, &gate, None).unwrap(), Committed::Done);
        }
        let empty = Gate { ver: 1, ..Gate::new(x.spec.as_ref().unwrap(), "empty") };
        assert_eq!(store.commit(&x, &empty, None).unwrap(), Committed::Done);
    }
    let place = |name: &str, key: &str| (id(name), key.to_owned());
    assert_eq!(store.due_gates(9).unwrap(), []);
    assert_eq!(store.due_gates(10).unwrap(), [place("x", "2026-11-23"), place("y", "2026-11-23")]);
    assert_eq!(store.due_gates(u64::MAX).unwrap().len(), 4);
    assert_eq!(store.gates(&id("x")).unwrap(), ["2026-11-23", "2026-11-24", "2026-11-25"]);
    assert_eq!(store.gates(&id("z")).unwrap(), Vec::<String>::new());
}
