//! A machine's expressions → findings where a variable is not set on every way to a state that uses it.

use std::collections::BTreeMap;
use std::rc::Rc;

use pipesynth_core::Json;

use super::expression::uses;
use super::{assigned, inner, list, states};
use crate::codes;
use crate::finding::Findings;

/// Sorted names. Most states set nothing, and share what was set before them.
type Set<'a> = Rc<[&'a str]>;

/// Checks a machine.
pub(super) fn check(machine: &str, definition: &Json<'_>, findings: &mut Findings) {
    scope(machine, definition, &Set::from([]), findings);
}

fn scope<'a>(machine: &str, scope_of: &'a Json<'a>, outside: &Set<'a>, findings: &mut Findings) {
    let known = known(scope_of, outside);
    for (name, state) in states(scope_of) {
        let Some(known) = known.get(name) else { continue };
        of_state(state, &mut |text| {
            let uses = uses(text);
            for variable in uses.variables.iter().filter(|v| known.binary_search(v).is_err()) {
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
fn known<'a>(scope_of: &'a Json<'a>, outside: &Set<'a>) -> BTreeMap<&'a str, Set<'a>> {
    let mut known: BTreeMap<&str, Set<'a>> = BTreeMap::new();
    let mut open = Vec::new();
    if let Some(start) = scope_of["StartAt"].as_str() {
        known.insert(start, outside.clone());
        open.push(start);
    }
    while let Some(name) = open.pop() {
        let state = &scope_of["States"][name];
        let Some(before) = known.get(name).cloned() else { continue };
        let good = [&state["Default"], &state["Next"]].into_iter().filter_map(|next| Some((next.as_str()?, state)));
        let bad = list(state, "Catch").filter_map(|catch| Some((catch["Next"].as_str()?, catch)));
        let choices = list(state, "Choices").filter_map(|choice| Some((choice["Next"].as_str()?, choice)));
        for (next, holder) in good.chain(bad).chain(choices) {
            let after = with(&before, holder);
            let merged: Set<'_> = match known.get(next) {
                None => after,
                Some(old) if old.iter().all(|name| after.binary_search(name).is_ok()) => continue,
                Some(old) => old.iter().copied().filter(|name| after.binary_search(name).is_ok()).collect(),
            };
            known.insert(next, merged);
            open.push(next);
        }
    }
    known
}

/// A set with what an `Assign` sets.
fn with<'a>(before: &Set<'a>, holder: &'a Json<'a>) -> Set<'a> {
    let mut names: Vec<&str> = assigned(holder).filter(|name| before.binary_search(name).is_err()).collect();
    if names.is_empty() {
        return Rc::clone(before);
    }
    names.extend(before.iter());
    names.sort_unstable();
    names.dedup();
    names.into()
}

/// Every JSONata expression of a state, without the states within it.
fn of_state(state: &Json<'_>, seen: &mut dyn FnMut(&str)) {
    for (key, value) in state.as_object().into_iter().flatten() {
        if !matches!(key, "Branches" | "ItemProcessor" | "Iterator") {
            expressions(value, seen);
        }
    }
}

fn expressions(value: &Json<'_>, seen: &mut dyn FnMut(&str)) {
    match value {
        Json::String(text) => {
            if let Some(inner) = text.strip_prefix("{%").and_then(|t| t.strip_suffix("%}")) {
                seen(inner);
            }
        }
        Json::Array(items) => items.iter().for_each(|item| expressions(item, seen)),
        Json::Object(map) => map.values().for_each(|item| expressions(item, seen)),
        _ => {}
    }
}
