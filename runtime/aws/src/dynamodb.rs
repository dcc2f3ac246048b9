//! The store's calls of DynamoDB → signed requests, tried again until they are settled or the time is over.

use std::time::{Duration, SystemTime};

use pipesynth_stores::dynamodb::{DynamoDb, Failure};
use serde_json::{Value, json};

use crate::outside::{Answer, Outside, Request};
use crate::retry::{self, Policy, Try};
use crate::settings::Settings;

const POLICY: Policy = Policy { tries: 8, wait: Duration::from_millis(50), longest: Duration::from_secs(5) };

/// A transaction that met another one is tried so often; after that the engine reads again and decides again.
const CONFLICTS: u32 = 4;

/// DynamoDB's API for one invocation of a function.
pub struct Client<'a> {
    outside: &'a dyn Outside,
    settings: &'a Settings,
    end: SystemTime,
}

impl<'a> Client<'a> {
    /// Calls go to the settings' endpoint with their credentials, and none is tried after `end`.
    pub fn new(outside: &'a dyn Outside, settings: &'a Settings, end: SystemTime) -> Self {
        Self { outside, settings, end }
    }

    fn request(&self, operation: &str, body: &Value) -> Result<Request, String> {
        let mut body = body.clone();
        if operation == "TransactWriteItems" {
            // One for each call and the same for each of its tries. DynamoDB knows it for ten minutes; at most 36 characters (API reference).
            body["ClientRequestToken"] = json!(format!("{:016x}{:016x}", self.outside.random(), self.outside.random()));
        }
        let target = format!("DynamoDB_20120810.{operation}");
        Ok(Request::operation(self.settings.dynamodb()?, "1.0", &target, &body, max_answer(operation)))
    }

    fn send(&self, unsigned: &Request, timeout: Duration) -> Result<Value, Failure> {
        let mut signed = unsigned.clone();
        self.settings.sign(&mut signed, "dynamodb", self.outside.now()).map_err(Failure::Refused)?;
        let Answer { status, body, .. } = self.outside.send(&signed, timeout).map_err(Failure::Unavailable)?;
        if status != 200 {
            return Err(Failure::of_answer(status, &body));
        }
        serde_json::from_slice(&body).map_err(|e| Failure::Unavailable(format!("the answer is no JSON: {e}")))
    }
}

impl DynamoDb for Client<'_> {
    fn call(&self, operation: &'static str, body: &Value) -> Result<Value, Failure> {
        let unsigned = self.request(operation, body).map_err(Failure::Refused)?;
        let (mut last, mut conflicts) = (None, 0);
        let settled = retry::until(self.outside, POLICY, self.end, |timeout| match self.send(&unsigned, timeout) {
            Err(failure) if failure.is_temporary() => {
                conflicts += u32::from(failure.is_conflict());
                if conflicts >= CONFLICTS {
                    return Try::Done(Err(failure));
                }
                let told = failure.told();
                last = Some(failure);
                Try::Again(told)
            }
            settled => Try::Done(settled),
        });
        settled.unwrap_or_else(|told| Err(last.unwrap_or(Failure::Unavailable(told))))
    }
}

/// Longest answer of an operation, in bytes. A page of a query is 1 MB and a batch 16 MB of items (API reference), an item 400 KB; JSON
/// inside a JSON string needs up to twice that.
fn max_answer(operation: &str) -> u64 {
    const MIB: u64 = 1024 * 1024;
    match operation {
        "BatchGetItem" => 40 * MIB,
        "Query" => 4 * MIB,
        _ => 2 * MIB,
    }
}

#[cfg(test)]
#[path = "dynamodb_tests.rs"]
mod tests;
