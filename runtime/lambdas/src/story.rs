//! For unit tests: the case study's three pipelines in a store in memory, their status events, and a clock that stands at their day.

use std::time::{Duration, SystemTime};

use pipesynth_aws::{Answer, Outside, Request};
use pipesynth_contract::registration::Registration;
use pipesynth_engine::registry;
use pipesynth_engine::store::{MemoryStore, Sending};
use serde_json::{Value, json};

use crate::central::Invocation;
use crate::scripted::{START, Scripted, answer};

pub(crate) const LISTINGS: &str = "111111111111";
pub(crate) const SEARCHES: &str = "222222222222";
pub(crate) const PIPELINE_X: &str = "333333333333";

/// 2026-11-23T06:00:00Z, when everything is asked.
pub(crate) const NOW: u64 = 1_795_413_600_000;

/// The time that a function has.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A server that must not be asked.
pub(crate) fn nobody(_: usize, request: &Request) -> Result<Answer, String> {
    panic!("asked {}", request.url)
}

/// A service that is down.
pub(crate) fn down(_: usize, _: &Request) -> Result<Answer, String> {
    answer(503, "")
}

/// An outside whose clock is at [`NOW`].
pub(crate) fn outside<'a>(script: &'a dyn Fn(usize, &Request) -> Result<Answer, String>) -> (Scripted<'a>, SystemTime) {
    let outside = Scripted::new(script);
    outside.sleep(Duration::from_millis(NOW));
    let deadline = START + Duration::from_millis(NOW) + LIMIT;
    (outside, deadline)
}

/// An invocation on it.
pub(crate) fn invocation<'a>(outside: &'a Scripted<'a>, deadline: SystemTime) -> Invocation<'a> {
    Invocation::new("under-test", outside, deadline)
}

/// `listings` and `searches` by hand, and `pipeline-x` after both of a day.
pub(crate) fn registered() -> MemoryStore {
    let store = MemoryStore::default();
    for body in
        [registration(LISTINGS, "listings", &json!({})), registration(SEARCHES, "searches", &json!({})), child()]
    {
        let registration: Registration = serde_json::from_value(body).unwrap();
        registry::register(&store, &registration, NOW - 86_400_000).unwrap();
    }
    store
}

/// The registration of `pipeline-x`.
pub(crate) fn child() -> Value {
    let leaf = |account: &str, name: &str| json!({"account": account, "name": name, "status": ["SUCCEEDED"]});
    let condition = json!({"allOf": [leaf(LISTINGS, "listings"), leaf(SEARCHES, "searches")]});
    registration(PIPELINE_X, "pipeline-x", &after(&condition))
}

/// A trigger by a condition.
pub(crate) fn after(condition: &Value) -> Value {
    json!({"executions": {"condition": condition, "correlate": "day", "within": "none", "onRerun": "refire"}})
}

/// A registration with a trigger, in Berlin's time.
pub(crate) fn registration(account: &str, name: &str, trigger: &Value) -> Value {
    json!({
        "v": 1, "id": format!("{account}/{name}"), "region": "eu-central-1", "displayName": name, "timezone": "Europe/Berlin",
        "trigger": trigger, "concurrency": "queue", "specHash": "9f2c",
        "stack": format!("arn:aws:cloudformation:eu-central-1:{account}:stack/pipesynth-{name}/0"),
    })
}

/// A status event of a run of the 23rd, an hour before [`NOW`] and for `attempt` times one minute.
pub(crate) fn event(account: &str, name: &str, status: &str, attempt: u32) -> Value {
    let instant = "2026-11-23T03:00:00Z";
    let input = json!({"runKey": format!("schedule/{instant}#{attempt}"), "logicalDate": instant});
    event_of(account, name, status, &format!("e{attempt}"), &input, NOW - 3_600_000 + u64::from(attempt) * 60_000)
}

/// A status event of an execution with an input.
pub(crate) fn event_of(account: &str, name: &str, status: &str, execution: &str, input: &Value, stop: u64) -> Value {
    let arn = |kind: &str, rest: &str| format!("arn:aws:states:eu-central-1:{account}:{kind}:pipesynth-{name}{rest}");
    json!({
        "version": "0", "id": "315c1398", "source": "aws.states", "detail-type": "Step Functions Execution Status Change",
        "account": account, "region": "eu-central-1",
        "detail": {
            "executionArn": arn("execution", &format!(":{execution}")), "stateMachineArn": arn("stateMachine", ""), "name": execution,
            "status": status, "startDate": stop - 50_000, "stopDate": if status == "RUNNING" { Value::Null } else { json!(stop) },
            "input": input.to_string(), "inputDetails": {"included": true}, "output": "{}", "outputDetails": {"included": true},
        }
    })
}

/// Bodies as one batch of the queue, with the ids `m0`, `m1` …
pub(crate) fn batch(bodies: &[String]) -> Value {
    let record =
        |(n, body): (usize, &String)| json!({"messageId": format!("m{n}"), "body": body, "eventSource": "aws:sqs"});
    json!({"Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>()})
}

/// How far all firings are.
pub(crate) fn sending(store: &MemoryStore) -> Vec<Sending> {
    store.tables().firings.values().map(|outgoing| outgoing.state).collect()
}
