//! Answers that no server gives when asked to: batches that are not done, pages, conflicts, throttling. What is stored is tested against
//! a server, in `tests/dynamodb`.

use std::cell::RefCell;

use pipesynth_contract::PipelineId;
use pipesynth_engine::store::{
    Change, Child, Committed, Entry, Move, Registered, Registry, Sending, Store, StoreError,
};
use pipesynth_engine::{Gate, Lane};
use serde_json::{Value, json};

use super::{DynamoDb, DynamoStore, Failure, Reason};

/// Answers one after the other, and keeps what was asked.
struct Answers(RefCell<Vec<Result<Value, Failure>>>, RefCell<Vec<(&'static str, Value)>>);

impl DynamoDb for Answers {
    fn call(&self, operation: &'static str, body: &Value) -> Result<Value, Failure> {
        self.1.borrow_mut().push((operation, body.clone()));
        self.0.borrow_mut().remove(0)
    }
}

fn answers(answers: Vec<Result<Value, Failure>>) -> Answers {
    Answers(RefCell::new(answers), RefCell::default())
}

fn id(name: &str) -> PipelineId {
    PipelineId::new("111111111111", name).unwrap()
}

fn link(child: &str) -> Value {
    json!({ "pk": {"S": "PARENT#111111111111/p"}, "sk": {"S": format!("CHILD#111111111111/{child}")}, "ver": {"N": "1"} })
}

fn entry(name: &str) -> Value {
    let state = json!({ "deleted": {} });
    let entry = json!({ "id": format!("111111111111/{name}"), "version": 2, "incarnation": 1, "state": state });
    json!({ "pk": {"S": format!("PIPE#111111111111/{name}")}, "sk": {"S": "META"}, "json": {"S": entry.to_string()} })
}

fn member(name: &str) -> Value {
    json!({ "pk": {"S": "GRAPH"}, "sk": {"S": format!("PIPE#111111111111/{name}")} })
}

#[test]
fn keys_that_a_batch_left_over_are_asked_for_again_and_the_order_stays() {
    let left = json!({ "Keys": [{"pk": {"S": "PIPE#111111111111/a"}, "sk": {"S": "META"}}], "ConsistentRead": true });
    let db = answers(vec![
        Ok(json!({ "Items": [member("a"), member("b")] })),
        Ok(json!({ "Responses": {"t": [entry("b")]}, "UnprocessedKeys": {"t": left} })),
        Ok(json!({ "Responses": {"t": [entry("a")]}, "UnprocessedKeys": {} })),
    ]);
    let entries = DynamoStore::new(&db, "t").entries().unwrap();
    assert_eq!(entries.iter().map(|e| e.id.name()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(db.1.borrow()[2].1["RequestItems"]["t"]["Keys"], left["Keys"]);
}

#[test]
fn a_batch_that_brings_nothing_for_long_is_an_unavailable_store() {
    let left = json!({ "Keys": [{"pk": {"S": "PIPE#111111111111/a"}, "sk": {"S": "META"}}] });
    let nothing = || Ok(json!({ "Responses": {"t": []}, "UnprocessedKeys": {"t": left} }));
    let mut all = vec![Ok(json!({ "Items": [member("a")] }))];
    all.extend((0..20).map(|_| nothing()));
    let error = DynamoStore::new(answers(all), "t").entries().unwrap_err();
    assert!(
        matches!(&error, StoreError::Unavailable(told) if told.contains("`t` gave no items in 8 batches")),
        "{error}"
    );
}

#[test]
fn a_query_goes_on_where_its_page_ended() {
    let last = json!({ "pk": {"S": "PARENT#111111111111/p"}, "sk": {"S": "CHILD#111111111111/a"} });
    let db = answers(vec![
        Ok(json!({ "Items": [link("a")], "LastEvaluatedKey": last })),
        Ok(json!({ "Items": [], "LastEvaluatedKey": last })),
        Ok(json!({ "Items": [link("b")] })),
    ]);
    assert_eq!(DynamoStore::new(&db, "t").dependants(&id("p")).unwrap(), [id("a"), id("b")]);
    assert_eq!(db.1.borrow()[0].1["ExclusiveStartKey"], Value::Null);
    assert_eq!((&db.1.borrow()[1].1["ExclusiveStartKey"], &db.1.borrow()[2].1["ExclusiveStartKey"]), (&last, &last));
}

fn committed(failure: Failure) -> Result<Committed, StoreError> {
    let trigger = json!({ "executions": {
        "condition": {"allOf": [{"account": "111111111111", "name": "p", "status": ["SUCCEEDED"]}]},
        "correlate": "day", "within": "none", "onRerun": "refire",
    }});
    let registered =
        Registered::new(id("x"), "eu-central-1", "UTC", serde_json::from_value(trigger).expect("a trigger"));
    let child = Child::new(registered).unwrap();
    let gate = Gate { ver: 1, ..Gate::new(child.spec.as_ref().unwrap(), "2026-11-23") };
    DynamoStore::new(answers(vec![Err(failure)]), "t").commit(&child, &gate, None)
}

#[test]
fn a_cancelled_decision_is_gone_a_conflict_or_an_error_by_its_reasons() {
    use Reason::{ConditionFailed, Conflict, None, Other, Throttled};
    let cancelled = |reasons: [Reason; 2]| committed(Failure::Cancelled(reasons.to_vec()));
    assert_eq!(cancelled([ConditionFailed, None]), Ok(Committed::Gone));
    assert_eq!(cancelled([ConditionFailed, ConditionFailed]), Ok(Committed::Gone));
    assert_eq!(cancelled([None, ConditionFailed]), Ok(Committed::Conflict));
    assert_eq!(cancelled([Conflict, None]), Ok(Committed::Conflict));
    assert_eq!(cancelled([None, Conflict]), Ok(Committed::Conflict));
    for reasons in [[None, Throttled], [None, Other("ValidationError: size".into())], [None, None]] {
        assert!(matches!(cancelled(reasons.clone()), Err(StoreError::Unavailable(_))), "{reasons:?}");
    }
    for failure in
        [Failure::Throttled("slow".into()), Failure::Unavailable("gone".into()), Failure::Refused("no".into())]
    {
        assert!(matches!(committed(failure.clone()), Err(StoreError::Unavailable(_))), "{failure:?}");
    }
}

#[test]
fn one_step_is_a_single_write_unless_people_are_told_of_it() {
    let operation = |lane: Option<&Lane>, to: Sending| {
        let db = answers(vec![Ok(json!({}))]);
        let step = Move { key: "all".into(), generation: 1, from: Sending::Pending, to };
        let done = DynamoStore::new(&db, "t").settle(&id("x"), lane, &[step]).unwrap();
        assert_eq!(done, Committed::Done);
        db.1.borrow()[0].0
    };
    assert_eq!(operation(None, Sending::Admitted), "UpdateItem");
    assert_eq!(operation(None, Sending::Started), "UpdateItem");
    assert_eq!(operation(None, Sending::Dead), "TransactWriteItems");
    assert_eq!(operation(Some(&Lane { ver: 1, ..Lane::default() }), Sending::Admitted), "TransactWriteItems");
}

#[test]
fn a_single_write_that_meets_a_transaction_is_a_conflict() {
    let step = Move { key: "all".into(), generation: 1, from: Sending::Pending, to: Sending::Admitted };
    let store = DynamoStore::new(answers(vec![Err(Failure::Conflict)]), "t");
    assert_eq!(store.settle(&id("x"), None, &[step]), Ok(Committed::Conflict));
}

#[test]
fn a_transaction_that_dynamodb_would_refuse_for_its_size_is_not_sent() {
    let entries = (0..12).map(|n| {
        let mut registered = Registered::new(id(&format!("x{n}")), "eu-central-1", "UTC", Default::default());
        registered.version = 2;
        registered.about.display_name = "x".repeat(390_000);
        Entry::live(registered)
    });
    let change = Change { graph: 1, entries: entries.collect(), link: Vec::new(), unlink: Vec::new() };
    let error = DynamoStore::new(answers(Vec::new()), "t").apply(&change).unwrap_err();
    assert!(
        matches!(&error, StoreError::TooLarge(told) if told.contains("bytes, DynamoDB takes at most 4194304")),
        "{error}"
    );
}
