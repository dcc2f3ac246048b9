//! A key and a value → the tag object that most resources share.

use pipesynth_core::typed::Arg;
use pipesynth_core::{Map, Text, Value};

/// `{ "Key": …, "Value": … }`. A pair of key and value is accepted wherever a tag is: `.tags([("team", "search")])`.
#[must_use]
pub struct Tag(Map);

impl Tag {
    /// A tag with a literal key and a value that may be an intrinsic function.
    pub fn new(key: impl Into<Text>, value: impl Arg<str>) -> Self {
        Self(Map::new().with("Key", key.into()).with("Value", value.value()))
    }
}

impl Arg<Self> for Tag {
    fn value(self) -> Value {
        Value::Map(self.0)
    }
}

impl<K: Into<Text>, V: Arg<str>> Arg<Tag> for (K, V) {
    fn value(self) -> Value {
        Tag::new(self.0, self.1).value()
    }
}
