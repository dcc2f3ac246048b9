//! The registry's own write: its conditions, entries and links.

use pipesynth_contract::PipelineId;
use pipesynth_engine::store::{Change, Child, Committed, Entry, Link, Registered, State};

use crate::Whole;
use crate::world::{id, registered, waits_for};

crate::cases!(
    graph_begins_empty,
    apply_needs_the_graph_version,
    apply_needs_the_versions_before,
    apply_round_trip,
    apply_tombstone,
    links_are_not_set_back,
    links_go_only_when_older,
    apply_eighty,
);

fn live(name: &str, version: u64, parents: &[&str]) -> Entry {
    Entry::live(Registered { version, ..Registered::from(waits_for(name, parents)) })
}

fn link(parent: &str, child: &str, version: u64) -> Link {
    Link { parent: id(parent), child: id(child), version }
}

fn change(graph: u64, entries: Vec<Entry>, link: Vec<Link>, unlink: Vec<Link>) -> Change {
    Change { graph, entries, link, unlink }
}

fn dependants(store: &dyn Whole, parent: &str) -> Vec<PipelineId> {
    store.dependants(&id(parent)).unwrap()
}

fn graph_begins_empty(store: &dyn Whole) {
    assert_eq!(store.graph_version().unwrap(), 0);
    assert_eq!((store.entry(&id("x")).unwrap(), store.entries().unwrap()), (None, vec![]));
    assert_eq!(dependants(store, "a"), []);
}

fn apply_needs_the_graph_version(store: &dyn Whole) {
    let write = |graph, name: &str| store.apply(&change(graph, vec![live(name, 1, &[])], vec![], vec![])).unwrap();
    assert_eq!(write(1, "x"), Committed::Conflict);
    assert_eq!((store.graph_version().unwrap(), store.entry(&id("x")).unwrap()), (0, None));
    assert_eq!(write(0, "x"), Committed::Done);
    assert_eq!(write(0, "y"), Committed::Conflict, "the graph is one further");
    assert_eq!(write(1, "y"), Committed::Done);
    assert_eq!(store.graph_version().unwrap(), 2, "one more with each write, however many entries");
}

fn apply_needs_the_versions_before(store: &dyn Whole) {
    assert_eq!(store.apply(&change(0, vec![live("x", 2, &[])], vec![], vec![])).unwrap(), Committed::Conflict);
    assert_eq!(store.apply(&change(0, vec![live("x", 1, &[])], vec![], vec![])).unwrap(), Committed::Done);
    for version in [1, 3] {
        let both = vec![live("y", 1, &[]), live("x", version, &["a"])];
        assert_eq!(store.apply(&change(1, both, vec![], vec![])).unwrap(), Committed::Conflict, "{version}");
    }
    assert_eq!((store.entry(&id("y")).unwrap(), store.graph_version().unwrap()), (None, 1), "all or nothing");
    let both = vec![live("y", 1, &[]), live("x", 2, &["a"])];
    assert_eq!(store.apply(&change(1, both.clone(), vec![], vec![])).unwrap(), Committed::Done);
    assert_eq!(store.entries().unwrap(), [both[1].clone(), both[0].clone()], "in the order of their ids");
}

fn apply_round_trip(store: &dyn Whole) {
    let mut full = Registered { version: 1, ..Registered::from(waits_for("x", &["a", "old", "gone"])) };
    full.incarnation = 0;
    full.standing.renamed.insert(id("old"), id("new"));
    full.standing.orphaned.push(id("gone"));
    let child = Child::new(full.clone()).unwrap();
    full.standing.since = child.spec.unwrap().leaves().map(|leaf| (leaf.clone(), 1_795_392_000_000)).collect();
    let entry = Entry::live(full);
    let links = ["a", "new", "gone"].map(|parent| link(parent, "x", 1)).to_vec();
    assert_eq!(store.apply(&change(0, vec![entry.clone()], links, vec![])).unwrap(), Committed::Done);
    assert_eq!(store.entry(&id("x")).unwrap().as_ref(), Some(&entry));
    assert_eq!(store.entries().unwrap(), std::slice::from_ref(&entry));
    assert_eq!(Some(&store.child(&id("x")).unwrap().unwrap().registered), entry.registered());
    assert_eq!([dependants(store, "new"), dependants(store, "old")], [vec![id("x")], vec![]]);
}

fn apply_tombstone(store: &dyn Whole) {
    let child = registered(store, &waits_for("x", &["a"]));
    let before = store.entry(child.id()).unwrap().unwrap();
    for (graph, successor) in [(1, None), (2, Some(id("y")))] {
        let mut gone = before.deleted(successor.clone());
        gone.version += graph - 1;
        assert_eq!(store.apply(&change(graph, vec![gone.clone()], vec![], vec![])).unwrap(), Committed::Done);
        let kept = store.entry(child.id()).unwrap().unwrap();
        assert_eq!((&kept, kept.incarnation), (&gone, 1));
        assert!(matches!(&kept.state, State::Deleted { successor: kept } if *kept == successor));
        assert!(store.child(child.id()).unwrap().is_none());
    }
    assert_eq!(store.entries().unwrap().len(), 1);
}

fn links_are_not_set_back(store: &dyn Whole) {
    let entry = |version| vec![live("x", version, &["a"])];
    assert_eq!(store.apply(&change(0, entry(1), vec![link("a", "x", 7)], vec![])).unwrap(), Committed::Done);
    // A late writer's link of version 2 leaves that of version 7; so it is still there for an unlink of version 5.
    assert_eq!(store.apply(&change(1, entry(2), vec![link("a", "x", 2)], vec![])).unwrap(), Committed::Done);
    assert_eq!(store.apply(&change(2, entry(3), vec![], vec![link("a", "x", 5)])).unwrap(), Committed::Done);
    assert_eq!(dependants(store, "a"), [id("x")]);
    assert_eq!(store.apply(&change(3, entry(4), vec![], vec![link("a", "x", 8)])).unwrap(), Committed::Done);
    assert_eq!(dependants(store, "a"), []);
}

fn links_go_only_when_older(store: &dyn Whole) {
    let links = [("a", "x"), ("a", "y"), ("b", "x")].map(|(parent, child)| link(parent, child, 2)).to_vec();
    assert_eq!(store.apply(&change(0, vec![live("x", 1, &[])], links, vec![])).unwrap(), Committed::Done);
    let unlink = vec![link("a", "x", 3), link("a", "y", 2), link("b", "y", 9), link("c", "x", 9)];
    assert_eq!(store.apply(&change(0, vec![live("x", 2, &[])], vec![], unlink.clone())).unwrap(), Committed::Conflict);
    assert_eq!(dependants(store, "a"), [id("x"), id("y")], "what was not written removes no link");
    assert_eq!(store.apply(&change(1, vec![live("x", 2, &[])], vec![], unlink)).unwrap(), Committed::Done);
    assert_eq!((dependants(store, "a"), dependants(store, "b")), (vec![id("y")], vec![id("x")]));
}

fn apply_eighty(store: &dyn Whole) {
    let names: Vec<String> = (0..82).map(|n| format!("p-{n:03}")).collect();
    let entries = names.iter().map(|name| live(name, 1, &["a"])).collect();
    let links: Vec<Link> = names.iter().map(|name| link("a", name, 1)).collect();
    assert_eq!(store.apply(&change(0, entries, links, vec![])).unwrap(), Committed::Done);
    let ids: Vec<PipelineId> = names.iter().map(|name| id(name)).collect();
    assert_eq!(store.entries().unwrap().iter().map(|e| e.id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!(dependants(store, "a"), ids);
    assert_eq!(store.children(&id("a")).unwrap().len(), 82);
}
