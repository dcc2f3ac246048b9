//! Requests of API Gateway by different callers → what the registry answers, and what it keeps.

use pipesynth_aws::Outside;
use pipesynth_engine::read_event;
use pipesynth_engine::store::{MemoryStore, ingest};

use super::*;
use crate::scripted::settings;
use crate::story::*;

const CENTRAL: &str = "999999999999";

/// A request as API Gateway passes it on.
fn request(caller: &str, method: &str, id: &str, body: Option<&Value>) -> Value {
    let (account, name) = id.split_once('/').unwrap_or(("", ""));
    let path = if id.is_empty() { "/graph".to_owned() } else { format!("/pipelines/{id}") };
    json!({
        "resource": if id.is_empty() { "/graph" } else { "/pipelines/{account}/{name}" }, "path": path, "httpMethod": method,
        "pathParameters": if id.is_empty() { Value::Null } else { json!({"account": account, "name": name}) },
        "queryStringParameters": null, "body": body.map(Value::to_string), "isBase64Encoded": false,
        "requestContext": {"accountId": CENTRAL, "requestId": "r", "identity": {"accountId": caller, "userArn": null}},
    })
}

/// Status and body of the answer.
fn ask(store: &MemoryStore, request: &Value) -> (u64, Value) {
    let (outside, deadline) = outside(&nobody);
    let answer = serve(request, store, &invocation(&outside, deadline)).unwrap();
    assert_eq!((&answer["isBase64Encoded"], outside.log.borrow().is_empty()), (&json!(false), false));
    (answer["statusCode"].as_u64().unwrap(), serde_json::from_str(answer["body"].as_str().unwrap()).unwrap())
}

fn put(store: &MemoryStore, caller: &str, body: &Value) -> (u64, Value) {
    ask(store, &request(caller, "PUT", body["id"].as_str().unwrap(), Some(body)))
}

#[test]
fn a_pipeline_is_registered_shown_and_taken_out() {
    let store = MemoryStore::default();
    let (status, told) = put(&store, PIPELINE_X, &child());
    assert_eq!(status, 200);
    assert!(told["warnings"].to_string().contains("111111111111/listings"), "{told}");
    assert_eq!(put(&store, LISTINGS, &registration(LISTINGS, "listings", &json!({}))), (200, json!({"warnings": []})));
    let (status, shown) = ask(&store, &request(LISTINGS, "GET", "111111111111/listings", None));
    assert_eq!((status, &shown["children"]), (200, &json!(["333333333333/pipeline-x"])));
    assert_eq!(shown["registered"]["region"], "eu-central-1");
    let (status, graph) = ask(&store, &request(SEARCHES, "GET", "", None));
    let ids: Vec<_> = graph["pipelines"].as_array().unwrap().iter().map(|p| p["id"].clone()).collect();
    assert_eq!(
        (status, &graph["version"], ids),
        (200, &json!(2), vec![json!("111111111111/listings"), json!("333333333333/pipeline-x")])
    );
    assert_eq!(ask(&store, &request(PIPELINE_X, "DELETE", "333333333333/pipeline-x", None)).0, 200);
    let (status, told) = ask(&store, &request(PIPELINE_X, "GET", "333333333333/pipeline-x", None));
    assert_eq!((status, &told["message"]), (404, &json!("`333333333333/pipeline-x` was deleted")));
    // A delete may come twice.
    assert_eq!(ask(&store, &request(PIPELINE_X, "DELETE", "333333333333/pipeline-x", None)).0, 200);
}

#[test]
fn a_cycle_is_refused_with_its_path() {
    let store = registered();
    let before = store.tables().clone();
    let back = after(&json!({"account": PIPELINE_X, "name": "pipeline-x", "status": ["SUCCEEDED"]}));
    let (status, told) = put(&store, LISTINGS, &registration(LISTINGS, "listings", &back));
    let way = json!(["111111111111/listings", "333333333333/pipeline-x", "111111111111/listings"]);
    assert_eq!((status, &told["cycle"]), (409, &way));
    assert!(*store.tables() == before, "something was written");
}

#[test]
fn nobody_speaks_for_another_account() {
    let store = registered();
    let before = store.tables().clone();
    for (caller, method) in [(LISTINGS, "PUT"), (LISTINGS, "DELETE"), (LISTINGS, "GET"), (CENTRAL, "PUT")] {
        let (status, told) = ask(&store, &request(caller, method, "333333333333/pipeline-x", Some(&child())));
        let message = format!("account `{caller}` may not speak for `333333333333/pipeline-x`");
        assert_eq!((status, told), (403, json!({"message": message})), "{method}");
    }
    for id in ["333333333333/pipeline-x", ""] {
        let mut unsigned = request("", "GET", id, None);
        unsigned["requestContext"]["identity"]["accountId"] = Value::Null;
        assert_eq!(ask(&store, &unsigned).0, 403);
    }
    assert!(*store.tables() == before, "something was written");
    // The central account clears up after an account that is gone.
    assert_eq!(ask(&store, &request(CENTRAL, "GET", "333333333333/pipeline-x", None)).0, 200);
    assert_eq!(ask(&store, &request(CENTRAL, "DELETE", "333333333333/pipeline-x", None)).0, 200);
}

#[test]
fn everything_that_is_wrong_with_a_registration_is_said_at_once() {
    let mut wrong = child();
    wrong["v"] = json!(2);
    wrong["stack"] = json!("arn:aws:cloudformation:eu-central-1:111111111111:stack/a/0");
    wrong["renamedFrom"] = json!("111111111111/old");
    wrong["trigger"]["executions"]["deadline"] = json!("06:00");
    let asked = request(PIPELINE_X, "PUT", "333333333333/other", Some(&wrong));
    let (status, told) = ask(&registered(), &asked);
    let message = told["message"].as_str().unwrap();
    assert_eq!(status, 400, "{message}");
    for part in
        ["version 2", "the body `333333333333/pipeline-x`", "`arn:aws:cloudformation", "`renamedFrom`", "`onMiss`"]
    {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn what_is_no_registration_is_refused() {
    let store = registered();
    let mut zone = child();
    zone["timezone"] = json!("Europe/Atlantis");
    let (status, told) = put(&store, PIPELINE_X, &zone);
    assert_eq!((status, told["message"].to_string().contains("Europe/Atlantis")), (400, true), "{told}");
    for (body, wanted) in [(Value::Null, 400), (json!("{"), 400), (json!("[]"), 400), (json!(" ".repeat(300_000)), 413)]
    {
        let mut asked = request(PIPELINE_X, "PUT", "333333333333/pipeline-x", None);
        asked["body"] = body;
        assert_eq!(ask(&store, &asked).0, wanted, "{:.80}", asked["body"]);
    }
    for (id, method, wanted) in [
        ("33/pipeline-x", "PUT", 400),
        ("333333333333/Pipeline X", "GET", 400),
        ("333333333333/a", "GET", 404),
        ("", "PUT", 404),
    ] {
        assert_eq!(ask(&store, &request(PIPELINE_X, method, id, None)).0, wanted, "{method} {id}");
    }
}

#[test]
fn a_pipeline_that_others_wait_for_goes_by_force_only() {
    let store = registered();
    let mut asked = request(LISTINGS, "DELETE", "111111111111/listings", None);
    let (status, told) = ask(&store, &asked);
    assert_eq!((status, told["message"].to_string().contains("333333333333/pipeline-x")), (409, true), "{told}");
    for (force, wanted) in [("yes", 400), ("false", 409), ("true", 200)] {
        asked["queryStringParameters"] = json!({"force": force});
        let (outside, deadline) = outside(&nobody);
        let answer = serve(&asked, &store, &invocation(&outside, deadline)).unwrap();
        assert_eq!(answer["statusCode"], wanted, "{force}");
        let told = outside.log.borrow().iter().any(|line| line.contains("\"orphaned\"") && line.contains("pipeline-x"));
        assert_eq!(told, force == "true", "the owner of the child is to be told");
    }
}

#[test]
fn an_edit_that_makes_a_condition_true_fires() {
    let store = registered();
    let run =
        read_event(&event(LISTINGS, "listings", "SUCCEEDED", 1), NOW, |_| "Europe/Berlin".parse().unwrap()).unwrap();
    ingest(&store, &run).unwrap();
    assert!(sending(&store).is_empty());
    let mut one_parent = child();
    one_parent["trigger"] = after(&json!({"account": LISTINGS, "name": "listings", "status": ["SUCCEEDED"]}));
    assert_eq!(put(&store, PIPELINE_X, &one_parent).0, 200);
    assert_eq!(sending(&store).len(), 1);
}

#[test]
fn a_store_that_does_not_answer_is_worth_another_try() {
    let asked = [
        request(PIPELINE_X, "PUT", "333333333333/pipeline-x", Some(&child())),
        request(PIPELINE_X, "GET", "333333333333/pipeline-x", None),
        request(PIPELINE_X, "DELETE", "333333333333/pipeline-x", None),
        request(PIPELINE_X, "GET", "", None),
    ];
    for request in asked {
        let (outside, deadline) = outside(&down);
        let answer = handle(&request, deadline, &settings(), &outside).unwrap();
        assert_eq!(answer["statusCode"], 503, "{answer}");
        assert!(outside.now() < deadline, "answered after the deadline");
    }
}

#[test]
fn a_payload_that_is_no_request_is_an_error() {
    let (outside, deadline) = outside(&nobody);
    let failure = handle(&json!({"version": "2.0"}), deadline, &settings(), &outside).unwrap_err();
    assert_eq!(failure.kind, ERROR_NO_REQUEST);
}
