//! A template's JSON → values with the intrinsic functions recognised, so that templates from outside can be checked too.

use std::fmt;

use pipesynth_core::{Intrinsic, Map, Pseudo, Value, parameter, pseudo};
use serde_json::Value as Json;

/// CloudFormation refuses `null` anywhere in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Null {
    /// Where it stands.
    pub path: String,
}

impl fmt::Display for Null {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `null` is not allowed in a template", self.path)
    }
}

impl std::error::Error for Null {}

/// The value of template JSON. An object with one key `Ref`, `Condition` or `Fn::…` is a function. `Ref` names a parameter or a pseudo
/// parameter, for a resource of another template has no [`pipesynth_core::ResourceId`]; `Fn::If` has its branches; the others keep their
/// arguments as they are.
///
/// # Errors
///
/// The first `null`.
pub fn from_json(json: &Json) -> Result<Value, Null> {
    read(json).map_err(|mut path| {
        path.reverse();
        Null { path: path.join(".") }
    })
}

/// The path of a failure is collected on the way up, innermost first.
fn read(json: &Json) -> Result<Value, Vec<String>> {
    Ok(match json {
        Json::Null => return Err(Vec::new()),
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().unwrap_or(f64::MAX)),
        },
        Json::String(text) => text.into(),
        Json::Array(items) => {
            let read_item = |(at, item): (usize, &Json)| read(item).map_err(|path| within(path, at.to_string()));
            Value::List(items.iter().enumerate().map(read_item).collect::<Result<_, _>>()?)
        }
        Json::Object(object) => {
            let mut map = Map::new();
            for (key, value) in object {
                map.set(key.clone(), read(value).map_err(|path| within(path, key.clone()))?);
            }
            function(&map).map_or(Value::Map(map), Value::from)
        }
    })
}

fn within(mut path: Vec<String>, step: String) -> Vec<String> {
    path.push(step);
    path
}

/// The function that an object of one key is.
fn function(map: &Map) -> Option<Intrinsic> {
    let mut entries = map.iter();
    let (Some((key, argument)), None) = (entries.next(), entries.next()) else { return None };
    Some(match (key, argument) {
        ("Ref", Value::Str(name)) => reference(name),
        ("Condition", Value::Str(name)) => Intrinsic::Condition(name.clone()),
        ("Fn::If", Value::List(parts)) if let [Value::Str(name), yes, no] = parts.as_slice() => {
            Intrinsic::If(name.clone(), yes.clone(), no.clone())
        }
        _ if key.starts_with("Fn::") => Intrinsic::Other(key.to_owned().into(), argument.clone()),
        _ => return None,
    })
}

fn reference(name: &str) -> Intrinsic {
    const ALL: [Pseudo; 7] = [
        Pseudo::AccountId,
        Pseudo::Region,
        Pseudo::Partition,
        Pseudo::StackName,
        Pseudo::StackId,
        Pseudo::UrlSuffix,
        Pseudo::NoValue,
    ];
    match ALL.into_iter().find(|known| known.name() == name) {
        Some(known) => pseudo(known),
        None => parameter(name.to_owned()),
    }
}
