//! The text of an execution's input → its members, read when somebody asks for them.

use std::hash::{Hash, Hasher};
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use pipesynth_contract::trigger::ExecutionInput;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The members of an execution's input; none where it is no JSON object. Only `correlate: key:` looks at them, so they are read at the
/// first look; a copy is cheap.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Map<String, Value>", into = "Map<String, Value>")]
pub struct Input(Arc<Lazy>);

#[derive(Debug, Clone, Default)]
struct Lazy {
    text: Arc<str>,
    members: OnceLock<Map<String, Value>>,
    known: OnceLock<Result<ExecutionInput, String>>,
}

impl Input {
    /// An input as Step Functions has it.
    pub fn of_text(text: impl Into<Arc<str>>) -> Self {
        Self(Arc::new(Lazy { text: text.into(), ..Lazy::default() }))
    }

    /// The same as [`Input::read`], done once for all copies of it.
    pub fn known(&self) -> Result<&ExecutionInput, &str> {
        let known = self.0.known.get_or_init(|| self.read().map_err(|why| why.to_string()));
        known.as_ref().map_err(String::as_str)
    }

    /// The members that pipesynth knows; `Err` says what is wrong with them.
    pub fn read(&self) -> Result<ExecutionInput, serde_json::Error> {
        // Straight from the text, without the map, where it is an object: a list would be read as the members' values in order. Where a
        // member comes twice that is refused, and the last one counts, as everywhere.
        let object = self.0.text.trim_start().starts_with('{');
        let straight = object.then(|| serde_json::from_str(&self.0.text).ok()).flatten();
        straight.map_or_else(|| ExecutionInput::deserialize(&**self), Ok)
    }

    /// Whether there are no members.
    pub(crate) fn is_nothing(&self) -> bool {
        self.is_empty()
    }
}

impl Deref for Input {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Self::Target {
        self.0.members.get_or_init(|| match serde_json::from_str(&self.0.text) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        })
    }
}

impl DerefMut for Input {
    fn deref_mut(&mut self) -> &mut Self::Target {
        let members = (**self).clone();
        self.0 = Arc::new(Lazy { members: members.into(), ..Lazy::default() });
        let lazy = Arc::make_mut(&mut self.0);
        lazy.members.get_or_init(Map::new);
        match lazy.members.get_mut() {
            Some(members) => members,
            None => unreachable!("it was set in the line before"),
        }
    }
}

impl PartialEq for Input {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Input {}

impl Hash for Input {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (**self).hash(state);
    }
}

impl From<Map<String, Value>> for Input {
    fn from(map: Map<String, Value>) -> Self {
        Self(Arc::new(Lazy { members: map.into(), ..Lazy::default() }))
    }
}

impl From<Input> for Map<String, Value> {
    fn from(input: Input) -> Self {
        (*input).clone()
    }
}

impl FromIterator<(String, Value)> for Input {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(members: I) -> Self {
        members.into_iter().collect::<Map<_, _>>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_and_its_members_are_the_same_input() {
        let read = Input::of_text(r#"{"a": 1, "b": {"c": "d"}}"#);
        let mut made: Input = json!({"a": 1, "b": {"c": "d"}}).as_object().unwrap().clone().into();
        assert_eq!(read, made);
        assert_eq!(serde_json::to_value(&read).unwrap(), json!({"a": 1, "b": {"c": "d"}}));
        let copy = made.clone();
        made.insert("x".into(), json!(2));
        assert_eq!((made.len(), copy.len()), (3, 2));
    }

    #[test]
    fn what_is_known_is_read_as_from_the_members() {
        for text in [
            r#"{"runKey": "manual/a#1", "logicalDate": "2026-11-23", "params": {"a": 1}, "trigger": {"type": "RERUN"}}"#,
            r#"{"runKey": "manual/a#1", "runKey": "manual/b#1"}"#,
            r#"{"runKey": 1}"#,
            r#"{"unknown": 1}"#,
            r#"["manual/a#1", "2026-11-23"]"#,
            " {} ",
            "null",
        ] {
            let input = Input::of_text(text);
            let members = ExecutionInput::deserialize(&*input).map_err(|e| e.to_string());
            assert_eq!(input.read().map_err(|e| e.to_string()), members, "{text}");
        }
        assert_eq!(Input::of_text(r#"{"runKey": "a/a", "runKey": "b/b"}"#).read().unwrap().run_key.unwrap(), "b/b");
    }

    #[test]
    fn what_is_no_object_has_no_members() {
        for text in ["", "null", "[1]", "\"a\"", "{"] {
            assert!(Input::of_text(text).is_nothing(), "{text}");
        }
    }
}
