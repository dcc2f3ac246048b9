//! A place in a pattern and what is wrong there → a fault, kept with all others of the pattern.

use std::fmt;

use serde_json::Value;

/// What AWS would refuse about a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: a JSON pointer (RFC 6901) into the pattern, such as `/detail/state/0/prefix`; empty for the whole pattern.
    pub path: String,
    /// What was got and what is allowed, in lower case, without a full stop.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { path, message } = self;
        if path.is_empty() { f.write_str(message) } else { write!(f, "`{path}`: {message}") }
    }
}

/// The faults found so far, and the place that is being looked at.
#[derive(Default)]
pub(crate) struct Faults {
    path: Vec<String>,
    found: Vec<Fault>,
}

impl Faults {
    /// Looks one step deeper: below a key, or at an index.
    pub(crate) fn below<T>(&mut self, step: impl ToString, look: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.to_string());
        let seen = look(self);
        self.path.pop();
        seen
    }

    /// Keeps a fault of the place that is being looked at.
    pub(crate) fn say(&mut self, message: impl Into<String>) {
        let path = self.path.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect();
        self.found.push(Fault { path, message: message.into() });
    }

    /// Keeps a fault for which there is nothing to give.
    pub(crate) fn refuse<T>(&mut self, message: impl Into<String>) -> Option<T> {
        self.say(message);
        None
    }

    /// How many steps below the pattern's top.
    pub(crate) fn depth(&self) -> usize {
        self.path.len()
    }

    pub(crate) fn into_found(self) -> Vec<Fault> {
        self.found
    }
}

/// What a value is, for a message: its kind, and itself when it is short.
pub(crate) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "`null`".to_owned(),
        Value::Bool(flag) => format!("`{flag}`"),
        Value::Number(number) => format!("the number `{number}`"),
        Value::String(text) if text.len() <= 40 => format!("the string `{text}`"),
        Value::String(_) => "a string".to_owned(),
        Value::Array(items) if items.is_empty() => "an empty list".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(fields) if fields.is_empty() => "an empty object".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
