//! Reads and writes of one table → requests in DynamoDB's JSON: pages to their end, batches of a hundred, transactions.

use std::collections::BTreeMap;

use pipesynth_contract::keys::Key;
use pipesynth_contract::names::{ATTR_AT, ATTR_PK, ATTR_SK, ATTR_TODO, INDEX_TODO};
use pipesynth_engine::store::StoreError;
use serde_json::{Value, json};

use super::call::{DynamoDb, Failure, Reason};
use super::item::{self, broken, text};

/// Keys of one `BatchGetItem`, and items of one `TransactWriteItems` (API reference: 100 each).
pub(super) const BATCH: usize = 100;

/// Bytes of all items of a transaction (API reference, `TransactWriteItems`: 4 MB).
const MAX_TRANSACTION: usize = 4 * 1024 * 1024;

/// Requests in a row that bring nothing of a batch before the store is called unavailable.
const IDLE_ROUNDS: u32 = 8;

/// A table behind the trait.
#[derive(Debug)]
pub(super) struct Table<D> {
    pub(super) db: D,
    pub(super) name: String,
}

/// What a single write came to.
pub(super) enum Written {
    /// It is written.
    Done,
    /// Its condition does not hold; the item that is there, where asked for.
    Refused(Option<Value>),
    /// A transaction was at the same item.
    Conflict,
}

impl<D: DynamoDb> Table<D> {
    /// One item, consistent.
    pub(super) fn get(&self, key: &Key) -> Result<Option<Value>, StoreError> {
        let body = json!({ "TableName": self.name, "Key": item::key(key), "ConsistentRead": true });
        let mut answer = self.db.call("GetItem", &body).map_err(unavailable)?;
        Ok(Some(answer["Item"].take()).filter(Value::is_object))
    }

    /// Items, consistent, in the order of the keys; those that are not there are left out. The keys must be distinct.
    pub(super) fn get_all(&self, keys: &[Key]) -> Result<Vec<Value>, StoreError> {
        let mut found = BTreeMap::new();
        for chunk in keys.chunks(BATCH) {
            let mut left: Value = chunk.iter().map(item::key).collect();
            let mut idle = 0;
            while left.as_array().is_some_and(|left| !left.is_empty()) {
                let wanted = json!({ "Keys": left, "ConsistentRead": true });
                let mut request = json!({ "RequestItems": {} });
                request["RequestItems"][&self.name] = wanted;
                let mut answer = self.db.call("BatchGetItem", &request).map_err(unavailable)?;
                let items = answer["Responses"][&self.name].take();
                let items = if let Value::Array(items) = items { items } else { Vec::new() };
                idle = if items.is_empty() { idle + 1 } else { 0 };
                for item in items {
                    found.insert((text(&item, ATTR_PK)?.to_owned(), text(&item, ATTR_SK)?.to_owned()), item);
                }
                left = answer["UnprocessedKeys"][&self.name]["Keys"].take();
                if idle == IDLE_ROUNDS {
                    let told = format!("`{}` gave no items in {IDLE_ROUNDS} batches in a row", self.name);
                    return Err(StoreError::Unavailable(told));
                }
            }
        }
        Ok(keys.iter().filter_map(|key| found.remove(&(key.pk.clone(), key.sk.clone()))).collect())
    }

    /// All items of a partition whose sort key begins so, consistent, in order.
    pub(super) fn partition(&self, pk: &str, beginning: &str) -> Result<Vec<Value>, StoreError> {
        let mut query = json!({
            "TableName": self.name,
            "ConsistentRead": true,
            "KeyConditionExpression": format!("{ATTR_PK} = :pk"),
            "ExpressionAttributeValues": { ":pk": { "S": pk } },
        });
        if !beginning.is_empty() {
            query["KeyConditionExpression"] = json!(format!("{ATTR_PK} = :pk AND begins_with({ATTR_SK}, :sk)"));
            query["ExpressionAttributeValues"][":sk"] = json!({ "S": beginning });
        }
        self.query(query)
    }

    /// Keys of the items of a partition that have an attribute, consistent, in order.
    pub(super) fn having(&self, pk: &str, attribute: &str) -> Result<Vec<Value>, StoreError> {
        self.query(json!({
            "TableName": self.name,
            "ConsistentRead": true,
            "KeyConditionExpression": format!("{ATTR_PK} = :pk"),
            "FilterExpression": format!("attribute_exists({attribute})"),
            "ProjectionExpression": format!("{ATTR_PK}, {ATTR_SK}"),
            "ExpressionAttributeValues": { ":pk": { "S": pk } },
        }))
    }

    /// Keys of the items of one kind that are to be looked at, up to a value of their `at`, in its order. An index follows its table
    /// within moments: what is found is read again by its key, and what is missed is found the next time.
    pub(super) fn todo(&self, kind: &str, up_to: Option<&str>) -> Result<Vec<Value>, StoreError> {
        let mut query = json!({
            "TableName": self.name,
            "IndexName": INDEX_TODO,
            "KeyConditionExpression": "#todo = :todo",
            "ExpressionAttributeNames": { "#todo": ATTR_TODO },
            "ExpressionAttributeValues": { ":todo": { "S": kind } },
        });
        if let Some(limit) = up_to {
            query["KeyConditionExpression"] = json!("#todo = :todo AND #at <= :at");
            query["ExpressionAttributeNames"]["#at"] = json!(ATTR_AT);
            query["ExpressionAttributeValues"][":at"] = json!({ "S": limit });
        }
        self.query(query)
    }

    fn query(&self, mut query: Value) -> Result<Vec<Value>, StoreError> {
        let mut found = Vec::new();
        loop {
            let mut page = self.db.call("Query", &query).map_err(unavailable)?;
            if let Value::Array(items) = page["Items"].take() {
                found.extend(items);
            }
            match page["LastEvaluatedKey"].take() {
                Value::Null => return Ok(found),
                last => query["ExclusiveStartKey"] = last,
            }
        }
    }

    /// A single conditional write: half the price of a transaction.
    pub(super) fn write(&self, operation: &'static str, mut body: Value) -> Result<Written, StoreError> {
        body["TableName"] = json!(self.name);
        match self.db.call(operation, &body) {
            Ok(_) => Ok(Written::Done),
            Err(Failure::ConditionFailed { item }) => Ok(Written::Refused(item)),
            Err(Failure::Conflict) => Ok(Written::Conflict),
            Err(failure) => Err(unavailable(failure)),
        }
    }

    /// A transaction; `Err` inside has the reasons, one for each action.
    pub(super) fn transact(&self, actions: Vec<Action>) -> Result<Result<(), Vec<Reason>>, StoreError> {
        if actions.len() > BATCH {
            let told = format!("a transaction of {} items, DynamoDB takes at most {BATCH}", actions.len());
            return Err(too_large(told));
        }
        let bytes: usize = actions.iter().filter_map(|action| action.1["Item"].as_object()).map(item::size).sum();
        if bytes > MAX_TRANSACTION {
            let told = format!("a transaction of {bytes} bytes, DynamoDB takes at most {MAX_TRANSACTION}");
            return Err(too_large(told));
        }
        let items: Vec<Value> = actions.into_iter().map(|action| action.named(&self.name)).collect();
        match self.db.call("TransactWriteItems", &json!({ "TransactItems": items })) {
            Ok(_) => Ok(Ok(())),
            Err(Failure::Cancelled(reasons)) => settled(reasons).map(Err),
            Err(Failure::Conflict) => Ok(Err(vec![Reason::Conflict])),
            Err(failure) => Err(unavailable(failure)),
        }
    }
}

/// Lets through the reasons that mean that somebody else was faster.
fn settled(reasons: Vec<Reason>) -> Result<Vec<Reason>, StoreError> {
    if let Some(Reason::Other(told)) = reasons.iter().find(|r| matches!(r, Reason::Other(_))) {
        return Err(StoreError::Unavailable(told.clone()));
    }
    let lost = reasons.iter().any(|r| matches!(r, Reason::ConditionFailed | Reason::Conflict));
    if lost { Ok(reasons) } else { Err(unavailable(Failure::Cancelled(reasons))) }
}

/// One action of a transaction, or a single write.
pub(super) struct Action(pub(super) &'static str, pub(super) Value);

impl Action {
    /// Puts an item, if a condition on the stored one holds.
    pub(super) fn put(item: Value, condition: Option<Condition>) -> Self {
        Self("Put", with(json!({ "Item": item }), condition))
    }

    /// Changes attributes of an item.
    pub(super) fn update(key: &Key, update: &str, condition: Condition) -> Self {
        Self("Update", with(json!({ "Key": item::key(key), "UpdateExpression": update }), Some(condition)))
    }

    /// Deletes an item.
    pub(super) fn delete(key: &Key, condition: Condition) -> Self {
        Self("Delete", with(json!({ "Key": item::key(key) }), Some(condition)))
    }

    /// Only looks.
    pub(super) fn check(key: &Key, condition: Condition) -> Self {
        Self("ConditionCheck", with(json!({ "Key": item::key(key) }), Some(condition)))
    }

    /// Does it alone, which costs half of a transaction.
    pub(super) fn alone<D: DynamoDb>(self, table: &Table<D>) -> Result<Written, StoreError> {
        let operation = match self.0 {
            "Put" => "PutItem",
            "Update" => "UpdateItem",
            "Delete" => "DeleteItem",
            _ => return Err(StoreError::Broken(format!("`{}` alone does nothing", self.0))),
        };
        table.write(operation, self.1)
    }

    fn named(mut self, table: &str) -> Value {
        self.1["TableName"] = json!(table);
        json!({ self.0: self.1 })
    }
}

/// A condition with the names and values that it speaks of.
pub(super) struct Condition {
    text: String,
    names: Value,
    values: Value,
}

impl Condition {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), names: json!({}), values: json!({}) }
    }

    /// There is no such item.
    pub(super) fn absent() -> Self {
        Self::new(format!("attribute_not_exists({ATTR_PK})"))
    }

    /// The stored version is the one before this; before 1 there is no such item, and nothing is before 0.
    pub(super) fn follows(attribute: &str, version: u64) -> Self {
        match version {
            0 => Self::new(format!("attribute_exists({ATTR_PK}) AND attribute_not_exists({ATTR_PK})")),
            1 => Self::absent(),
            _ => Self::new(format!("{attribute} = :before")).number(":before", version - 1),
        }
    }

    pub(super) fn name(mut self, placeholder: &str, name: &str) -> Self {
        self.names[placeholder] = json!(name);
        self
    }

    pub(super) fn text(mut self, placeholder: &str, value: &str) -> Self {
        self.values[placeholder] = json!({ "S": value });
        self
    }

    pub(super) fn number(mut self, placeholder: &str, value: u64) -> Self {
        self.values[placeholder] = json!({ "N": value.to_string() });
        self
    }
}

fn with(mut body: Value, condition: Option<Condition>) -> Value {
    if let Some(Condition { text, names, values }) = condition {
        body["ConditionExpression"] = json!(text);
        for (name, map) in [("ExpressionAttributeNames", names), ("ExpressionAttributeValues", values)] {
            if map.as_object().is_some_and(|map| !map.is_empty()) {
                body[name] = map;
            }
        }
    }
    body
}

/// The part of a key after its first words.
pub(super) fn after<'a>(item: &'a Value, name: &str, beginning: &str) -> Result<&'a str, StoreError> {
    let found = text(item, name)?.strip_prefix(beginning);
    found.ok_or_else(|| broken(item, &format!("`{name}` does not begin with `{beginning}`")))
}

pub(super) fn unavailable(failure: Failure) -> StoreError {
    StoreError::Unavailable(failure.told())
}

pub(super) fn too_large(told: String) -> StoreError {
    StoreError::TooLarge(told)
}
