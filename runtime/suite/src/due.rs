//! Which gates the clock and an edit must look at.

use pipesynth_contract::PipelineId;
use pipesynth_engine::Gate;
use pipesynth_engine::store::Committed;

use crate::Whole;
use crate::world::{MONDAY, gate_after, id, next, registered, run, waits_for};

crate::cases!(due_at_the_millisecond, due_moves_and_goes, gates_that_hold);

fn due(store: &dyn Whole, now: u64) -> Vec<String> {
    store.due_gates(now).unwrap().into_iter().map(|(child, key)| format!("{} {key}", child.name())).collect()
}

fn write(store: &dyn Whole, child: &str, key: &str, due: Option<u64>) -> Gate {
    let child = store.child(&id(child)).unwrap().unwrap();
    let stored = store.gate(child.id(), key).unwrap();
    let gate = stored.map_or_else(|| gate_after(&child, &[run("a1")]).0, |gate| next(&gate));
    let gate = Gate { key: key.into(), due, ..gate };
    assert_eq!(store.commit(&child, &gate, None).unwrap(), Committed::Done);
    gate
}

fn due_at_the_millisecond(store: &dyn Whole) {
    for child in ["x", "y"] {
        registered(store, &waits_for(child, &["a", "b"]));
    }
    assert_eq!(due(store, u64::MAX), Vec::<String>::new());
    for (child, key, at) in [("y", "k1", 5), ("x", "k2", 9), ("x", "k1", MONDAY), ("x", "k3", 1_000)] {
        write(store, child, key, Some(at));
    }
    write(store, "x", "never", None);
    assert_eq!(due(store, 4), Vec::<String>::new());
    assert_eq!(due(store, 5), ["y k1"]);
    assert_eq!(due(store, 999), ["x k2", "y k1"]);
    assert_eq!(due(store, MONDAY - 1), ["x k2", "x k3", "y k1"]);
    assert_eq!(due(store, MONDAY), ["x k1", "x k2", "x k3", "y k1"]);
}

fn due_moves_and_goes(store: &dyn Whole) {
    registered(store, &waits_for("x", &["a", "b"]));
    write(store, "x", "k", Some(100));
    write(store, "x", "k", Some(200));
    assert_eq!(due(store, 150), Vec::<String>::new());
    assert_eq!(due(store, 200), ["x k"]);
    write(store, "x", "k", None);
    assert_eq!(due(store, u64::MAX), Vec::<String>::new());
    write(store, "x", "k", Some(0));
    assert_eq!(due(store, 0), ["x k"]);
}

fn gates_that_hold(store: &dyn Whole) {
    let child = registered(store, &waits_for("x", &["a", "b"]));
    let keys = |id: &PipelineId| store.gates(id).unwrap();
    assert_eq!(keys(child.id()), Vec::<String>::new());
    write(store, "x", "k2", None);
    let full = write(store, "x", "k1", Some(7));
    assert_eq!(keys(child.id()), ["k1", "k2"]);
    let mut empty = next(&full);
    empty.leaves.iter_mut().for_each(|leaf| leaf.cur = None);
    assert_eq!(store.commit(&child, &empty, None).unwrap(), Committed::Done);
    assert_eq!(keys(child.id()), ["k2"]);
}
