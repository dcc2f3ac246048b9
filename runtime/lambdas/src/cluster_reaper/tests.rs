//! The cluster reaper on an account of a few clusters, call by call.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use pipesynth_aws::{Answer, Request};
use serde_json::{Value, json};

use super::*;
use crate::scripted::{START, Scripted, answer, settings};

const OVER: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:over";
const RUNNING: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:running";
const FORGOTTEN: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:forgotten";

/// Clusters by id with the execution that their tag names; those that end in `!` refuse their end.
struct Account(Vec<(&'static str, Option<&'static str>)>, RefCell<Vec<String>>);

impl Account {
    fn answer(&self, request: &Request) -> Result<Answer, String> {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let target = request.headers.iter().find(|(name, _)| name == "x-amz-target").unwrap().1.as_str();
        match target.split_once('.').unwrap().1 {
            "ListClusters" => {
                let clusters: Vec<_> = self.0.iter().map(|(id, _)| json!({"Id": id})).collect();
                answer(200, &json!({"Clusters": clusters}).to_string())
            }
            "DescribeCluster" => {
                let execution = self.0.iter().find(|(id, _)| body["ClusterId"] == *id).unwrap().1;
                let tags = execution.map(|arn| json!({"Key": "pipesynth:execution", "Value": arn}));
                answer(200, &json!({"Cluster": {"Tags": tags.into_iter().collect::<Vec<_>>()}}).to_string())
            }
            "DescribeExecution" if body["executionArn"] == FORGOTTEN => {
                answer(400, r#"{"__type":"com.amazonaws.swf.service.v2.model#ExecutionDoesNotExist"}"#)
            }
            "DescribeExecution" => {
                let status = if body["executionArn"] == RUNNING { "RUNNING" } else { "ABORTED" };
                answer(200, &json!({"status": status}).to_string())
            }
            "TerminateJobFlows" if body["JobFlowIds"][0].as_str().unwrap().ends_with('!') => {
                answer(400, r#"{"__type":"ValidationException","message":"termination-protected"}"#)
            }
            "TerminateJobFlows" => {
                self.1.borrow_mut().push(body["JobFlowIds"][0].as_str().unwrap().to_owned());
                answer(200, "")
            }
            other => panic!("asked {other}"),
        }
    }
}

fn message(id: &str, execution: &str) -> Value {
    let body = json!({"detail": {"executionArn": execution, "startDate": 1_000_000.0, "status": "ABORTED"}});
    json!({"messageId": id, "body": body.to_string()})
}

/// What one invocation answers, terminates and logs.
fn invoke(
    clusters: Vec<(&'static str, Option<&'static str>)>,
    payload: &Value,
    limit: u64,
) -> (Result<Value, Failure>, Vec<String>, Vec<String>) {
    let account = Account(clusters, RefCell::default());
    let script = |_: usize, request: &Request| account.answer(request);
    let outside = Scripted::new(&script);
    let deadline: SystemTime = START + Duration::from_secs(limit);
    let came = handle(payload, deadline, &settings(), &outside);
    let log = outside.log.borrow().clone();
    (came, account.1.into_inner(), log)
}

#[test]
fn only_the_clusters_of_the_run_that_is_over_are_terminated() {
    let clusters =
        vec![("j-1", Some(OVER)), ("j-2", Some(RUNNING)), ("j-3", None), ("j-4", Some(OVER)), ("j-5", Some(FORGOTTEN))];
    let (came, terminated, log) = invoke(clusters, &json!({"Records": [message("m0", OVER)]}), 120);
    assert_eq!(came, Ok(json!({"batchItemFailures": []})));
    assert_eq!(terminated, ["j-1", "j-4"]);
    assert!(log[0].contains(r#""ClustersFreed":1"#) && log[0].contains(r#""Reason":"run ended badly""#), "{log:?}");
}

#[test]
fn a_run_that_goes_on_after_all_keeps_its_cluster() {
    let (came, terminated, _) =
        invoke(vec![("j-1", Some(RUNNING))], &json!({"Records": [message("m0", RUNNING)]}), 120);
    assert_eq!(came, Ok(json!({"batchItemFailures": []})));
    assert!(terminated.is_empty());
}

#[test]
fn a_cluster_that_cannot_be_terminated_brings_its_message_again_and_no_other() {
    let clusters = vec![("j-1!", Some(FORGOTTEN)), ("j-2", Some(OVER))];
    let records = json!({"Records": [message("m0", FORGOTTEN), message("m1", OVER)]});
    let (came, terminated, log) = invoke(clusters, &records, 120);
    assert_eq!(came, Ok(json!({"batchItemFailures": [{"itemIdentifier": "m0"}]})));
    assert_eq!(terminated, ["j-2"]);
    assert!(log.iter().any(|line| line.contains("termination-protected")), "{log:?}");
}

#[test]
fn the_sweep_frees_what_no_event_told_and_says_what_it_could_not() {
    let clusters = vec![("j-1", Some(FORGOTTEN)), ("j-2", Some(RUNNING)), ("j-3", None), ("j-4!", Some(OVER))];
    let (came, terminated, log) = invoke(clusters, &json!({"sweep": true}), 120);
    let failure = came.unwrap_err();
    assert_eq!((failure.kind, failure.message.contains(OVER)), (ERROR_UNFINISHED, true), "{failure}");
    assert_eq!(terminated, ["j-1"]);
    assert!(log[0].contains(r#""Reason":"found by the sweep""#), "{log:?}");
}

#[test]
fn without_time_for_all_clusters_every_message_comes_again() {
    let (came, terminated, _) = invoke(
        vec![("j-1", Some(RUNNING)), ("j-2", Some(RUNNING)), ("j-3", Some(OVER))],
        &json!({"Records": [message("m0", OVER)]}),
        5,
    );
    assert_eq!(came, Ok(json!({"batchItemFailures": [{"itemIdentifier": "m0"}]})));
    assert!(terminated.is_empty());
}

#[test]
fn what_is_no_run_of_a_pipeline_asks_nobody() {
    let foreign = "arn:aws:states:eu-central-1:111111111111:execution:other:1";
    let records = json!({"Records": [message("m0", foreign), {"messageId": "m1", "body": "no JSON"}]});
    let script = |_: usize, request: &Request| panic!("asked {}", request.url);
    let outside = Scripted::new(&script);
    let came = handle(&records, START + Duration::from_secs(120), &settings(), &outside);
    assert_eq!(came, Ok(json!({"batchItemFailures": []})));
    assert_eq!(outside.log.borrow().len(), 2);
    for payload in [json!({}), json!({"sweep": false}), json!([])] {
        assert_eq!(handle(&payload, START, &settings(), &outside).unwrap_err().kind, ERROR_NO_WORK);
    }
}
