//! The Data API's limits: what is large is read in pages and pieces, what is too large is refused when it is written.
//!
//! The transport refuses every row over 64 KB and every answer over 1 MiB, so each of these would fail if the store asked for one.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use pipesynth_engine::store::{
    Change, Child, Committed, Entry, Link, MemoryStore, Registry, Store, StoreError, Tables,
};
use pipesynth_engine::{Admission, Firing, Gate, decide};
use pipesynth_stores::postgres::PostgresStore;
use pipesynth_stores::postgres::data_api::{DataApi, Failure, Field, MAX_RESPONSE, MAX_ROW, Rows};

use crate::help::*;
use crate::transport::{Api, Call, Database};

/// The first gate of `x`, with so many characters of all the sorts that JSON writes in another way.
fn large(x: &Child, characters: usize) -> Gate {
    let mut run = run("a", 1);
    run.execution = "a\"\\\n\u{0}é€𝄞".chars().cycle().take(characters).collect::<String>().into();
    let spec = x.spec.as_ref().unwrap();
    decide(Gate::new(spec, "2026-11-23"), &run, spec).gate
}

fn with_x() -> (Database, PostgresStore<Api>) {
    let database = Database::new();
    let store = database.store();
    register(&store, waits_for("x", &["a", "b"]));
    store.api().calls();
    (database, store)
}

fn largest(calls: &[Call]) -> usize {
    calls.iter().map(|call| call.answer).max().unwrap()
}

#[test]
fn a_gate_of_any_size_is_read_as_it_was_written() {
    // Around a piece (8,000 characters), a row (64 KB), a page (250,000 bytes), an answer (1 MiB).
    for characters in [1, 3_800, 7_990, 8_000, 60_000, 250_000, 400_000] {
        let (_database, store) = with_x();
        let x = child(&store, "x");
        let gate = large(&x, characters);
        assert_eq!(store.commit(&x, &gate, None).unwrap(), Committed::Done);
        store.api().calls();
        assert_eq!(store.gate(x.id(), &gate.key).unwrap(), Some(gate.clone()));
        let (calls, bytes) = (store.api().calls(), serde_json::to_string(&gate).unwrap().len());
        assert!(calls.len() <= bytes / 200_000 + 1, "{} calls for {bytes} bytes", calls.len());
    }
}

#[test]
fn what_does_not_fit_into_a_request_is_refused_when_it_is_written() {
    let (_database, store) = with_x();
    let x = child(&store, "x");
    let gate = large(&x, 1_500_000);
    let error = store.commit(&x, &gate, None).unwrap_err().to_string();
    let wanted = "too large for the store: gate `2026-11-23` of `111111111111/x`: a request has at most 4194304 bytes";
    assert!(error.starts_with(wanted), "{error}");
    assert_eq!(store.gate(x.id(), &gate.key).unwrap(), None);
}

/// Between the first two pages of each read of a long item it does something.
struct Meanwhile<'a> {
    api: Api,
    then: RefCell<Box<dyn FnMut() + 'a>>,
    reads: Cell<usize>,
}

impl DataApi for Meanwhile<'_> {
    fn execute(&self, sql: &str, parameters: &[(&str, Field)]) -> Result<Rows, Failure> {
        let first = parameters.iter().any(|(name, field)| *name == "piece" && *field == Field::Long(-1));
        let rows = self.api.execute(sql, parameters);
        if first {
            self.reads.set(self.reads.get() + 1);
            (self.then.borrow_mut())();
        }
        rows
    }
}

#[test]
fn an_item_that_changes_between_two_pages_is_read_again_and_never_pieced_together() {
    let (database, store) = with_x();
    let x = child(&store, "x");
    // Each change is shorter by far, or longer: pieces of both would make no JSON, or the wrong one.
    for (round, sizes) in [vec![1], vec![300_000], vec![150_000, 220_000, 120_000]].into_iter().enumerate() {
        let key = format!("round {round}");
        let first = Gate { key: key.as_str().into(), ..large(&x, 200_000) };
        assert_eq!(store.commit(&x, &first, None).unwrap(), Committed::Done);
        let changes = sizes.len();
        let mut sizes = sizes.into_iter();
        let last = RefCell::new(first);
        let change = || {
            let Some(size) = sizes.next() else { return };
            let ver = last.borrow().ver + 1;
            let next = Gate { ver, key: key.as_str().into(), ..large(&x, size) };
            assert_eq!(store.commit(&x, &next, None).unwrap(), Committed::Done);
            *last.borrow_mut() = next;
        };
        let reader = Meanwhile { api: database.api(), then: RefCell::new(Box::new(change)), reads: Cell::new(0) };
        let reader = PostgresStore::new(reader);
        let read = reader.gate(x.id(), &key).unwrap().unwrap();
        assert!(read == *last.borrow(), "round {round}");
        assert_eq!(reader.api().reads.get(), changes + 1);
    }
}

#[test]
fn an_item_that_never_stands_still_is_contended() {
    let (database, store) = with_x();
    let x = child(&store, "x");
    let gate = large(&x, 200_000);
    assert_eq!(store.commit(&x, &gate, None).unwrap(), Committed::Done);
    let ver = Cell::new(1);
    let change = || {
        ver.set(ver.get() + 1);
        let next = Gate { ver: ver.get(), ..gate.clone() };
        assert_eq!(store.commit(&x, &next, None).unwrap(), Committed::Done);
    };
    let reader = Meanwhile { api: database.api(), then: RefCell::new(Box::new(change)), reads: Cell::new(0) };
    assert_eq!(PostgresStore::new(reader).gate(x.id(), &gate.key).unwrap_err(), StoreError::Contended);
}

#[test]
fn a_thousand_children_with_long_registrations_come_in_pages() {
    let store = Database::new().store();
    let names: Vec<String> = (0..1_000).map(|n| format!("child-{n:04}")).collect();
    for (round, names) in names.chunks(90).enumerate() {
        let entry = |name: &String| {
            let mut registered = waits_for(name, &["a"]);
            (registered.version, registered.about.display_name) = (1, "é".repeat(1_500));
            Entry::live(registered)
        };
        let link = names.iter().map(|name| Link { parent: id("a"), child: id(name), version: 1 }).collect();
        let entries = names.iter().map(entry).collect();
        let change = Change { graph: round as u64, entries, link, unlink: vec![] };
        assert_eq!(store.apply(&change).unwrap(), Committed::Done);
    }
    store.api().calls();
    let children = store.children(&id("a")).unwrap();
    let calls = store.api().calls();
    let bytes: usize = children.iter().map(|c| serde_json::to_string(&c.registered).unwrap().len()).sum();
    assert!(bytes > 3 * MAX_RESPONSE && calls.len() <= 20, "{} calls for {bytes} bytes", calls.len());
    assert!(largest(&calls) <= MAX_RESPONSE);
    assert_eq!(children.iter().map(|c| c.id().name().to_owned()).collect::<Vec<_>>(), names);
    assert_eq!(store.dependants(&id("a")).unwrap().len(), 1_000);
    assert_eq!(store.entries().unwrap().len(), 1_000);
}

#[test]
fn a_read_ends_where_a_page_ends_exactly() {
    // 500 items are one page of items; 900 names one page of names.
    for count in [499, 500, 501, 899, 900, 901, 1_000] {
        let database = Database::new();
        let store = database.store();
        let sql = format!(
            "INSERT INTO pipesynth.firing (child, key, generation, at, state, settled, doc)
             SELECT '111111111111/x', 'k' || i, 1, i, 'PENDING', false, replace('{{DOC}}', '\"k\"', '\"k' || i || '\"')
             FROM generate_series(1, {count}) i;
             INSERT INTO pipesynth.gate (child, key, ver, due, holds, doc)
             SELECT '111111111111/x', 'k' || i, 1, i % 7, true, '' FROM generate_series(1, {count}) i;
             INSERT INTO pipesynth.pipeline SELECT '111111111111/c' || i, 1, 1, false, false,
               json_build_object('id', '111111111111/c' || i, 'version', 1, 'state', CAST('{{TOMB}}' AS json))
             FROM generate_series(1, {count}) i;
             INSERT INTO pipesynth.link SELECT '111111111111/a', '111111111111/c' || i, 1 FROM generate_series(1, {count}) i"
        );
        database
            .client()
            .batch_execute(&sql.replace("{DOC}", &firing_json()).replace("{TOMB}", r#"{"deleted":{}}"#))
            .unwrap();
        let outbox = store.outbox(&id("x")).unwrap();
        let keys: Vec<String> = outbox.iter().map(|outgoing| outgoing.firing.key.to_string()).collect();
        assert_eq!(keys, (1..=count).map(|i| format!("k{i}")).collect::<Vec<_>>());
        assert_eq!(store.entries().unwrap().len(), count, "small items, so that a page ends by their number");
        assert_eq!(store.due_gates(6).unwrap().len(), count);
        assert_eq!(store.gates(&id("x")).unwrap().len(), count);
        assert_eq!(store.dependants(&id("a")).unwrap().len(), count);
    }
}

/// A firing with the key `k`.
fn firing_json() -> String {
    let mut tables = Tables::default();
    tables.register(Child::new(waits_for("x", &["a"])).unwrap());
    let memory = MemoryStore::new(tables);
    let firing = decision(&memory, &child(&memory, "x"), &run("a", 1)).firing.unwrap();
    serde_json::to_string(&Firing { key: "k".into(), ..Firing::clone(&firing) }).unwrap()
}

#[test]
fn the_longest_names_fit_into_a_page() {
    let (database, store) = (Database::new(), "𝄞".repeat(48));
    let key = |n: usize| format!("{store}{n:08}");
    assert_eq!(key(1).len(), pipesynth_engine::MAX_KEY);
    let sql = "INSERT INTO pipesynth.gate (child, key, ver, due, holds, doc)
               SELECT '111111111111/' || repeat('x', 40), $1 || lpad(CAST(i AS text), 8, '0'), 1, 1, true, ''
               FROM generate_series(0, 1799) i";
    database.client().execute(sql, &[&store]).unwrap();
    let store = database.store();
    let child = id(&"x".repeat(40));
    let due: Vec<_> = (0..1_800).map(|n| (child.clone(), key(n))).collect();
    assert_eq!(store.due_gates(1).unwrap(), due);
    assert_eq!(store.gates(&child).unwrap().len(), 1_800);
    assert!(largest(&store.api().calls()) > MAX_RESPONSE / 2, "the pages are as large as they can be");
}

#[test]
fn an_outbox_is_in_the_order_of_time_then_generation_then_key() {
    let database = Database::new();
    let mut wanted = BTreeMap::new();
    let mut sql = String::new();
    for (at, generation, key) in
        [(9, 1, "b"), (9, 10, "a"), (9, 9, "c"), (10, 1, "d"), (100, 1, "e"), (9, 1, "a"), (9, 1, "Z")]
    {
        let doc = firing_json().replace("\"key\":\"k\"", &format!("\"key\":\"{key}\""));
        let doc = doc.replace("\"generation\":1", &format!("\"generation\":{generation}"));
        sql += &format!(
            "INSERT INTO pipesynth.firing (child, key, generation, at, state, settled, doc)
             VALUES ('111111111111/x', '{key}', {generation}, {at}, 'PENDING', false, '{doc}');"
        );
        wanted.insert((at, generation, key), ());
    }
    database.client().batch_execute(&sql).unwrap();
    let outbox = database.store().outbox(&id("x")).unwrap();
    let got: Vec<_> = outbox.iter().map(|o| (o.firing.generation, &*o.firing.key)).collect();
    assert_eq!(got, wanted.keys().map(|(_, generation, key)| (*generation, *key)).collect::<Vec<_>>());
}

#[test]
fn a_run_with_any_input_is_logged() {
    let (_database, store) = with_x();
    let mut run = run("a", 1);
    run.input = serde_json::from_str(r#"{"nul": "\u0000", "emoji": "𝄞", "path": "C:\\x", "n": 1e300}"#).unwrap();
    run.input.insert("long".to_owned(), "é\"".repeat(100_000).into());
    assert_eq!(store.log(&run).unwrap(), Admission::New);
    assert_eq!(store.log(&run).unwrap(), Admission::Again);
}

#[test]
fn the_transport_enforces_the_limits() {
    let api = Database::new().api();
    let row = |bytes: usize| api.execute(&format!("SELECT repeat('x', {bytes})"), &[]);
    assert_eq!(row(MAX_ROW - 8).unwrap().len(), 1);
    assert!(row(MAX_ROW).unwrap_err().message.contains("a row of"));
    let rows = |count: usize| api.execute(&format!("SELECT repeat('x', 60000) FROM generate_series(1, {count})"), &[]);
    assert_eq!(rows(17).unwrap().len(), 17);
    assert!(rows(18).unwrap_err().message.contains("response size limit"));
    let failure = api.execute("SELECT 1; SELECT 2", &[]).unwrap_err();
    assert_eq!(failure.state.as_deref(), Some("42601"));
    assert!(api.execute("SELECT CAST(:a AS text)", &[]).unwrap_err().message.contains("Cannot find parameter: a"));
    let failure = api.execute("SELECT 1 + :a", &[("a", "1".into())]).unwrap_err();
    assert_eq!(failure.state.as_deref(), Some("42883"), "a text is a text: {failure}");
}
