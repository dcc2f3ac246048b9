//! Requests of CloudFormation, and registries that behave and misbehave → what is called and what is answered.

use super::*;
use crate::scripted::{SILENCE, START, Scripted, answer, settings};
use pipesynth_aws::{Answer, Request};

const RESPONSE_URL: &str = "https://cfn.example/presigned?X-Amz-Signature=top-secret-signature";
const PUT: &str = "PUT https://registry.example/prod/pipelines/333333333333/pipeline-x";

fn request(kind: &str, physical_id: Option<&str>) -> Value {
    let mut request = json!({
        "RequestType": kind, "ResponseURL": RESPONSE_URL, "RequestId": "r-1", "LogicalResourceId": "Registration",
        "StackId": "arn:aws:cloudformation:eu-central-1:333333333333:stack/pipesynth-pipeline-x/0",
        "ResourceProperties": {"ServiceToken": "t", "Pipeline": "pipeline-x", "Timezone": "UTC", "SpecHash": "1"}
    });
    if let Some(id) = physical_id {
        request["PhysicalResourceId"] = json!(id);
    }
    request
}

/// Runs a request with 60 seconds to the deadline. The script sees the registry's requests; CloudFormation takes every answer.
fn run(request: &Value, registry: impl Fn(usize) -> Result<Answer, String>) -> (Value, Vec<String>) {
    let script = |number: usize, sent: &Request| {
        if sent.url == RESPONSE_URL { answer(200, "") } else { registry(number) }
    };
    let outside = Scripted::new(&script);
    let deadline = START + Duration::from_secs(60);
    handle(request, deadline, &settings(), &outside).unwrap();
    assert!(outside.now() < deadline, "told after the deadline");
    let sent = outside.sent.borrow();
    let told = sent.last().unwrap();
    assert_eq!(told.headers, [("content-type".to_owned(), String::new())]);
    for line in outside.log.borrow().iter() {
        assert!(!line.contains("secret"), "{line}");
    }
    let calls = outside.calls();
    (serde_json::from_slice(&told.body).unwrap(), calls[..calls.len() - 1].to_vec())
}

fn reason(told: &Value) -> &str {
    told["Reason"].as_str().unwrap()
}

#[test]
fn creates_and_updates_register_under_an_id_that_stays() {
    for (kind, id) in [("Create", None), ("Update", Some("333333333333/pipeline-x"))] {
        let (told, calls) = run(&request(kind, id), |_| answer(200, "{}"));
        assert_eq!(calls, [PUT]);
        assert_eq!(
            (&told["Status"], &told["PhysicalResourceId"]),
            (&json!("SUCCESS"), &json!("333333333333/pipeline-x"))
        );
        assert_eq!((&told["RequestId"], &told["LogicalResourceId"]), (&json!("r-1"), &json!("Registration")));
    }
}

#[test]
fn a_renamed_pipeline_gets_a_new_id_so_that_cloudformation_deletes_the_old() {
    let (told, _) = run(&request("Update", Some("333333333333/old-name")), |_| answer(204, ""));
    assert_eq!(told["PhysicalResourceId"], "333333333333/pipeline-x");
}

#[test]
fn the_registrys_warnings_reach_the_stacks_events() {
    let (told, _) = run(&request("Create", None), |_| answer(200, r#"{"warnings":["nobody has registered `a`","b"]}"#));
    assert_eq!((told["Status"].as_str().unwrap(), reason(&told)), ("SUCCESS", "nobody has registered `a`; b"));
}

#[test]
fn a_refusal_is_passed_on_with_its_cycle_and_is_not_repeated() {
    let body = r#"{"message":"the dependencies form a cycle","cycle":["333333333333/pipeline-x","111111111111/listings","333333333333/pipeline-x"]}"#;
    let (told, calls) = run(&request("Create", None), |_| answer(409, body));
    assert_eq!(calls, [PUT]);
    let path = "333333333333/pipeline-x -> 111111111111/listings -> 333333333333/pipeline-x";
    assert!(reason(&told).contains(path) && reason(&told).contains("form a cycle"), "{told}");
    assert_eq!(
        (&told["Status"], &told["PhysicalResourceId"]),
        (&json!("FAILED"), &json!("not-registered/Registration"))
    );
}

#[test]
fn an_answer_of_the_gateway_is_passed_on_too() {
    let (told, _) = run(&request("Create", None), |_| answer(403, r#"{"message":"Forbidden"}"#));
    assert!(reason(&told).contains("HTTP 403: Forbidden (is this account part of the organization"), "{told}");
    let (told, _) = run(&request("Create", None), |_| answer(400, "<html>no</html>"));
    assert!(reason(&told).ends_with("HTTP 400: <html>no</html>"), "{told}");
}

#[test]
fn a_registry_that_recovers_is_tried_again() {
    let (told, calls) = run(&request("Create", None), |n| match n {
        0 => Err("connection failed".to_owned()),
        1 => answer(503, "busy"),
        2 => answer(429, ""),
        _ => answer(200, "{}"),
    });
    assert_eq!((told["Status"].as_str().unwrap(), calls.len()), ("SUCCESS", 4));
}

#[test]
fn a_registry_that_stays_down_or_silent_is_told_in_time_and_the_id_lets_the_rollback_clean_up() {
    for (problem, why) in [(answer(503, "busy"), "HTTP 503: busy"), (Err(SILENCE.to_owned()), SILENCE)] {
        let (told, _) = run(&request("Create", None), |_| problem.clone());
        assert!(reason(&told).contains(why), "{told}");
        assert_eq!(
            (&told["Status"], &told["PhysicalResourceId"]),
            (&json!("FAILED"), &json!("333333333333/pipeline-x"))
        );
    }
}

#[test]
fn a_failed_update_keeps_the_id() {
    for status in [400, 503] {
        let (told, _) = run(&request("Update", Some("333333333333/old-name")), |_| answer(status, ""));
        assert_eq!((&told["Status"], &told["PhysicalResourceId"]), (&json!("FAILED"), &json!("333333333333/old-name")));
    }
}

#[test]
fn a_delete_takes_the_pipeline_out_and_does_not_mind_that_it_is_gone() {
    for status in [200, 204, 404] {
        let (told, calls) = run(&request("Delete", Some("333333333333/pipeline-x")), |_| answer(status, ""));
        assert_eq!(calls, [PUT.replace("PUT", "DELETE")]);
        assert_eq!(
            (&told["Status"], &told["PhysicalResourceId"]),
            (&json!("SUCCESS"), &json!("333333333333/pipeline-x"))
        );
    }
    let (told, _) =
        run(&request("Delete", Some("333333333333/pipeline-x")), |_| answer(409, r#"{"message":"has children"}"#));
    assert_eq!((told["Status"].as_str().unwrap(), reason(&told).contains("has children")), ("FAILED", true));
}

#[test]
fn a_delete_of_what_was_never_ours_succeeds_without_a_call() {
    for id in ["not-registered/Registration", "111111111111/pipeline-x", "pipesynth-pipeline-x-Registration-ABC", ""] {
        let (told, calls) = run(&request("Delete", Some(id)), |_| answer(500, ""));
        assert_eq!((told["Status"].as_str().unwrap(), calls.len()), ("SUCCESS", 0), "{id}");
        assert_eq!(told["PhysicalResourceId"], id);
    }
}

#[test]
fn a_delete_with_broken_properties_still_deletes() {
    let mut broken = request("Delete", Some("333333333333/pipeline-x"));
    broken["ResourceProperties"] = json!("nonsense");
    let (told, calls) = run(&broken, |_| answer(200, ""));
    assert_eq!((told["Status"].as_str().unwrap(), calls.len()), ("SUCCESS", 1));
}

#[test]
fn what_cannot_be_registered_is_refused_without_a_call() {
    let cases: [(&str, Value, &str); 6] = [
        ("/ResourceProperties/Account", json!("111111111111"), "`111111111111`"),
        ("/ResourceProperties/Pipeline", json!("Pipeline X"), "lower case"),
        ("/ResourceProperties/Timezone", json!(["UTC"]), "malformed"),
        ("/ResourceProperties", Value::Null, "malformed"),
        ("/StackId", json!("arn:aws:cloudformation:eu-central-1:3:stack/x"), "ARN of a stack"),
        ("/RequestType", json!("Rename"), "`Rename`"),
    ];
    for (pointer, value, why) in cases {
        let mut broken = request("Create", None);
        if pointer == "/ResourceProperties/Account" {
            broken["ResourceProperties"]["Account"] = Value::Null;
        }
        *broken.pointer_mut(pointer).unwrap() = value;
        let (told, calls) = run(&broken, |_| answer(200, ""));
        assert!(reason(&told).contains(why), "{pointer}: {told}");
        assert_eq!((told["Status"].as_str().unwrap(), calls.len()), ("FAILED", 0), "{pointer}");
    }
}

#[test]
fn a_function_without_settings_answers_what_is_missing() {
    let outside = Scripted::new(&|_, _| answer(200, ""));
    let bare = Settings::read(|_| None);
    handle(&request("Create", None), START + Duration::from_secs(60), &bare, &outside).unwrap();
    let sent = outside.sent.borrow();
    let told: Value = serde_json::from_slice(&sent[0].body).unwrap();
    assert!(reason(&told).contains("`REGISTRY_URL` is not set"), "{told}");
}

#[test]
fn a_panic_on_the_way_is_answered_and_the_id_lets_the_rollback_clean_up() {
    let (told, _) = run(&request("Create", None), |_| panic!("the {} broke", "client"));
    assert!(
        reason(&told).contains("the registrar itself failed") && reason(&told).contains("the client broke"),
        "{told}"
    );
    assert_eq!((&told["Status"], &told["PhysicalResourceId"]), (&json!("FAILED"), &json!("333333333333/pipeline-x")));
}

#[test]
fn telling_cloudformation_is_tried_again_also_after_a_panic() {
    let script = |number: usize, _: &Request| match number {
        0 => answer(200, "{}"),
        1 => Err("connection failed".to_owned()),
        2 => answer(503, ""),
        3 => panic!("client broke"),
        _ => answer(200, ""),
    };
    let outside = Scripted::new(&script);
    let result = handle(&request("Create", None), START + Duration::from_secs(60), &settings(), &outside);
    assert_eq!((result, outside.calls().len()), (Ok(json!({"status": "SUCCESS"})), 5));
}

#[test]
fn when_cloudformation_cannot_be_told_the_invocation_fails_so_that_lambda_repeats_it() {
    let script = |number: usize, _: &Request| if number == 0 { answer(200, "{}") } else { answer(403, "") };
    let outside = Scripted::new(&script);
    let failure = handle(&request("Create", None), START + Duration::from_secs(60), &settings(), &outside).unwrap_err();
    assert_eq!(failure.kind, ERROR_NOT_DELIVERED);
    assert!(!failure.message.contains("secret"), "{failure}");
}

#[test]
fn past_the_deadline_there_is_still_one_try_to_tell() {
    let outside = Scripted::new(&|_, _| answer(200, ""));
    handle(&request("Create", None), START, &settings(), &outside).unwrap();
    assert_eq!(outside.calls(), [format!("PUT {RESPONSE_URL}")]);
}

#[test]
fn a_payload_that_nobody_waits_for_is_a_failed_invocation() {
    for payload in [json!({}), json!(null), json!([]), json!({"RequestType": "Create", "StackId": "s"})] {
        let outside = Scripted::new(&|_, _| answer(200, ""));
        let failure = handle(&payload, START + Duration::from_secs(60), &settings(), &outside).unwrap_err();
        assert_eq!((failure.kind, outside.calls().len()), (ERROR_NO_REQUEST, 0));
    }
}
