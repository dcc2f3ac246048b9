//! The rules of the graph over the store: what is refused, what follows for others, that a repetition writes nothing.

use std::cell::Cell;
use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_contract::options::Concurrency;
use pipesynth_contract::registration::Registration;
use pipesynth_engine::registry::{Refused, RegisterError, deregister, follow_up, recheck, register};
use pipesynth_engine::store::{Child, Note, Sink, StoreError, What, dispatch, ingest};
use pipesynth_engine::{Admission, Firing, Occurrence};

use crate::Whole;
use crate::world::{HOUR, MONDAY, id, registered, run, waits_for};

crate::cases!(
    rule_repetition_writes_nothing,
    rule_cycles_with_their_way,
    rule_pending_parents,
    rule_deletion_with_children,
    rule_forced_deletion_and_return,
    rule_rename_keeps_tokens,
    rule_rename_while_a_run_goes,
    rule_rename_while_a_start_waits,
    rule_rename_of_a_child,
    rule_rename_of_an_orphan,
    rule_rename_of_many,
    rule_rename_of_a_name_never_there,
    rule_rename_and_the_name_is_taken,
);

fn refused(answer: Result<impl std::fmt::Debug, RegisterError>) -> Refused {
    match answer {
        Err(RegisterError::Refused(refused)) => refused,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

fn renamed(registration: Registration, old: &str) -> Registration {
    Registration { renamed_from: Some(id(old)), ..registration }
}

fn starts(store: &dyn Whole, text: &str) -> Vec<PipelineId> {
    let notes = ingest(store, &run(text)).unwrap();
    notes.into_iter().filter(|note| matches!(note.what, What::Fired(_))).map(|note| note.child).collect()
}

fn rule_repetition_writes_nothing(store: &dyn Whole) {
    for name in ["a", "x"] {
        let registration = waits_for(name, if name == "x" { &["a"] } else { &[] });
        assert!(register(store, &registration, 5).unwrap().written);
        let before = (store.graph_version().unwrap(), store.entries().unwrap());
        assert!(!register(store, &registration, 9).unwrap().written);
        assert_eq!((store.graph_version().unwrap(), store.entries().unwrap()), before);
    }
    assert!(deregister(store, &id("x"), false).unwrap().written);
    let before = (store.graph_version().unwrap(), store.entries().unwrap());
    assert!(!deregister(store, &id("x"), false).unwrap().written);
    assert!(!deregister(store, &id("unknown"), true).unwrap().written);
    assert_eq!((store.graph_version().unwrap(), store.entries().unwrap()), before);
}

fn rule_cycles_with_their_way(store: &dyn Whole) {
    for (name, parents) in [("b", &["a"][..]), ("c", &["b", "other"]), ("d", &["c"])] {
        register(store, &waits_for(name, parents), 0).unwrap();
    }
    let Refused::Cycle(way) = refused(register(store, &waits_for("a", &["d", "c"]), 0)) else { panic!("no cycle") };
    assert_eq!(way, ["a", "b", "c", "a"].map(id), "the shortest way, each by the one before it");
    assert_eq!(store.entry(&id("a")).unwrap(), None);
    assert!(
        matches!(refused(register(store, &waits_for("e", &["e"]), 0)), Refused::Cycle(way) if way == ["e", "e"].map(id))
    );
    // What is orphaned may come back, so it counts.
    register(store, &waits_for("a", &[]), 0).unwrap();
    deregister(store, &id("a"), true).unwrap();
    assert!(matches!(refused(register(store, &waits_for("a", &["d"]), 0)), Refused::Cycle(way) if way.len() == 5));
    // Under a new name too.
    register(store, &waits_for("a", &[]), 0).unwrap();
    assert!(matches!(refused(register(store, &renamed(waits_for("a2", &["d"]), "a"), 0)), Refused::Cycle(_)));
    assert!(matches!(refused(register(store, &renamed(waits_for("a2", &["a"]), "a"), 0)), Refused::Cycle(_)));
}

fn rule_pending_parents(store: &dyn Whole) {
    let outcome = register(store, &waits_for("x", &["a", "b"]), 0).unwrap();
    assert_eq!(outcome.warnings.len(), 2, "{outcome:?}");
    register(store, &waits_for("a", &[]), 0).unwrap();
    assert_eq!(register(store, &waits_for("x", &["a", "b"]), 0).unwrap().warnings.len(), 1);
    assert_eq!((starts(store, "a1"), starts(store, "b2")), (vec![], vec![id("x")]));
}

fn rule_deletion_with_children(store: &dyn Whole) {
    for (name, parents) in [("a", &[][..]), ("y", &["a"]), ("x", &["a", "b"])] {
        register(store, &waits_for(name, parents), 0).unwrap();
    }
    let expected = Refused::HasChildren { parent: id("a"), children: vec![id("x"), id("y")] };
    assert_eq!(refused(deregister(store, &id("a"), false)), expected);
    for child in ["x", "y"] {
        deregister(store, &id(child), false).unwrap();
    }
    assert!(deregister(store, &id("a"), false).unwrap().written);
    assert!(store.entries().unwrap().iter().all(|entry| entry.registered().is_none()));
}

fn rule_forced_deletion_and_return(store: &dyn Whole) {
    register(store, &waits_for("a", &[]), 0).unwrap();
    registered(store, &waits_for("x", &["a", "b"]));
    assert_eq!(starts(store, "a1"), []);
    let outcome = deregister(store, &id("a"), true).unwrap();
    assert_eq!(outcome.orphaned, [id("x")].into());
    for child in &outcome.recheck {
        recheck(store, child, 0).unwrap();
    }
    assert_eq!(starts(store, "b2"), [], "what the deleted parent had given counts no more");
    let outcome = register(store, &waits_for("a", &[]), 0).unwrap();
    assert!(outcome.recheck.contains(&id("x")));
    let notes = follow_up(store, &outcome, 0).unwrap();
    assert!(notes.iter().all(|note| !matches!(note.what, What::Fired(_))), "nor when it returns: {notes:?}");
    assert!(store.child(&id("x")).unwrap().unwrap().registered.standing.orphaned.is_empty());
    assert_eq!(starts(store, "a3"), [id("x")], "the leaf is whole again");
    assert_eq!(store.entry(&id("a")).unwrap().unwrap().incarnation, 1);
}

fn rule_rename_keeps_tokens(store: &dyn Whole) {
    register(store, &waits_for("a", &[]), 0).unwrap();
    registered(store, &waits_for("x", &["a", "b"]));
    assert_eq!(starts(store, "a1"), []);
    let rename = renamed(waits_for("new", &[]), "a");
    assert!(register(store, &rename, 0).unwrap().written);
    assert!(!register(store, &rename, 0).unwrap().written);
    let links = (store.dependants(&id("a")).unwrap(), store.dependants(&id("new")).unwrap());
    assert_eq!(links, (vec![], vec![id("x")]));
    assert_eq!(starts(store, "b2"), [id("x")], "with the run of the old name");
    assert_eq!((starts(store, "new3"), starts(store, "b4")), (vec![], vec![id("x")]));
    assert!(!deregister(store, &id("a"), false).unwrap().written, "the old stack goes without a word");
    // The child's own text still says `a`.
    let outcome = register(store, &waits_for("x", &["a", "b"]), 0).unwrap();
    assert!(!outcome.written && outcome.warnings.iter().any(|w| w.contains("renamed")), "{outcome:?}");
    // And back again, with what is held.
    assert_eq!(starts(store, "new5"), []);
    register(store, &renamed(waits_for("a", &[]), "new"), 0).unwrap();
    assert_eq!(starts(store, "b6"), [id("x")]);
    assert_eq!((starts(store, "a7"), starts(store, "b8")), (vec![], vec![id("x")]));
}

fn rule_rename_while_a_run_goes(store: &dyn Whole) {
    register(store, &waits_for("a", &[]), 0).unwrap();
    registered(store, &waits_for("x", &["a"]));
    register(store, &renamed(waits_for("b", &[]), "a"), 0).unwrap();
    register(store, &renamed(waits_for("c", &[]), "b"), 0).unwrap();
    let firing = |name: &str| {
        ingest(store, &run(name)).unwrap().into_iter().find_map(|note| match note.what {
            What::Fired(firing) => Some(firing),
            _ => None,
        })
    };
    let started = firing("a1").unwrap();
    assert_eq!(started.used[0].leaf.parent, id("c"));
    assert!(firing("a1").is_none(), "the same event once more");
    let twin = Occurrence { parent: id("c"), execution: "arn:c:twin".into(), ..run("a1") };
    assert_eq!(store.log(&twin).unwrap(), Admission::Duplicate, "its run key counts under the new name");
    deregister(store, &id("a"), false).unwrap();
    assert!(firing("a2").is_some(), "the old stack may be gone");
    register(store, &waits_for("a", &[]), 0).unwrap();
    assert!(firing("a3").is_none(), "who takes the name is another pipeline");
}

/// Counts what is sent.
#[derive(Default)]
struct Bus(Cell<usize>);

impl Sink for Bus {
    fn send(&self, _: &Arc<Firing>, _: &Child) -> Result<(), StoreError> {
        self.0.set(self.0.get() + 1);
        Ok(())
    }
}

fn rule_rename_while_a_start_waits(store: &dyn Whole) {
    let x = || Registration { concurrency: Concurrency::Queue, ..waits_for("x", &["a"]) };
    registered(store, &x());
    assert_eq!((starts(store, "a1"), starts(store, "a2")), (vec![id("x")], vec![id("x")]));
    let bus = Bus::default();
    dispatch(store, &bus, &id("x"), MONDAY).unwrap();
    register(store, &renamed(Registration { id: id("new"), ..x() }, "x"), MONDAY).unwrap();
    assert_eq!(store.unsettled().unwrap(), [id("x")], "so that the sweeper comes by");
    let notes = dispatch(store, &bus, &id("x"), MONDAY).unwrap();
    let waited = |note: &&Note| matches!(&note.what, What::LeftBehind(firing) if firing.child == id("x"));
    let told: Vec<_> = notes.iter().filter(waited).map(|note| (note.child.clone(), note.is_alert())).collect();
    assert_eq!(told, [(id("new"), true)], "the one that was sent is on its way: {notes:?}");
    assert_eq!((notes.len(), bus.0.get()), (2, 1));
    assert_eq!(store.unsettled().unwrap(), []);
    assert!(dispatch(store, &bus, &id("x"), MONDAY).unwrap().is_empty(), "told once");
}

fn rule_rename_of_a_child(store: &dyn Whole) {
    registered(store, &waits_for("x", &["a", "b"]));
    assert_eq!(starts(store, "a1"), []);
    let rename = renamed(waits_for("new", &["a", "b"]), "x");
    for _ in 0..2 {
        // A request that comes again takes over again, and nothing twice.
        let outcome = register(store, &rename, MONDAY + HOUR).unwrap();
        assert_eq!(outcome.inherits, Some(id("x")));
        follow_up(store, &outcome, MONDAY + HOUR).unwrap();
    }
    assert_eq!(starts(store, "b2"), [id("new")], "with the run that the old name had seen");
    follow_up(store, &register(store, &rename, 0).unwrap(), 0).unwrap();
    assert_eq!(starts(store, "b3"), [], "what was used is not taken over again");
    assert!(store.child(&id("x")).unwrap().is_none());
    assert_eq!((store.children(&id("a")).unwrap().len(), starts(store, "a1")), (1, vec![]));
    // After an edit there is nothing to take over.
    registered(store, &renamed(waits_for("new", &["a", "b", "c"]), "x"));
    assert_eq!(register(store, &renamed(waits_for("new", &["a", "b", "c"]), "x"), 0).unwrap().inherits, None);
}

fn rule_rename_of_an_orphan(store: &dyn Whole) {
    register(store, &waits_for("f", &[]), 0).unwrap();
    register(store, &waits_for("e", &["f"]), 0).unwrap();
    deregister(store, &id("f"), true).unwrap();
    // The old name waited for the new one, which comes back at the same time.
    assert!(register(store, &renamed(waits_for("f", &["a"]), "e"), 0).unwrap().written);
    assert_eq!(store.dependants(&id("f")).unwrap(), []);
    assert_eq!(starts(store, "a1"), [id("f")]);
}

fn rule_rename_of_many(store: &dyn Whole) {
    register(store, &waits_for("a", &[]), 0).unwrap();
    let names: Vec<String> = (0..83).map(|n| format!("p-{n:03}")).collect();
    for name in &names {
        register(store, &waits_for(name, &["a"]), 0).unwrap();
    }
    register(store, &renamed(waits_for("new", &[]), "a"), 0).unwrap();
    assert_eq!(store.dependants(&id("a")).unwrap(), []);
    assert_eq!(starts(store, "new1").len(), 83);
    let outcome = deregister(store, &id("new"), true).unwrap();
    assert_eq!(outcome.orphaned.len(), 83);
    assert!(names.iter().all(|n| store.child(&id(n)).unwrap().unwrap().registered.standing.orphaned == [id("new")]));
}

fn rule_rename_of_a_name_never_there(store: &dyn Whole) {
    registered(store, &waits_for("before", &["old"]));
    let outcome = register(store, &renamed(waits_for("new", &[]), "old"), 0).unwrap();
    assert!(outcome.warnings.iter().any(|w| w.contains("never registered")), "{outcome:?}");
    assert!(!register(store, &renamed(waits_for("new", &[]), "old"), 0).unwrap().written);
    registered(store, &waits_for("later", &["old"]));
    let mut started = starts(store, "new1");
    started.sort();
    assert_eq!(started, [id("before"), id("later")]);
    // The rules of both were deployed with the old name.
    for child in started {
        let outbox = store.outbox(&child).unwrap();
        let parents = outbox[0].firing.detail("eu-central-1").parents;
        let names: Vec<PipelineId> = parents.into_keys().collect();
        assert_eq!(names, [id("new"), id("old")]);
    }
    // Whoever takes the name later is another pipeline.
    register(store, &waits_for("old", &[]), 0).unwrap();
    assert_eq!(starts(store, "old2"), []);
}

fn rule_rename_and_the_name_is_taken(store: &dyn Whole) {
    register(store, &waits_for("d", &[]), 0).unwrap();
    register(store, &renamed(waits_for("b", &[]), "d"), 0).unwrap();
    register(store, &renamed(waits_for("c", &[]), "b"), 0).unwrap();
    // A new `b` waits for what was `d`, and is `c` now. CloudFormation may ask twice.
    let again = waits_for("b", &["d"]);
    assert!(register(store, &again, 0).unwrap().written);
    assert!(!register(store, &again, 0).unwrap().written);
    assert_eq!(starts(store, "c1"), [id("b")]);
}
