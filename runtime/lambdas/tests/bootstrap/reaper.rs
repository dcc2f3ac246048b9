//! The cluster reaper against an EMR and a Step Functions on loopback → which clusters it terminates.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::function::Function;
use crate::server::{Received, Reply, Server, reply};
use crate::sigv4;

const LIMIT: Duration = Duration::from_secs(20);
const RUN: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:run";
const PAGE: usize = 50;

/// Live clusters by id, with the execution of their tag.
type Clusters = Arc<Mutex<BTreeMap<String, String>>>;

/// 120 clusters on three pages, of which the last is the run's.
fn clusters() -> Clusters {
    let other = |n: usize| (format!("j-{n:03}"), format!("{RUN}-{n}"));
    let mut all: BTreeMap<_, _> = (0..119).map(other).collect();
    all.insert("j-119".to_owned(), RUN.to_owned());
    Arc::new(Mutex::new(all))
}

/// Every fortieth call is throttled, as EMR does it.
fn emr(clusters: &Clusters) -> Server {
    let (clusters, calls) = (clusters.clone(), Mutex::new(0));
    Server::start(move |request| {
        sigv4::check(request, "elasticmapreduce");
        assert_eq!(request.header("content-type"), Some("application/x-amz-json-1.1"));
        *calls.lock().unwrap() += 1;
        if *calls.lock().unwrap() % 40 == 0 {
            return reply(400, r#"{"__type":"ThrottlingException","Message":"Rate exceeded"}"#);
        }
        answer(request, &mut clusters.lock().unwrap())
    })
}

fn answer(request: &Received, clusters: &mut BTreeMap<String, String>) -> Reply {
    let body = request.json();
    match request.header("x-amz-target").unwrap() {
        "ElasticMapReduce.ListClusters" => {
            assert_eq!(body["ClusterStates"], json!(["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"]));
            let start = body["Marker"].as_str().map_or(0, |marker| marker.parse().unwrap());
            let page: Vec<_> = clusters.keys().skip(start).take(PAGE).map(|id| json!({"Id": id})).collect();
            let mut answer = json!({ "Clusters": page });
            if start + PAGE < clusters.len() {
                answer["Marker"] = json!((start + PAGE).to_string());
            }
            reply(200, answer.to_string())
        }
        "ElasticMapReduce.DescribeCluster" => {
            let execution = &clusters[body["ClusterId"].as_str().unwrap()];
            let tags = json!([{"Key": "team", "Value": "a"}, {"Key": "pipesynth:execution", "Value": execution}]);
            reply(200, json!({"Cluster": {"Tags": tags}}).to_string())
        }
        "ElasticMapReduce.TerminateJobFlows" => {
            clusters.remove(body["JobFlowIds"][0].as_str().unwrap());
            reply(200, "")
        }
        other => panic!("asked {other}"),
    }
}

/// All executions but `running` are over.
fn states(running: &'static str) -> Server {
    Server::start(move |request| {
        sigv4::check(request, "states");
        assert_eq!(request.header("x-amz-target"), Some("AWSStepFunctions.DescribeExecution"));
        let status = if request.json()["executionArn"] == running { "RUNNING" } else { "ABORTED" };
        reply(200, json!({ "status": status }).to_string())
    })
}

fn start(emr: &Server, states: &Server) -> Function {
    let endpoints = [("AWS_ENDPOINT_URL_EMR", emr.url("")), ("AWS_ENDPOINT_URL_SFN", states.url(""))];
    Function::start("cluster-reaper", &endpoints.each_ref().map(|(name, url)| (*name, url.as_str())))
}

fn aborted() -> Value {
    let event = json!({
        "source": "aws.states", "account": "111111111111",
        "detail": {"executionArn": RUN, "status": "ABORTED", "startDate": 1_795_410_000_000_u64, "stopDate": null},
    });
    json!({"Records": [{"messageId": "m0", "body": event.to_string()}]})
}

#[test]
fn the_cluster_of_an_aborted_run_is_found_on_the_last_page_and_terminated_alone() {
    let clusters = clusters();
    let (emr, states) = (emr(&clusters), states(""));
    let function = start(&emr, &states);
    assert_eq!(function.invoke(&aborted(), LIMIT), Ok(json!({"batchItemFailures": []})), "{}", function.log());
    assert_eq!(clusters.lock().unwrap().len(), 119);
    assert!(!clusters.lock().unwrap().contains_key("j-119"));
    let first = &emr.received()[0].json();
    assert_eq!(first["CreatedAfter"], json!(1_795_409_940.0), "a minute before the run, in seconds");
    assert_eq!(states.received().len(), 1, "only its own run is asked for");
    assert!(function.log().contains(r#""ClustersFreed":1"#), "{}", function.log());
}

#[test]
fn the_hourly_sweep_leaves_nothing_but_what_runs() {
    let clusters = clusters();
    let (emr, states) = (emr(&clusters), states(RUN));
    let function = start(&emr, &states);
    assert_eq!(function.invoke(&json!({"sweep": true}), LIMIT), Ok(json!({})), "{}", function.log());
    assert_eq!(clusters.lock().unwrap().keys().collect::<Vec<_>>(), ["j-119"]);
    assert!(emr.received()[0].json().get("CreatedAfter").is_none());
}

#[test]
fn an_emr_that_is_away_brings_the_message_again_in_time() {
    let away = Server::start(|_| reply(500, ""));
    let function = start(&away, &away);
    let came = function.invoke(&aborted(), Duration::from_secs(6));
    assert_eq!(came, Ok(json!({"batchItemFailures": [{"itemIdentifier": "m0"}]})));
}
