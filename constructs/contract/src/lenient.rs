//! Scalars that CloudFormation has turned into strings → their own type again.
//!
//! CloudFormation hands the properties of a custom resource on with every number and boolean as a string
//! (`true` arrives as `"true"`), at every depth.

use serde::{Deserialize, Deserializer, de::Error};

#[derive(Deserialize)]
#[serde(untagged)]
enum BoolOrText {
    Bool(bool),
    Text(String),
}

/// Reads `true`, `false`, `"true"` or `"false"`.
pub(crate) fn bool_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match BoolOrText::deserialize(deserializer) {
        Ok(BoolOrText::Bool(value)) => Ok(value),
        Ok(BoolOrText::Text(text)) if text == "true" => Ok(true),
        Ok(BoolOrText::Text(text)) if text == "false" => Ok(false),
        Ok(BoolOrText::Text(text)) => Err(D::Error::custom(format!("expected `true` or `false`, got `{text}`"))),
        Err(_) => Err(D::Error::custom("expected `true` or `false`")),
    }
}

/// Implements serde for a type with `Display` and `FromStr`: on the wire it is its text.
macro_rules! serde_as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use serde_as_text;
