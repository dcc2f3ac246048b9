//! The first state of a machine → its input checked, its logical date, and its run key claimed by a conditional put.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pipesynth_contract::claim::{
    CLAIM_DAYS, ClaimAnswer, ClaimRequest, ERROR_INVALID_INPUT, ERROR_REFUSED, ERROR_UNAVAILABLE,
};
use pipesynth_contract::names::{ATTR_EXEC_ARN, ATTR_LOGICAL_DATE, ATTR_PK, ATTR_SK, ATTR_TTL};
use pipesynth_contract::trigger::ExecutionInput;
use pipesynth_contract::{check_name, keys};
use pipesynth_engine::{LogicalDate, RunKey, Zone, logical_date};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::Failure;
use crate::aws::Settings;
use crate::outside::{Answer, Outside, Request};
use crate::retry::{self, Policy, Try};

const POLICY: Policy = Policy { tries: 5, wait: Duration::from_millis(100), longest: Duration::from_secs(5) };

/// Ends this long before the function's deadline, so that the machine reads our error and not a timeout.
const MARGIN: Duration = Duration::from_millis(500);

/// Errors of DynamoDB that pass (API reference, "Common errors" and `PutItem`), beside every status of 500 and above.
const TEMPORARY: [&str; 4] = [
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "TransactionConflictException",
];

/// Serves one request.
pub fn handle(
    payload: &Value,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Value, Failure> {
    let request = ClaimRequest::deserialize(payload)
        .map_err(|e| Failure::new(ERROR_INVALID_INPUT, format!("the claim's request is malformed: {e}")))?;
    let plan = Plan::of(&request).map_err(|e| Failure::new(ERROR_INVALID_INPUT, e))?;
    let holder = put(&request, &plan, deadline, settings, outside)?;
    let answer = ClaimAnswer {
        claimed: holder == Holder::Us,
        run_key: plan.run_key.to_string(),
        logical_date: plan.date.to_string(),
        attempt: plan.run_key.attempt(),
        params: plan.params,
        held_by: match holder {
            Holder::Other(arn) => arn,
            Holder::Us => None,
        },
    };
    outside.log(&json!({
        "level": "INFO", "handler": "claim", "pipeline": request.pipeline, "execution": request.execution.id,
        "claimed": answer.claimed, "runKey": answer.run_key, "logicalDate": answer.logical_date, "heldBy": answer.held_by,
    }));
    serde_json::to_value(answer).map_err(|e| Failure::new(ERROR_REFUSED, e.to_string()))
}

/// What the input comes to.
#[derive(Debug)]
struct Plan {
    run_key: RunKey,
    date: LogicalDate,
    params: Map<String, Value>,
}

impl Plan {
    /// Checks everything and collects all findings.
    fn of(request: &ClaimRequest) -> Result<Self, String> {
        let input = match &request.input {
            Value::Null => ExecutionInput::default(),
            Value::Object(_) => ExecutionInput::deserialize(&request.input)
                .map_err(|e| format!("the execution's input is malformed: {e}"))?,
            _ => return Err("the execution's input is malformed: expected a JSON object".to_owned()),
        };
        let mut found = Vec::new();
        let mut note = |finding: String| found.push(finding);
        if let Err(error) = check_name(&request.pipeline) {
            note(error.to_string());
        }
        let key = RunKey::of_execution(input.run_key.as_deref(), &request.execution.name);
        let key = key.map_err(|e| note(format!("`runKey`: {e}"))).ok();
        let date = request.timezone.parse::<Zone>().and_then(|zone| {
            // A scheduled run is about its scheduled instant, however late it starts.
            let scheduled = key.as_ref().and_then(RunKey::scheduled);
            let given = input.logical_date.as_deref().or(scheduled);
            logical_date(given, &request.execution.start_time, &zone)
        });
        let date = date.map_err(|e| note(format!("`logicalDate`: {e}"))).ok();
        let params = merge(&request.params, input.params, &mut note);
        match (key, date) {
            (Some(run_key), Some(date)) if found.is_empty() => Ok(Self { run_key, date, params }),
            _ => Err(found.join("; ")),
        }
    }
}

/// The pipeline's defaults overlaid with what the start sets: known names and scalars only.
fn merge(defaults: &Map<String, Value>, set: Map<String, Value>, note: &mut impl FnMut(String)) -> Map<String, Value> {
    let mut merged = defaults.clone();
    for (name, value) in set {
        if value.is_object() || value.is_array() || value.is_null() {
            note(format!("parameter `{name}` must be a string, number or boolean, got `{value:.60}`"));
        }
        if merged.insert(name.clone(), value).is_none() {
            let known: Vec<&str> = defaults.keys().map(String::as_str).collect();
            note(match known.as_slice() {
                [] => format!("unknown parameter `{name}`; the pipeline has none"),
                known => format!("unknown parameter `{name}`; known are `{}`", known.join("`, `")),
            });
        }
    }
    merged
}

/// Who holds a run key after the put.
#[derive(Debug, PartialEq, Eq)]
enum Holder {
    /// The execution that asked.
    Us,
    /// Another one, with its ARN where the table told it.
    Other(Option<String>),
}

/// Claims the key.
fn put(
    request: &ClaimRequest,
    plan: &Plan,
    deadline: SystemTime,
    settings: &Settings,
    outside: &dyn Outside,
) -> Result<Holder, Failure> {
    let refused = |reason: String| Failure::new(ERROR_REFUSED, reason);
    let now = outside.now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let unsigned = Request {
        method: "POST",
        url: settings.dynamodb().map_err(refused)?,
        headers: vec![
            ("content-type".to_owned(), "application/x-amz-json-1.0".to_owned()),
            ("x-amz-target".to_owned(), "DynamoDB_20120810.PutItem".to_owned()),
        ],
        body: put_item(request, plan, settings.runs_table(), now).to_string().into_bytes(),
    };
    let end = deadline.checked_sub(MARGIN).unwrap_or(deadline);
    let settled = retry::until(outside, POLICY, end, |timeout| {
        let mut signed = unsigned.clone();
        if let Err(reason) = settings.sign(&mut signed, "dynamodb", outside.now()) {
            return Try::Done(Err(refused(reason)));
        }
        match outside.send(&signed, timeout) {
            Ok(answer) => judge(&answer),
            Err(reason) => Try::Again(reason),
        }
    });
    settled.unwrap_or_else(|reason| {
        Err(Failure::new(ERROR_UNAVAILABLE, format!("table `{}` does not answer: {reason}", settings.runs_table())))
    })
}

/// The request's JSON. The condition lets the same execution claim again, so that a repeated call finds its own claim.
fn put_item(request: &ClaimRequest, plan: &Plan, table: &str, now: Duration) -> Value {
    let key = keys::claim(&request.pipeline, &plan.run_key.to_string());
    let ttl = now.as_secs() + CLAIM_DAYS * 86_400;
    json!({
        "TableName": table,
        "Item": {
            ATTR_PK: {"S": key.pk},
            ATTR_SK: {"S": key.sk},
            ATTR_EXEC_ARN: {"S": request.execution.id},
            ATTR_LOGICAL_DATE: {"S": plan.date.to_string()},
            ATTR_TTL: {"N": ttl.to_string()},
        },
        "ConditionExpression": format!("attribute_not_exists({ATTR_PK}) OR {ATTR_EXEC_ARN} = :me"),
        "ExpressionAttributeValues": {":me": {"S": request.execution.id}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    })
}

/// DynamoDB's error body: `{"__type": "com.amazonaws.dynamodb.v20120810#…", "message": …, "Item": …}`.
#[derive(Deserialize, Default)]
struct Refusal {
    #[serde(rename = "__type", default)]
    kind: String,
    #[serde(alias = "Message", default)]
    message: String,
    #[serde(rename = "Item", default)]
    item: Value,
}

fn judge(answer: &Answer) -> Try<Result<Holder, Failure>> {
    if answer.status == 200 {
        return Try::Done(Ok(Holder::Us));
    }
    let refusal: Refusal = serde_json::from_slice(&answer.body).unwrap_or_default();
    let kind = refusal.kind.rsplit('#').next().unwrap_or_default();
    if kind == "ConditionalCheckFailedException" {
        let holder = refusal.item[ATTR_EXEC_ARN]["S"].as_str().map(str::to_owned);
        return Try::Done(Ok(Holder::Other(holder)));
    }
    let told = format!("HTTP {} {kind}: {}", answer.status, refusal.message);
    if retry::is_temporary(answer) || TEMPORARY.contains(&kind) {
        Try::Again(told)
    } else {
        Try::Done(Err(Failure::new(ERROR_REFUSED, told)))
    }
}

#[cfg(test)]
#[path = "claim_tests.rs"]
mod tests;
