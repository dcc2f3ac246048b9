//! More than one page, more than one batch, more than an item holds.

use pipesynth_contract::Status;
use pipesynth_engine::store::{Committed, Registry, Store, StoreError, ingest};
use pipesynth_engine::{Admission, Gate, decide};

use crate::server::Server;
use crate::story::{all_of, id, pipeline, register, run, running};

#[test]
fn more_children_than_a_batch_takes_are_found_in_order() {
    let server = Server::new();
    let store = server.store();
    let name = |n: usize| format!("x{n:03}");
    register(&store, (0..230).map(|n| pipeline(&name(n), all_of(&["a".into()], "day"))).collect());
    let children: Vec<_> = store.children(&id("a")).unwrap().iter().map(|child| child.id().clone()).collect();
    assert_eq!(children, (0..230).map(|n| id(&name(n))).collect::<Vec<_>>());
    assert_eq!(store.entries().unwrap().len(), 230);
    assert_eq!(store.dependants(&id("b")).unwrap(), []);
}

#[test]
fn more_gates_than_a_page_holds_are_found() {
    let server = Server::new();
    let store = server.store();
    register(&store, vec![pipeline("x", all_of(&["a".into(), "b".into()], "key:$.k"))]);
    let child = store.child(&id("x")).unwrap().unwrap();
    let spec = child.spec.as_ref().unwrap();
    // 40 gates of 50 KB are two pages of 1 MB.
    for n in 0..40 {
        let mut occurrence = run("a", 0, 4);
        occurrence.input.insert("k".into(), format!("{n:02}").into());
        occurrence.execution = (occurrence.execution.to_string() + &"x".repeat(50_000)).into();
        let decision = decide(Gate::new(spec, format!("{n:02}")), &occurrence, spec);
        assert_eq!(store.commit(&child, &decision.gate, None), Ok(Committed::Done));
    }
    assert_eq!(store.gates(&id("x")).unwrap(), (0..40).map(|n| format!("{n:02}")).collect::<Vec<_>>());
}

#[test]
fn a_gate_that_is_too_large_is_an_error_with_its_key_and_changes_nothing() {
    let server = Server::new();
    let store = server.store();
    register(&store, vec![pipeline("x", all_of(&["a".into(), "b".into()], "day"))]);
    let mut occurrence = run("a", 0, 4);
    occurrence.execution = (occurrence.execution.to_string() + &"x".repeat(410_000)).into();
    let error = ingest(&store, &occurrence).unwrap_err();
    assert!(error.to_string().contains("an item of DynamoDB at most 409600"), "{error}");
    assert_eq!(store.gate(&id("x"), "2026-11-23").unwrap(), None);
}

#[test]
fn the_run_log_is_written_once_and_tells_who_came_first() {
    let server = Server::new();
    let store = server.store();
    let (first, mut other) = (run("a", 0, 4), run("a", 0, 5));
    assert_eq!(store.log(&first), Ok(Admission::New));
    assert_eq!(store.log(&first), Ok(Admission::Again));
    assert_eq!(store.log(&other), Ok(Admission::Duplicate));
    assert_eq!(store.log(&running(first)), Ok(Admission::New));
    other.status = Status::Failed;
    other.skipped = true;
    assert_eq!(store.log(&other), Ok(Admission::Again));
    other.skipped = false;
    assert_eq!(store.log(&other), Ok(Admission::New), "a skipped run takes no place");
}

#[test]
fn a_table_that_is_not_there_is_an_error_in_its_words() {
    let server = Server::new();
    let store = pipesynth_stores::dynamodb::DynamoStore::new(&server, "nowhere");
    let told = |error: StoreError| error.to_string();
    assert!(told(store.graph_version().unwrap_err()).contains("ResourceNotFoundException"));
    assert!(told(store.children(&id("a")).unwrap_err()).contains("ResourceNotFoundException"));
}

#[test]
fn a_decision_whose_answer_was_lost_is_written_once_and_told_as_written() {
    let server = Server::new();
    let store = server.store();
    register(&store, vec![pipeline("x", all_of(&["a".into()], "day"))]);
    let child = store.child(&id("x")).unwrap().unwrap();
    let spec = child.spec.as_ref().unwrap();
    let decision = decide(Gate::new(spec, "2026-11-23"), &run("a", 0, 4), spec);
    server.lose(2);
    assert_eq!(store.commit(&child, &decision.gate, decision.firing.as_ref()), Ok(Committed::Done));
    assert_eq!(store.outbox(&id("x")).unwrap().len(), 1);
    // Somebody else with the same decision is somebody else.
    assert_eq!(store.commit(&child, &decision.gate, decision.firing.as_ref()), Ok(Committed::Conflict));
}

#[test]
fn a_lost_answer_of_the_run_log_makes_the_event_a_repeated_one() {
    let server = Server::new();
    let store = server.store();
    server.lose(1);
    assert_eq!(store.log(&run("a", 0, 4)), Ok(Admission::New));
    server.lose(1);
    assert_eq!(store.log(&run("a", 1, 4)), Ok(Admission::New));
    assert_eq!(store.log(&run("a", 1, 4)), Ok(Admission::Again));
}
