//! Rules between the properties of one object → findings.

use pipesynth_core::{Map, Value};

use crate::finding::{Kind, Path};
use crate::intrinsic::{self, Outcome};
use crate::model::Rule;
use crate::validate::{Checker, listed};

impl Checker {
    /// What stands under a condition counts as there where it is needed, and as not there where it is too much.
    pub(crate) fn rule(&mut self, rule: &Rule, map: &Map, path: &Path<'_>) {
        let none = |names: &[&'static str]| names.iter().all(|name| presence(map, name) == Presence::No);
        let there = |names: &[&'static str]| -> Vec<&'static str> {
            names.iter().copied().filter(|name| presence(map, name) == Presence::Yes).collect()
        };
        let message = match rule {
            Rule::OneOf(names) if none(names) => format!("exactly one of {} is required", listed(names)),
            Rule::OneOf(names) => match there(names).as_slice() {
                [] | [_] => return,
                many => format!("only one of {} is allowed, got {}", listed(names), listed(many)),
            },
            Rule::AnyOf(names) if none(names) => format!("at least one of {} is required", listed(names)),
            Rule::AnyOf(_) => return,
            Rule::Excludes(first, others) => match there(others).as_slice() {
                others @ [_, ..] if presence(map, first) == Presence::Yes => {
                    format!("`{first}` cannot stand together with {}", listed(others))
                }
                _ => return,
            },
            Rule::Requires(first, others) => {
                let missing: Vec<_> = others.iter().copied().filter(|name| none(&[name])).collect();
                if missing.is_empty() || presence(map, first) != Presence::Yes {
                    return;
                }
                format!("`{first}` needs {} beside it", listed(&missing))
            }
        };
        self.add(path, Kind::Conflict, message, None);
    }
}

/// Whether a property is there.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Presence {
    No,
    /// It has no content, or a condition decides.
    Perhaps,
    Yes,
}

pub(crate) fn presence(map: &Map, name: &str) -> Presence {
    map.get(name).map_or(Presence::No, of_value)
}

fn of_value(value: &Value) -> Presence {
    match value {
        Value::List(items) if items.is_empty() => Presence::Perhaps,
        Value::Map(map) if map.is_empty() => Presence::Perhaps,
        Value::Fn(function) => match intrinsic::outcome(function) {
            Outcome::Nothing => Presence::No,
            Outcome::Either(yes, no) if of_value(yes) == of_value(no) => of_value(yes),
            Outcome::Either(..) => Presence::Perhaps,
            _ => Presence::Yes,
        },
        _ => Presence::Yes,
    }
}
