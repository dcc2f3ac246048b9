//! The transaction of gate and firing: each of its conditions, and that nothing is written where one fails.

use std::sync::Arc;

use pipesynth_contract::Status;
use pipesynth_engine::registry::deregister;
use pipesynth_engine::store::{Child, Committed, Sending};
use pipesynth_engine::{Firing, Gate, decide, firing_id};
use serde_json::json;

use crate::Whole;
use crate::world::{ended, fired, gate_after, id, next, registered, registration, run, spec, trigger, waits_for};

crate::cases!(
    commit_round_trip,
    commit_needs_the_version_before,
    commit_needs_the_slot,
    commit_needs_the_registration,
    commit_of_another_life,
    commit_keeps_gates_apart,
);

fn commit_round_trip(store: &dyn Whole) {
    let options = json!({"whileRunning": "hold", "deadline": "07:00", "onMiss": "notify", "within": "2h"});
    let child = registered(store, &registration("x", trigger(&json!(["all", "a", "b"]), &options)));
    assert_eq!(store.gate(&id("x"), "2026-11-23").unwrap(), None);
    let (gate, _) = gate_after(&child, &[ended("a1", Status::Running), run("a1")]);
    assert!(gate.due.is_some() && gate.holds());
    assert_eq!(store.commit(&child, &gate, None).unwrap(), Committed::Done);
    assert_eq!(store.gate(&id("x"), &gate.key).unwrap().as_ref(), Some(&gate));
    assert_eq!(store.outbox(&id("x")).unwrap(), []);
    let (full, mut firings) = gate_after(&child, &[run("a1"), run("b1")]);
    let (full, firing) = (Gate { ver: 2, ..full }, firings.remove(0));
    assert_eq!(store.commit(&child, &full, Some(&firing)).unwrap(), Committed::Done);
    assert_eq!(store.gate(&id("x"), &gate.key).unwrap(), Some(full));
    let outbox = store.outbox(&id("x")).unwrap();
    assert_eq!((&outbox[0].firing, outbox[0].state, outbox.len()), (&firing, Sending::Pending, 1));
}

/// That the store answers so and keeps what it had.
fn refuses(store: &dyn Whole, child: &Child, gate: &Gate, firing: Option<&Arc<Firing>>, answer: Committed, why: &str) {
    let state = || {
        (
            store.gate(child.id(), &gate.key).unwrap(),
            store.outbox(child.id()).unwrap(),
            store.gates(child.id()).unwrap(),
        )
    };
    let before = state();
    assert_eq!(store.commit(child, gate, firing).unwrap(), answer, "{why}");
    assert_eq!(state(), before, "{why}: nothing is written");
}

fn later(firing: &Firing) -> Arc<Firing> {
    let generation = firing.generation + 1;
    let firing_id = firing_id(&firing.child, &firing.key, &firing.rev, generation);
    Firing { firing_id, generation, ..firing.clone() }.into()
}

fn commit_needs_the_version_before(store: &dyn Whole) {
    let (child, gate, firing) = fired(store);
    let free = later(&firing);
    for (ver, why) in [(1, "the same version"), (3, "a version too far"), (0, "no version")] {
        let gate = Gate { ver, ..gate.clone() };
        refuses(store, &child, &gate, None, Committed::Conflict, why);
        refuses(store, &child, &gate, Some(&free), Committed::Conflict, why);
    }
    let (new, _) = gate_after(&child, &[run("a1")]);
    let unknown = Gate { key: "other".into(), ver: 2, ..new };
    refuses(store, &child, &unknown, None, Committed::Conflict, "version 2 of a gate that is not there");
    assert_eq!(store.commit(&child, &next(&gate), None).unwrap(), Committed::Done);
    refuses(store, &child, &next(&gate), None, Committed::Conflict, "version 2 again");
}

fn commit_needs_the_slot(store: &dyn Whole) {
    let (child, gate, firing) = fired(store);
    refuses(store, &child, &next(&gate), Some(&firing), Committed::Conflict, "a generation that is there");
    let twin = Arc::new(Firing { firing_id: "00".into(), ..Firing::clone(&firing) });
    refuses(store, &child, &next(&gate), Some(&twin), Committed::Conflict, "the same slot under another id");
    assert_eq!(store.commit(&child, &next(&gate), Some(&later(&firing))).unwrap(), Committed::Done);
    assert_eq!(store.outbox(&id("x")).unwrap().len(), 2);
}

fn commit_needs_the_registration(store: &dyn Whole) {
    let (child, gate, firing) = fired(store);
    let free = later(&firing);
    // The same condition and another team: each write counts.
    let mut registration = waits_for("x", &["a", "b"]);
    registration.team = Some("other".into());
    let new = registered(store, &registration);
    refuses(store, &child, &next(&gate), Some(&free), Committed::Gone, "a registration of before");
    refuses(store, &child, &gate, None, Committed::Gone, "and a gate of before: still gone");
    let mut future = Child::clone(&new);
    future.registered.version += 1;
    refuses(store, &future, &next(&gate), None, Committed::Gone, "a registration that is not written");
    assert_eq!(store.commit(&new, &next(&gate), Some(&free)).unwrap(), Committed::Done);
    deregister(store, &id("x"), false).unwrap();
    refuses(store, &new, &next(&next(&gate)), None, Committed::Gone, "a deleted child");
    let mut tombstone = Child::clone(&new);
    tombstone.registered.version += 1;
    refuses(store, &tombstone, &next(&next(&gate)), None, Committed::Gone, "the version of the tombstone");
    let nobody = registered(store, &waits_for("y", &["a"]));
    deregister(store, &id("y"), false).unwrap();
    let (empty, _) = gate_after(&nobody, &[run("a1")]);
    refuses(store, &nobody, &empty, None, Committed::Gone, "a deleted child without a gate");
}

fn commit_of_another_life(store: &dyn Whole) {
    let (old, gate, firing) = fired(store);
    deregister(store, &id("x"), false).unwrap();
    let new: Arc<Child> = registered(store, &waits_for("x", &["a", "b"]));
    refuses(store, &old, &next(&gate), Some(&later(&firing)), Committed::Gone, "an earlier life");
    let kept = store.gate(&id("x"), &gate.key).unwrap().unwrap();
    assert_eq!(kept, gate, "the gate stays until it is written");
    // The shipped decision begins anew with it and goes on with its numbers.
    let decision = decide(kept, &run("a3"), spec(&new));
    assert_eq!((decision.gate.incarnation, decision.gate.ver, decision.gate.generation), (1, 2, 1));
    assert_eq!(store.commit(&new, &decision.gate, None).unwrap(), Committed::Done);
    assert_eq!(store.gate(&id("x"), &gate.key).unwrap(), Some(decision.gate));
}

fn commit_keeps_gates_apart(store: &dyn Whole) {
    let (child, gate, _) = fired(store);
    let other = registered(store, &waits_for("x-2", &["a"]));
    assert_eq!(store.gate(other.id(), &gate.key).unwrap(), None);
    for key in ["2026-11-23", "2026-11-2", "a#b/c d", "ünïcode", "all2"] {
        let gate = Gate { key: key.into(), ver: 1, ..gate_after(&child, &[run("a1")]).0 };
        assert_eq!(store.commit(&child, &gate, None).unwrap(), Committed::Done, "{key}");
        assert_eq!(store.gate(child.id(), key).unwrap(), Some(gate), "{key}");
    }
    assert_eq!(store.gate(child.id(), &gate.key).unwrap(), Some(gate));
    assert_eq!(store.gates(child.id()).unwrap(), ["2026-11-2", "2026-11-23", "a#b/c d", "all2", "ünïcode"]);
    assert_eq!(store.gates(other.id()).unwrap(), Vec::<String>::new());
}
