//! The central functions with their state in a real PostgreSQL server, behind a Data API on loopback: tables, registration, a run that
//! starts its child, and what becomes of old rows.

use std::sync::Mutex;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::function::Function;
use crate::server::{Reply, Server, reply};
use crate::sigv4;

#[path = "../../../stores/tests/postgres/transport.rs"]
#[allow(dead_code, reason = "the store's own tests use the rest of it")]
mod transport;

const LIMIT: Duration = Duration::from_secs(20);
const CLUSTER: &str = "arn:aws:rds:eu-central-1:999999999999:cluster:pipesynth-run-log";
const SECRET: &str = "arn:aws:secretsmanager:eu-central-1:999999999999:secret:rds!cluster-1";

/// The central account: a database, EventBridge, Lambda, and CloudFormation, which waits for answers.
struct Central {
    database: transport::Database,
    data_api: Server,
    events: Server,
    lambda: Server,
    cloudformation: Server,
}

impl Central {
    /// `lambda` answers calls of functions.
    fn new(lambda: fn() -> Reply) -> Self {
        let database = transport::Database::empty();
        let client = Mutex::new(database.client());
        let data_api = Server::start(move |request| {
            sigv4::check(request, "rds-data");
            let body = request.json();
            let wanted = (&json!(CLUSTER), &json!(SECRET), &json!("pipesynth"));
            assert_eq!((&body["resourceArn"], &body["secretArn"], &body["database"]), wanted);
            let (status, kind, body) = transport::answer(&mut client.lock().unwrap(), &body);
            let headers = kind.map(|kind| ("x-amzn-errortype", kind)).into_iter().collect();
            Reply { status, headers, body: body.to_string() }
        });
        let events = Server::start(|request| {
            sigv4::check(request, "events");
            reply(200, r#"{"FailedEntryCount":0,"Entries":[{"EventId":"11710aed"}]}"#)
        });
        let lambda = Server::start(move |request| {
            sigv4::check(request, "lambda");
            assert_eq!(request.header("x-amz-invocation-type"), Some("Event"));
            lambda()
        });
        Self { database, data_api, events, lambda, cloudformation: Server::start(|_| reply(200, "")) }
    }

    /// A function as the central stack deploys it.
    fn function(&self, handler: &str) -> Function {
        let urls = [&self.data_api, &self.events, &self.lambda].map(|server| server.url(""));
        let names = ["AWS_ENDPOINT_URL_RDS_DATA", "AWS_ENDPOINT_URL_EVENTS", "AWS_ENDPOINT_URL_LAMBDA"];
        let mut environment: Vec<(&str, &str)> = names.into_iter().zip(urls.iter().map(String::as_str)).collect();
        environment.extend([("RUN_LOG_CLUSTER", CLUSTER), ("RUN_LOG_SECRET", SECRET)]);
        Function::start(handler, &environment)
    }

    /// What CloudFormation is told.
    fn install(&self) -> Value {
        let request = json!({
            "RequestType": "Create", "ResponseURL": self.cloudformation.url("/answer"), "RequestId": "r",
            "StackId": "arn:aws:cloudformation:eu-central-1:999999999999:stack/pipesynth-central/0",
            "LogicalResourceId": "RunLogTables", "ResourceProperties": {"Version": "1"},
        });
        self.function("run-log-schema").invoke(&request, LIMIT).unwrap();
        self.cloudformation.received().last().unwrap().json()
    }

    fn rows(&self, table: &str) -> i64 {
        self.database.client().query_one(&format!("SELECT count(*) FROM pipesynth.{table}"), &[]).unwrap().get(0)
    }
}

/// A request of API Gateway that registers a pipeline.
fn registration(account: &str, name: &str, trigger: &Value) -> Value {
    let body = json!({
        "v": 1, "id": format!("{account}/{name}"), "region": "eu-central-1", "displayName": name, "timezone": "UTC",
        "trigger": trigger, "concurrency": "queue", "specHash": "9f2c",
        "stack": format!("arn:aws:cloudformation:eu-central-1:{account}:stack/pipesynth-{name}/0"),
    });
    json!({
        "resource": "/pipelines/{account}/{name}", "path": format!("/pipelines/{account}/{name}"), "httpMethod": "PUT",
        "pathParameters": {"account": account, "name": name}, "body": body.to_string(), "isBase64Encoded": false,
        "requestContext": {"accountId": "999999999999", "requestId": "r", "identity": {"accountId": account}},
    })
}

/// A batch with the event of a run of `listings` that has just succeeded.
fn succeeded() -> Value {
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let arn =
        |kind: &str, rest: &str| format!("arn:aws:states:eu-central-1:111111111111:{kind}:pipesynth-listings{rest}");
    let event = json!({
        "source": "aws.states", "detail-type": "Step Functions Execution Status Change", "account": "111111111111",
        "detail": {
            "executionArn": arn("execution", ":e1"), "stateMachineArn": arn("stateMachine", ""), "name": "e1", "status": "SUCCEEDED",
            "startDate": now - 60_000, "stopDate": now, "output": "{}",
            "input": r#"{"runKey":"schedule/2026-11-23T03:00:00Z#1","logicalDate":"2026-11-23T03:00:00Z"}"#,
        }
    });
    json!({"Records": [{"messageId": "m0", "body": event.to_string()}]})
}

/// Tables, `listings`, `pipeline-x` after it, and its run.
fn story(lambda: fn() -> Reply) -> Central {
    let central = Central::new(lambda);
    assert_eq!(central.install()["Status"], "SUCCESS");
    let registry = central.function("dependency-api");
    let listings = json!({"account": "111111111111", "name": "listings", "status": ["SUCCEEDED"]});
    let after =
        json!({"executions": {"condition": listings, "correlate": "day", "within": "none", "onRerun": "refire"}});
    for request in
        [registration("111111111111", "listings", &json!({})), registration("333333333333", "pipeline-x", &after)]
    {
        let answer = registry.invoke(&request, LIMIT).unwrap();
        assert_eq!(answer["statusCode"], 200, "{answer}");
    }
    let answer = central.function("trigger-manager").invoke(&succeeded(), LIMIT);
    assert_eq!(answer, Ok(json!({"batchItemFailures": []})));
    central
}

#[test]
fn a_run_starts_its_child_by_the_managers_call() {
    let central = story(|| reply(202, ""));
    let calls = central.lambda.received();
    assert_eq!((calls.len(), calls[0].path.ends_with("/pipesynth-trigger-dispatcher/invocations")), (1, true));
    assert_eq!(calls[0].json(), json!({"children": ["111111111111/listings", "333333333333/pipeline-x"]}));
    let dispatcher = central.function("trigger-dispatcher");
    assert_eq!(dispatcher.invoke(&calls[0].json(), LIMIT), Ok(json!({"children": 2, "left": 0})));
    let put = central.events.received();
    assert_eq!(put.len(), 1);
    let bus = "arn:aws:events:eu-central-1:333333333333:event-bus/data-pipeline";
    assert_eq!(put[0].json()["Entries"][0]["EventBusName"], bus);
    // Neither the same call again nor the sweep sends it a second time.
    assert_eq!(dispatcher.invoke(&calls[0].json(), LIMIT), Ok(json!({"children": 2, "left": 0})));
    assert_eq!(dispatcher.invoke(&json!({"sweep": true}), LIMIT), Ok(json!({"children": 1})));
    assert_eq!(central.events.received().len(), 1);
}

#[test]
fn a_call_that_is_lost_is_made_good_by_the_sweep() {
    let central = story(|| reply(403, "no"));
    assert_eq!(central.events.received().len(), 0);
    let swept = central.function("trigger-dispatcher").invoke(&json!({"sweep": true}), LIMIT);
    assert_eq!((swept, central.events.received().len()), (Ok(json!({"children": 1})), 1));
}

#[test]
fn the_sweep_deletes_what_is_old() {
    let central = story(|| reply(202, ""));
    let sweep = || central.function("trigger-dispatcher").invoke(&json!({"sweep": true}), LIMIT).unwrap();
    sweep();
    assert_eq!(["run_log", "holder", "firing", "gate"].map(|table| central.rows(table)), [1, 1, 1, 1]);
    let age = "UPDATE pipesynth.run_log SET at = 1; UPDATE pipesynth.holder SET at = 1; UPDATE pipesynth.gate SET expires = 1";
    central.database.client().batch_execute(age).unwrap();
    sweep();
    assert_eq!(["run_log", "holder", "firing", "gate"].map(|table| central.rows(table)), [0, 0, 1, 0]);
}

#[test]
fn a_cluster_whose_tables_are_there_is_installed_again_without_harm() {
    let central = story(|| reply(202, ""));
    let told = central.install();
    assert_eq!((&told["Status"], central.rows("pipeline"), central.rows("firing")), (&json!("SUCCESS"), 2, 1));
}
