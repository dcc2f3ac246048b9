//! Requests and the items they touch → the request units that DynamoDB bills, by AWS's documented rules.
//!
//! The emulator does not count units, so the sizes are taken from the items themselves, before and after each write. Rules: developer
//! guide, "DynamoDB read and write operations" (4 KB and 1 KB, rounded up; half for eventually consistent reads; a query sums, a batch
//! rounds each item; an item that is not there counts as one; a write counts the larger of before and after; a write whose condition fails
//! counts too), "DynamoDB item sizes and formats", "Amazon DynamoDB Transactions: How it works" (two writes for every item of a
//! transaction, a checked one too) and "Global Secondary Indexes" (one write for an entry that comes or goes, two for one that moves).

use std::sync::Mutex;

use pipesynth_contract::keys::Key;
use pipesynth_contract::names::{ATTR_AT, ATTR_PK, ATTR_SK, ATTR_TODO};
use pipesynth_stores::dynamodb::{DynamoDb, Failure, size};
use serde_json::{Map, Value, json};

/// What was used.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Units {
    pub read: f64,
    pub write: f64,
    pub requests: u32,
}

/// A transport that counts.
pub struct Meter<D> {
    inner: D,
    used: Mutex<Units>,
}

impl<D: DynamoDb> Meter<D> {
    pub fn new(inner: D) -> Self {
        Self { inner, used: Mutex::default() }
    }

    /// What the work used.
    pub fn of<T>(&self, work: impl FnOnce() -> T) -> (T, Units) {
        *self.used.lock().unwrap() = Units::default();
        let done = work();
        (done, *self.used.lock().unwrap())
    }

    /// Bytes of a stored item.
    pub fn bytes(&self, table: &str, key: &Key) -> usize {
        let key = json!({ ATTR_PK: { "S": key.pk }, ATTR_SK: { "S": key.sk } });
        size(&self.stored(&json!(table), &key))
    }

    /// The stored item, not counted.
    fn stored(&self, table: &Value, key: &Value) -> Map<String, Value> {
        let body = json!({ "TableName": table, "Key": key, "ConsistentRead": true });
        let mut answer = self.inner.call("GetItem", &body).unwrap();
        serde_json::from_value(answer["Item"].take()).unwrap_or_default()
    }

    fn reads(&self, operation: &'static str, body: &Value, answer: &Value) -> f64 {
        let consistent = if body["ConsistentRead"] == true { 1.0 } else { 0.5 };
        match operation {
            "GetItem" => consistent * blocks(size_of(&answer["Item"]), 4096),
            "Query" => {
                let mut whole = body.clone();
                for narrowing in ["ProjectionExpression", "FilterExpression"] {
                    whole.as_object_mut().unwrap().remove(narrowing);
                }
                let page = self.inner.call("Query", &whole).unwrap();
                let items = page["Items"].as_array().unwrap();
                consistent * blocks(items.iter().map(size_of).sum(), 4096)
            }
            "BatchGetItem" => {
                let (table, wanted) = body["RequestItems"].as_object().unwrap().iter().next().unwrap();
                assert_eq!(answer["UnprocessedKeys"].as_object().map_or(0, Map::len), 0);
                let found = answer["Responses"][table].as_array().unwrap();
                let absent = wanted["Keys"].as_array().unwrap().len() - found.len();
                assert_eq!(wanted["ConsistentRead"], true);
                found.iter().map(|item| blocks(size_of(item), 4096)).sum::<f64>() + absent as f64
            }
            _ => 0.0,
        }
    }
}

impl<D: DynamoDb> DynamoDb for Meter<D> {
    fn call(&self, operation: &'static str, body: &Value) -> Result<Value, Failure> {
        let writes = writes(operation, body);
        let stored = |(_, table, key): &(f64, Value, Value)| self.stored(table, key);
        let before: Vec<_> = writes.iter().map(stored).collect();
        let answer = self.inner.call(operation, body);
        let after: Vec<_> = writes.iter().map(stored).collect();
        let mut used = self.used.lock().unwrap();
        used.requests += 1;
        if let Ok(answer) = &answer {
            used.read += self.reads(operation, body, answer);
        }
        for ((times, ..), (before, after)) in writes.iter().zip(before.iter().zip(&after)) {
            used.write += times * blocks(size(before).max(size(after)), 1024) + index(before, after);
        }
        answer
    }
}

/// The items that a request writes or checks: how many writes each is, its table and its key.
fn writes(operation: &str, body: &Value) -> Vec<(f64, Value, Value)> {
    let one = |times: f64, request: &Value| {
        let named = if request["Key"].is_object() { &request["Key"] } else { &request["Item"] };
        let key = json!({ ATTR_PK: named[ATTR_PK], ATTR_SK: named[ATTR_SK] });
        (times, request["TableName"].clone(), key)
    };
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => vec![one(1.0, body)],
        "TransactWriteItems" => {
            let actions = body["TransactItems"].as_array().unwrap().iter();
            actions.map(|action| one(2.0, action.as_object().unwrap().values().next().unwrap())).collect()
        }
        _ => Vec::new(),
    }
}

/// Writes of the index: its entries are keys alone, far below 1 KB.
fn index(before: &Map<String, Value>, after: &Map<String, Value>) -> f64 {
    let entry = |item: &Map<String, Value>| Some((item.get(ATTR_TODO)?.clone(), item.get(ATTR_AT)?.clone()));
    match (entry(before), entry(after)) {
        (None, None) => 0.0,
        (Some(before), Some(after)) if before == after => 0.0,
        (Some(_), Some(_)) => 2.0,
        _ => 1.0,
    }
}

fn size_of(item: &Value) -> usize {
    item.as_object().map_or(0, size)
}

/// Blocks of so many bytes, at least one.
fn blocks(bytes: usize, block: usize) -> f64 {
    bytes.div_ceil(block).max(1) as f64
}
