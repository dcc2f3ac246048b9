//! A value and the attributes that conditions and indexes need → an item in DynamoDB's JSON, and back.

use pipesynth_contract::keys::Key;
use pipesynth_contract::names::{ATTR_JSON, ATTR_PK, ATTR_SK};
use pipesynth_engine::store::StoreError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::table::too_large;

/// Largest item, in bytes: names and values (service quotas, "Item size": 400 KB).
pub const MAX_ITEM: usize = 400 * 1024;

/// The key as a request has it.
pub(super) fn key(key: &Key) -> Value {
    json!({ ATTR_PK: { "S": key.pk }, ATTR_SK: { "S": key.sk } })
}

/// An item that is being put together.
pub(super) struct Item(Map<String, Value>);

impl Item {
    pub(super) fn new(key: &Key) -> Self {
        Self(Map::new()).text(ATTR_PK, &key.pk).text(ATTR_SK, &key.sk)
    }

    pub(super) fn text(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), json!({ "S": value }));
        self
    }

    pub(super) fn number(mut self, name: &str, value: u64) -> Self {
        self.0.insert(name.to_owned(), json!({ "N": value.to_string() }));
        self
    }

    pub(super) fn flag(mut self, name: &str) -> Self {
        self.0.insert(name.to_owned(), json!({ "BOOL": true }));
        self
    }

    /// The value itself, as JSON in one string: the engine's types are read back by their own rules, and no name of theirs can collide
    /// with a reserved word.
    pub(super) fn value(self, value: &impl Serialize) -> Result<Self, StoreError> {
        Ok(self.text(ATTR_JSON, &text_of(value)?))
    }

    /// The item for a request; what DynamoDB would refuse for its size is told here, with its key.
    pub(super) fn sized(self) -> Result<Value, StoreError> {
        let bytes = size(&self.0);
        if bytes > MAX_ITEM {
            let key = |name: &str| self.0[name]["S"].as_str().unwrap_or_default().to_owned();
            return Err(too_large(format!(
                "`{}` `{}` has {bytes} bytes, an item of DynamoDB at most {MAX_ITEM}",
                key(ATTR_PK),
                key(ATTR_SK)
            )));
        }
        Ok(Value::Object(self.0))
    }
}

/// A value as the string of an attribute.
pub(super) fn text_of(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Broken(e.to_string()))
}

/// Reads the value of an item.
pub(super) fn value_of<T: DeserializeOwned>(item: &Value) -> Result<T, StoreError> {
    parsed(item, ATTR_JSON)
}

/// Reads an attribute that holds JSON.
pub(super) fn parsed<T: DeserializeOwned>(item: &Value, name: &str) -> Result<T, StoreError> {
    serde_json::from_str(text(item, name)?).map_err(|e| broken(item, &format!("`{name}`: {e}")))
}

/// Reads an attribute that is a string.
pub(super) fn text<'a>(item: &'a Value, name: &str) -> Result<&'a str, StoreError> {
    item[name]["S"].as_str().ok_or_else(|| broken(item, &format!("no string `{name}`")))
}

/// Reads an attribute that is a number.
pub(super) fn number(item: &Value, name: &str) -> Result<u64, StoreError> {
    let digits = item[name]["N"].as_str().and_then(|digits| digits.parse().ok());
    digits.ok_or_else(|| broken(item, &format!("no whole number `{name}`")))
}

/// The error for an item that is not as this store writes it.
pub(super) fn broken(item: &Value, why: &str) -> StoreError {
    let key = |name: &str| item[name]["S"].as_str().unwrap_or("?").to_owned();
    StoreError::Broken(format!("`{}` `{}`: {why}", key(ATTR_PK), key(ATTR_SK)))
}

/// The size of an item in bytes, by which DynamoDB limits and bills: names and values in UTF-8; a number one byte for two digits and
/// one more; true and false one byte (developer guide, "DynamoDB item sizes and formats"). Lists and maps are not written here.
pub fn size(item: &Map<String, Value>) -> usize {
    item.iter().map(|(name, value)| name.len() + size_of(value)).sum()
}

fn size_of(value: &Value) -> usize {
    let text = |kind: &str| value[kind].as_str().map(str::len);
    text("S").or_else(|| text("N").map(|digits| digits.div_ceil(2) + 1)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Key {
        Key { pk: "p".to_owned(), sk: "s".to_owned() }
    }

    #[test]
    fn sizes_count_names_bytes_and_half_the_digits() {
        let item = Item::new(&place()).text("ä", "ö").number("ver", 12345).flag("held");
        // pk p, sk s, ä ö, ver 3 + 1, held 1
        assert_eq!(size(&item.0), 3 + 3 + 4 + 7 + 5);
    }

    #[test]
    fn an_item_that_dynamodb_would_refuse_is_told_by_its_key() {
        let fits = "x".repeat(MAX_ITEM - 6 - 4);
        assert!(Item::new(&place()).text("json", &fits).sized().is_ok());
        let error = Item::new(&place()).text("json", &format!("{fits}x")).sized().unwrap_err();
        assert!(error.to_string().contains("`p` `s` has 409601 bytes, an item of DynamoDB at most 409600"), "{error}");
    }

    #[test]
    fn an_item_of_somebody_else_is_an_error_with_its_key() {
        let item = json!({ "pk": {"S": "a"}, "sk": {"S": "b"}, "json": {"S": "{"}, "ver": {"S": "1"} });
        assert!(value_of::<Value>(&item).unwrap_err().to_string().contains("`a` `b`: `json`: "));
        assert!(number(&item, "ver").unwrap_err().to_string().contains("`a` `b`: no whole number `ver`"));
        assert!(text(&item, "state").is_err());
    }
}
