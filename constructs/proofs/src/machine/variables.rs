//! A machine's expressions → findings where a variable is not set on every way to a state that uses it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::expression::uses;
use super::{assigned, inner, list, states};
use crate::codes;
use crate::finding::Findings;

type Set<'a> = BTreeSet<&'a str>;

/// Checks a machine.
pub(super) fn check(machine: &str, definition: &Value, findings: &mut Findings) {
    scope(machine, definition, &Set::new(), findings);
}

fn scope<'a>(machine: &str, scope_of: &'a Value, outside: &Set<'a>, findings: &mut Findings) {
    let known = known(scope_of, outside);
    for (name, state) in states(scope_of) {
        let Some(known) = known.get(name) else { continue };
        expressions(state, &mut |text| {
            let uses = uses(text);
            for variable in uses.variables.iter().filter(|v| !known.contains(v.as_str())) {
                let message = format!("state `{name}` uses `${variable}`, which is not set on every way to it");
                findings.say(codes::VARIABLE, machine, message);
            }
            for function in &uses.unknown {
                let message =
                    format!("state `{name}` calls `${function}`, which neither JSONata nor Step Functions has");
                findings.say(codes::VARIABLE, machine, message);
            }
        });
        inner(state).for_each(|branch| scope(machine, branch, known, findings));
    }
}

/// What is set on every way into each state: the largest sets that agree with all edges.
fn known<'a>(scope_of: &'a Value, outside: &Set<'a>) -> BTreeMap<&'a str, Set<'a>> {
    let mut known: BTreeMap<&str, Set<'a>> = BTreeMap::new();
    let mut open = Vec::new();
    if let Some(start) = scope_of["StartAt"].as_str() {
        known.insert(start, outside.clone());
        open.push(start);
    }
    while let Some(name) = open.pop() {
        let state = &scope_of["States"][name];
        let before = known.get(name).cloned().unwrap_or_default();
        let good = [&state["Default"], &state["Next"]].into_iter().filter_map(|next| Some((next.as_str()?, state)));
        let bad = list(state, "Catch").filter_map(|catch| Some((catch["Next"].as_str()?, catch)));
        let choices = list(state, "Choices").filter_map(|choice| Some((choice["Next"].as_str()?, choice)));
        for (next, holder) in good.chain(bad).chain(choices) {
            let after: Set<'a> = before.iter().copied().chain(assigned(holder)).collect();
            let merged = match known.get(next) {
                None => after,
                Some(old) => old.intersection(&after).copied().collect(),
            };
            if known.get(next) != Some(&merged) {
                known.insert(next, merged);
                open.push(next);
            }
        }
    }
    known
}

/// Every JSONata expression of a state, without the states within it.
fn expressions(value: &Value, seen: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => {
            if let Some(inner) = text.strip_prefix("{%").and_then(|t| t.strip_suffix("%}")) {
                seen(inner);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| expressions(item, seen)),
        Value::Object(map) => {
            let within = ["Branches", "ItemProcessor", "Iterator"];
            map.iter().filter(|(key, _)| !within.contains(&key.as_str())).for_each(|(_, v)| expressions(v, seen));
        }
        _ => {}
    }
}
