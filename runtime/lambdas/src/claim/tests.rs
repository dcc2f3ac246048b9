//! Execution inputs, and tables that behave and misbehave → claims, refusals, errors.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use pipesynth_aws::{Answer, Request};
use pipesynth_contract::claim::{ERROR_UNAVAILABLE, ERROR_WAITED_TOO_LONG};

use super::*;
use crate::scripted::{SILENCE, START, Scripted, answer, settings};

const TAKEN: &str = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"no","Item":{"execArn":{"S":"arn:other"}}}"#;

fn request(input: Value) -> Value {
    json!({
        "input": input,
        "execution": {"id": "arn:me", "name": "my-run", "startTime": "2026-11-23T22:30:00.5Z"},
        "pipeline": "listings", "timezone": "Europe/Berlin", "params": {"country": "de", "limit": 10}
    })
}

fn run(request: &Value, table: impl Fn(usize) -> Result<Answer, String>) -> (Result<Value, Failure>, Vec<Value>) {
    let script = |number: usize, _: &Request| table(number);
    let outside = Scripted::new(&script);
    let deadline = START + Duration::from_secs(30);
    let result = handle(request, deadline, &settings(), &outside);
    assert!(outside.now() < deadline, "answered after the deadline");
    let bodies = outside.sent.borrow().iter().map(|r| serde_json::from_slice(&r.body).unwrap()).collect();
    (result, bodies)
}

fn claimed(input: Value) -> Value {
    run(&request(input), |_| answer(200, "{}")).0.unwrap()
}

fn refused(request: &Value) -> String {
    let (result, sent) = run(request, |_| answer(200, "{}"));
    let failure = result.unwrap_err();
    assert_eq!((failure.kind, sent.len()), (ERROR_INVALID_INPUT, 0), "{failure}");
    failure.message
}

#[test]
fn a_scheduled_run_is_about_its_scheduled_instant() {
    let instant = "2026-11-22T23:30:00Z";
    let expected = json!({"claimed": true, "turn": "go", "runKey": "schedule/2026-11-22T23:30:00Z#1", "logicalDate": "2026-11-23",
        "attempt": 1, "params": {"country": "de", "limit": 10}, "resumeFrom": null});
    let key = format!("schedule/{instant}");
    assert_eq!(
        claimed(json!({"runKey": format!("{key}#1"), "logicalDate": instant, "trigger": {"type": "SCHEDULE"}})),
        expected
    );
    assert_eq!(claimed(json!({"runKey": key})), expected);
}

#[test]
fn a_triggered_run_takes_its_parents_date_and_a_manual_one_that_of_its_start() {
    let triggered = claimed(json!({"runKey": "dep/3f9c#2", "logicalDate": "2026-11-20",
        "trigger": {"type": "DEPENDENCY", "parents": ["arn:a"], "firingId": "3f9c"}}));
    assert_eq!((&triggered["logicalDate"], &triggered["attempt"]), (&json!("2026-11-20"), &json!(2)));
    for input in [json!({}), Value::Null] {
        let manual = claimed(input);
        assert_eq!((&manual["runKey"], &manual["logicalDate"]), (&json!("manual/my-run#1"), &json!("2026-11-23")));
    }
}

#[test]
fn a_start_overrides_parameters_but_brings_no_new_ones() {
    let answer = claimed(json!({"params": {"country": "at"}}));
    assert_eq!(answer["params"], json!({"country": "at", "limit": 10}));
    let message = refused(&request(json!({"params": {"contry": "at", "limit": [1]}})));
    assert!(message.contains("unknown parameter `contry`; known are `country`, `limit`"), "{message}");
    assert!(message.contains("`limit` must be"), "{message}");
}

#[test]
fn a_run_goes_on_from_a_step_that_the_pipeline_has_and_from_no_other() {
    let mut request = request(json!({"resumeFrom": "rank"}));
    request["steps"] = json!(["join", "rank"]);
    let (answered, _) = run(&request, |_| answer(200, "{}"));
    assert_eq!(answered.unwrap()["resumeFrom"], "rank");
    request["input"]["resumeFrom"] = json!("Rank");
    assert_eq!(refused(&request), "`resumeFrom`: the pipeline has no step `Rank`; it has `join`, `rank`");
    request["steps"] = json!((0..700).map(|n| format!("step-{n}")).collect::<Vec<_>>());
    assert!(refused(&request).ends_with("`step-19` and 680 more"));
}

#[test]
fn all_that_is_wrong_with_an_input_is_told_at_once() {
    let mut request = request(json!({"runKey": "cron/1", "logicalDate": "yesterday", "params": {"x": 1}}));
    request["pipeline"] = json!("Listings");
    let message = refused(&request);
    for part in ["`runKey`", "`logicalDate`", "`x`", "`Listings`"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn an_input_of_another_shape_is_refused() {
    for input in
        [json!("x"), json!([]), json!({"runkey": "a"}), json!({"trigger": {"type": "CRON"}}), json!({"params": []})]
    {
        assert!(refused(&request(input)).contains("the execution's input is malformed"));
    }
    assert!(refused(&json!({"input": {}})).contains("the claim's request is malformed"));
    let mut elsewhere = request(json!({}));
    elsewhere["timezone"] = json!("Europe/Berln");
    assert!(refused(&elsewhere).contains("`Europe/Berln`"));
}

#[test]
fn the_put_is_conditional_and_expires_after_the_run_log() {
    let (_, sent) = run(&request(json!({})), |_| answer(200, "{}"));
    let ttl = (400 * 86_400).to_string();
    assert_eq!(
        sent,
        [json!({
            "TableName": "pipesynth-runs",
            "Item": {"pk": {"S": "RUN#listings"}, "sk": {"S": "manual/my-run#1"}, "execArn": {"S": "arn:me"},
                     "logicalDate": {"S": "2026-11-23"}, "ttl": {"N": ttl}},
            "ConditionExpression": "attribute_not_exists(pk) OR execArn = :me",
            "ExpressionAttributeValues": {":me": {"S": "arn:me"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD"
        })]
    );
}

#[test]
fn a_taken_key_is_an_answer_with_its_holder_and_not_an_error() {
    let (result, sent) = run(&request(json!({})), |_| answer(400, TAKEN));
    let told = result.unwrap();
    assert_eq!((&told["claimed"], &told["heldBy"], sent.len()), (&json!(false), &json!("arn:other"), 1));
    let silent = TAKEN.replace("Item", "Thing");
    let told = run(&request(json!({})), |_| answer(400, &silent)).0.unwrap();
    assert_eq!((&told["claimed"], told.get("heldBy")), (&json!(false), None));
}

#[test]
fn a_table_that_recovers_is_tried_again() {
    let (result, sent) = run(&request(json!({})), |n| match n {
        0 => answer(500, ""),
        1 => answer(400, r#"{"__type":"com.amazon.coral.availability#ThrottlingException"}"#),
        2 => Err("connection failed".to_owned()),
        _ => answer(200, "{}"),
    });
    assert_eq!((&result.unwrap()["claimed"], sent.len()), (&json!(true), 4));
}

#[test]
fn a_table_that_stays_away_is_worth_another_try_of_the_machine_and_a_refusal_is_not() {
    for problem in [answer(503, ""), Err(SILENCE.to_owned())] {
        let failure = run(&request(json!({})), |_| problem.clone()).0.unwrap_err();
        assert_eq!(failure.kind, ERROR_UNAVAILABLE, "{failure}");
    }
    let denied = r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"not yours"}"#;
    let (result, sent) = run(&request(json!({})), |_| answer(400, denied));
    let failure = result.unwrap_err();
    assert_eq!((failure.kind, sent.len()), (ERROR_REFUSED, 1));
    assert!(failure.message.contains("AccessDeniedException: not yours"), "{failure}");
}

/// A table and a Step Functions service that keep their promises: items by sort key, conditions of existence and of the version; the
/// executions that run.
#[derive(Default)]
struct Account {
    items: RefCell<BTreeMap<String, Value>>,
    running: RefCell<Vec<String>>,
}

impl Account {
    fn serve(&self, request: &Request) -> Result<Answer, String> {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let header = |name: &str| request.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let mut items = self.items.borrow_mut();
        match header("x-amz-target").unwrap() {
            "AWSStepFunctions.DescribeExecution" => {
                assert_eq!(request.url, "https://states.eu-central-1.amazonaws.com/");
                let arn = body["executionArn"].as_str().unwrap().to_owned();
                let status = if self.running.borrow().contains(&arn) { "RUNNING" } else { "ABORTED" };
                answer(200, &json!({ "status": status }).to_string())
            }
            "DynamoDB_20120810.GetItem" => {
                assert_eq!(body["ConsistentRead"], true);
                let item = items.get(body["Key"]["sk"]["S"].as_str().unwrap());
                answer(200, &item.map_or(json!({}), |item| json!({ "Item": item })).to_string())
            }
            "DynamoDB_20120810.PutItem" => {
                let sort = body["Item"]["sk"]["S"].as_str().unwrap().to_owned();
                let old = items.get(&sort).cloned().unwrap_or_default();
                let holds = match body["ConditionExpression"].as_str().unwrap() {
                    "attribute_not_exists(pk)" => old.is_null(),
                    "ver = :before" => old["ver"] == body["ExpressionAttributeValues"][":before"],
                    _ => old.is_null() || old["execArn"] == body["ExpressionAttributeValues"][":me"],
                };
                if !holds {
                    return answer(400, TAKEN);
                }
                items.insert(sort, body["Item"].clone());
                answer(200, "{}")
            }
            other => panic!("{other}"),
        }
    }

    fn ask_after(&self, execution: &str, concurrency: &str, seconds: u64) -> Result<Value, Failure> {
        self.running.borrow_mut().push(execution.to_owned());
        let mut asked = request(json!({}));
        asked["execution"] =
            json!({"id": execution, "name": execution.replace(':', "-"), "startTime": "1970-01-01T00:00:00Z"});
        asked["concurrency"] = json!(concurrency);
        let serve = |_: usize, request: &Request| self.serve(request);
        let outside = Scripted::new(&serve);
        outside.sleep(Duration::from_secs(seconds));
        handle(&asked, UNIX_EPOCH + Duration::from_secs(seconds + 30), &settings(), &outside)
    }

    fn ask(&self, execution: &str, concurrency: &str) -> String {
        self.ask_after(execution, concurrency, 0).unwrap()["turn"].as_str().unwrap().to_owned()
    }

    fn end(&self, execution: &str) {
        self.running.borrow_mut().retain(|running| running != execution);
    }
}

#[test]
fn runs_of_a_queue_follow_each_other_also_when_one_is_aborted_while_it_waits() {
    let account = Account::default();
    assert_eq!(["arn:a", "arn:b", "arn:c"].map(|run| account.ask(run, "queue")), ["go", "wait", "wait"]);
    assert_eq!(["arn:a", "arn:c", "arn:b"].map(|run| account.ask(run, "queue")), ["go", "wait", "wait"], "asked again");
    account.end("arn:b");
    account.end("arn:a");
    assert_eq!(account.ask("arn:c", "queue"), "go");
    assert_eq!(account.ask("arn:d", "allow"), "go", "side by side is side by side");
}

#[test]
fn skip_and_latest_give_a_run_up_that_holds_its_key() {
    let account = Account::default();
    assert_eq!(
        ["arn:a", "arn:b", "arn:c", "arn:b"].map(|run| account.ask(run, "latest")),
        ["go", "wait", "wait", "skip"]
    );
    let told = account.ask_after("arn:d", "skip", 0).unwrap();
    assert_eq!((&told["turn"], &told["claimed"], &told["heldBy"]), (&json!("skip"), &json!(true), &json!("arn:a")));
}

#[test]
fn a_run_waits_a_day_at_most() {
    let account = Account::default();
    account.ask("arn:a", "queue");
    assert_eq!(account.ask_after("arn:b", "queue", 86_000).unwrap()["turn"], "wait");
    let failure = account.ask_after("arn:b", "queue", 86_400).unwrap_err();
    assert_eq!(failure.kind, ERROR_WAITED_TOO_LONG, "{failure}");
    assert!(failure.message.contains("`arn:a`"), "{failure}");
}
