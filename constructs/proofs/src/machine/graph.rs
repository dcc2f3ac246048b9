//! A machine's states → findings: targets that are not there, states that nothing leads to, states without a way to an end.

use std::collections::{BTreeMap, BTreeSet};

use pipesynth_core::Json;

use super::{followers, inner, kind, list, states, takes_all};
use crate::codes;
use crate::finding::Findings;

/// What a state of a type is allowed to have beside its own fields, after the Amazon States Language.
const CATCHES: [&str; 3] = ["Task", "Parallel", "Map"];
const TYPES: [&str; 8] = ["Task", "Parallel", "Map", "Pass", "Wait", "Choice", "Succeed", "Fail"];

/// Checks a machine and all branches within it.
pub(super) fn check(machine: &str, definition: &Json<'_>, findings: &mut Findings) {
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    scope(definition, &mut names, &mut faults);
    if definition["TimeoutSeconds"].as_u64().is_none() {
        faults.push("the machine has no `TimeoutSeconds`: a run that hangs would hang for a year".to_owned());
    }
    for fault in faults {
        findings.say(codes::GRAPH, machine, fault);
    }
}

fn scope<'a>(scope_of: &'a Json<'a>, names: &mut BTreeSet<&'a str>, faults: &mut Vec<String>) {
    let all: BTreeMap<&str, &Json<'_>> = states(scope_of).collect();
    let Some(start) = scope_of["StartAt"].as_str() else {
        faults.push("there is no `StartAt`".to_owned());
        return;
    };
    target(&all, "StartAt", start, faults);
    for (name, state) in &all {
        if !names.insert(name) {
            faults.push(format!("two states are named `{name}`"));
        }
        one(&all, name, state, faults);
        inner(state).for_each(|branch| scope(branch, names, faults));
    }
    let reached = reached(&all, [start]);
    for name in all.keys().filter(|name| !reached.contains(*name)) {
        faults.push(format!("nothing leads to state `{name}`"));
    }
    let ending = ending(&all);
    for name in all.keys().filter(|name| !ending.contains(*name)) {
        faults.push(format!("no way leads from state `{name}` to an end"));
    }
}

fn one(all: &BTreeMap<&str, &Json<'_>>, name: &str, state: &Json<'_>, faults: &mut Vec<String>) {
    let kind = kind(state);
    if !TYPES.contains(&kind) {
        faults.push(format!("state `{name}` has the unknown type `{kind}`"));
        return;
    }
    for next in exits(state) {
        target(all, &format!("state `{name}`"), next, faults);
    }
    let goes_on = state["Next"].is_string();
    let ends = state["End"] == true;
    match kind {
        "Choice" => {
            if list(state, "Choices").next().is_none() {
                faults.push(format!("state `{name}` has no choices"));
            }
            if list(state, "Choices").any(|choice| !choice["Next"].is_string()) {
                faults.push(format!("a choice of state `{name}` has no `Next`"));
            }
            if !state["Default"].is_string() {
                faults.push(format!("state `{name}` has no `Default`: a run that no choice fits would fail there"));
            }
        }
        "Succeed" | "Fail" => {}
        _ if goes_on == ends => faults.push(format!("state `{name}` needs either `Next` or `End`")),
        _ => {}
    }
    if kind == "Task" && state["TimeoutSeconds"].is_null() {
        faults.push(format!("state `{name}` has no `TimeoutSeconds`: a call that hangs would hang with the machine"));
    }
    if CATCHES.contains(&kind) {
        handlers(name, state, faults);
    }
}

fn handlers(name: &str, state: &Json<'_>, faults: &mut Vec<String>) {
    for key in ["Catch", "Retry"] {
        let entries: Vec<&Json<'_>> = list(state, key).collect();
        for (at, entry) in entries.iter().enumerate() {
            let count = entry["ErrorEquals"].as_array().map_or(0, Vec::len);
            if count == 0 {
                faults.push(format!("`{key}` of state `{name}` names no error"));
            }
            if takes_all(entry) && (count > 1 || at + 1 < entries.len()) {
                faults.push(format!("`States.ALL` must stand alone and last in `{key}` of state `{name}`"));
            }
            if key == "Catch" && !entry["Next"].is_string() {
                faults.push(format!("a `Catch` of state `{name}` has no `Next`"));
            }
        }
    }
}

fn target(all: &BTreeMap<&str, &Json<'_>>, from: &str, next: &str, faults: &mut Vec<String>) {
    if !all.contains_key(next) {
        faults.push(format!("{from} leads to `{next}`, which is not among the states beside it"));
    }
}

/// Everywhere a state may lead, errors included.
fn exits<'a>(state: &'a Json<'a>) -> impl Iterator<Item = &'a str> {
    followers(state).chain(list(state, "Catch").filter_map(|entry| entry["Next"].as_str()))
}

fn reached<'a>(all: &BTreeMap<&'a str, &'a Json<'a>>, from: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = from.into_iter().collect();
    while let Some(name) = open.pop() {
        if let Some(state) = all.get(name)
            && seen.insert(name)
        {
            open.extend(exits(state));
        }
    }
    seen
}

/// The states from which an end can be reached.
fn ending<'a>(all: &BTreeMap<&'a str, &'a Json<'a>>) -> BTreeSet<&'a str> {
    let ends = |state: &Json<'_>| matches!(kind(state), "Succeed" | "Fail") || state["End"] == true;
    let mut good: BTreeSet<&str> = all.iter().filter(|(_, state)| ends(state)).map(|(name, _)| *name).collect();
    loop {
        let more: Vec<&str> = all
            .iter()
            .filter(|(name, state)| !good.contains(*name) && exits(state).any(|next| good.contains(next)))
            .map(|(name, _)| *name)
            .collect();
        if more.is_empty() {
            return good;
        }
        good.extend(more);
    }
}
