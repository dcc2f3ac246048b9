//! Outbox and lane: what is in them, in which order, and the conditions of `settle`.

use pipesynth_contract::PipelineId;
use pipesynth_engine::registry::deregister;
use pipesynth_engine::store::{Committed, Move, Sending};
use pipesynth_engine::{Firing, Gate, Lane, RunKey, firing_id};

use crate::Whole;
use crate::world::{fire_again, fired, id, next, registered, waits_for};

crate::cases!(
    outbox_in_order,
    outbox_of_a_deleted_child,
    settle_from_state,
    settle_lane,
    settle_all_or_nothing,
    settle_ninety,
);

fn outbox_in_order(store: &dyn Whole) {
    let (child, _, first) = fired(store);
    fire_again(
        store,
        &child,
        &first,
        &[(2, 50, "all"), (1, 50, "z"), (1, 50, "b"), (10, first.at + 1, "all"), (9, first.at + 1, "b")],
    );
    let order = || -> Vec<(String, u64)> {
        store.outbox(&id("x")).unwrap().into_iter().map(|o| (o.firing.key.to_string(), o.firing.generation)).collect()
    };
    let named =
        |all: &[(&str, u64)]| all.iter().map(|(key, generation)| ((*key).to_owned(), *generation)).collect::<Vec<_>>();
    assert_eq!(order(), named(&[("b", 1), ("z", 1), ("all", 2), ("all", 1), ("b", 9), ("all", 10)]));
    let outbox = store.outbox(&id("x")).unwrap();
    let states =
        [Sending::Started, Sending::Dropped, Sending::Dead, Sending::Admitted, Sending::Sent { at: 3, tries: 1 }];
    let moves: Vec<Move> = outbox.iter().zip(states).map(|(o, to)| Move::of(o, to)).collect();
    assert_eq!(store.settle(&id("x"), None, &moves).unwrap(), Committed::Done);
    assert_eq!(order(), named(&[("all", 1), ("b", 9), ("all", 10)]), "what is settled is gone");
    let kept: Vec<Sending> = store.outbox(&id("x")).unwrap().iter().map(|o| o.state).collect();
    assert_eq!(kept, [Sending::Admitted, Sending::Sent { at: 3, tries: 1 }, Sending::Pending]);
}

fn unsettled(store: &dyn Whole) -> Vec<PipelineId> {
    let mut ids = store.unsettled().unwrap();
    ids.sort();
    ids
}

fn outbox_of_a_deleted_child(store: &dyn Whole) {
    assert_eq!(unsettled(store), []);
    let (child, _, first) = fired(store);
    fire_again(store, &child, &first, &[(1, 5, "other")]);
    registered(store, &waits_for("y", &["a"]));
    assert_eq!(unsettled(store), [id("x")], "each once");
    deregister(store, &id("x"), false).unwrap();
    assert_eq!((unsettled(store), store.outbox(&id("x")).unwrap().len()), (vec![id("x")], 2));
    let moves: Vec<Move> = store.outbox(&id("x")).unwrap().iter().map(|o| Move::of(o, Sending::Dropped)).collect();
    assert_eq!(store.settle(&id("x"), None, &moves[..1]).unwrap(), Committed::Done);
    assert_eq!(unsettled(store), [id("x")], "one is left");
    assert_eq!(store.settle(&id("x"), None, &moves[1..]).unwrap(), Committed::Done);
    assert_eq!((unsettled(store), store.outbox(&id("x")).unwrap()), (vec![], vec![]));
}

fn settle_from_state(store: &dyn Whole) {
    fired(store);
    let change = |from: Sending, to: Sending| Move { key: "all".into(), generation: 1, from, to };
    let sent = |at, tries| Sending::Sent { at, tries };
    let settle = |change: Move| store.settle(&id("x"), None, &[change]).unwrap();
    assert_eq!(settle(change(Sending::Admitted, Sending::Started)), Committed::Conflict);
    assert_eq!(settle(change(Sending::Pending, Sending::Admitted)), Committed::Done);
    assert_eq!(settle(change(Sending::Pending, Sending::Admitted)), Committed::Conflict);
    assert_eq!(settle(change(Sending::Admitted, sent(7, 1))), Committed::Done);
    assert_eq!(settle(change(sent(7, 2), Sending::Dead)), Committed::Conflict, "another number of tries");
    assert_eq!(settle(change(sent(8, 1), Sending::Dead)), Committed::Conflict, "another time");
    assert_eq!(settle(change(sent(7, 1), sent(9, 2))), Committed::Done);
    assert_eq!(settle(change(sent(9, 2), Sending::Started)), Committed::Done);
    assert_eq!(
        settle(change(Sending::Started, Sending::Dead)),
        Committed::Done,
        "the caller decides what follows what"
    );
    let other =
        |key: &str, generation| Move { key: key.into(), generation, ..change(Sending::Pending, Sending::Admitted) };
    assert_eq!(settle(other("all", 2)), Committed::Conflict, "no such firing");
    assert_eq!(settle(other("al", 1)), Committed::Conflict, "no such firing");
    assert_eq!(store.settle(&id("y"), None, &[other("all", 1)]).unwrap(), Committed::Conflict, "another child's");
}

fn settle_lane(store: &dyn Whole) {
    registered(store, &waits_for("x", &["a"]));
    assert_eq!(store.lane(&id("x")).unwrap(), Lane::default());
    let key = |text: &str| -> RunKey { text.parse().unwrap() };
    let mut lane = Lane { ver: 1, incarnation: 3, ..Lane::default() };
    lane.open.extend([(key("dep/1#1"), 1), (key("manual/m#2"), 2)]);
    lane.ended.extend([key("dep/z#1"), key("dep/0#1")]);
    let settle = |lane: &Lane| store.settle(&id("x"), Some(lane), &[]).unwrap();
    assert_eq!(settle(&Lane { ver: 2, ..lane.clone() }), Committed::Conflict, "there is no version 1 yet");
    assert_eq!(settle(&lane), Committed::Done);
    assert_eq!(store.lane(&id("x")).unwrap(), lane);
    assert_eq!(settle(&lane), Committed::Conflict);
    let empty = Lane { ver: 2, ..Lane::default() };
    assert_eq!(settle(&empty), Committed::Done);
    assert_eq!((store.lane(&id("x")).unwrap(), store.lane(&id("y")).unwrap()), (empty, Lane::default()));
    assert_eq!(store.settle(&id("x"), None, &[]).unwrap(), Committed::Done, "nothing to do");
}

fn settle_all_or_nothing(store: &dyn Whole) {
    let (child, _, first) = fired(store);
    fire_again(store, &child, &first, &[(1, 5, "other")]);
    let outbox = store.outbox(&id("x")).unwrap();
    let good: Vec<Move> = outbox.iter().map(|o| Move::of(o, Sending::Admitted)).collect();
    let mut bad = good.clone();
    bad[1].from = Sending::Admitted;
    let lane = Lane { ver: 1, ..Lane::default() };
    let late = Lane { ver: 2, ..Lane::default() };
    assert_eq!(store.settle(&id("x"), Some(&lane), &bad).unwrap(), Committed::Conflict);
    assert_eq!(store.settle(&id("x"), Some(&late), &good).unwrap(), Committed::Conflict);
    assert_eq!((store.outbox(&id("x")).unwrap(), store.lane(&id("x")).unwrap()), (outbox, Lane::default()));
    assert_eq!(store.settle(&id("x"), Some(&lane), &good).unwrap(), Committed::Done);
    assert_eq!(store.lane(&id("x")).unwrap(), lane);
    assert!(store.outbox(&id("x")).unwrap().iter().all(|o| o.state == Sending::Admitted));
}

fn settle_ninety(store: &dyn Whole) {
    let (child, gate, first) = fired(store);
    let mut gate: Gate = gate;
    for generation in 2..=90 {
        gate = next(&gate);
        let firing_id = firing_id(child.id(), "all", &first.rev, generation);
        let firing = Firing { firing_id, generation, ..Firing::clone(&first) }.into();
        assert_eq!(store.commit(&child, &gate, Some(&firing)).unwrap(), Committed::Done);
    }
    let outbox = store.outbox(&id("x")).unwrap();
    assert_eq!(outbox.iter().map(|o| o.firing.generation).collect::<Vec<_>>(), (1..=90).collect::<Vec<_>>());
    let moves: Vec<Move> = outbox.iter().map(|o| Move::of(o, Sending::Dropped)).collect();
    let lane = Lane { ver: 1, ..Lane::default() };
    assert_eq!(store.settle(&id("x"), Some(&lane), &moves).unwrap(), Committed::Done);
    assert_eq!(store.outbox(&id("x")).unwrap(), []);
}
