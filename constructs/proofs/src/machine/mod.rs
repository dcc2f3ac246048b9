//! A machine's definition → findings about its graph, its clusters, its variables and its integrations.

mod compute;
mod expression;
mod graph;
mod integration;
mod variables;

pub(crate) use integration::Integration;

use serde_json::{Map, Value};

use crate::document::Document;
use crate::finding::Findings;

/// Proves every machine of a template.
pub(crate) fn check(document: &Document<'_>, findings: &mut Findings) {
    for machine in document.of("AWS::StepFunctions::StateMachine") {
        let definition = machine.get("Definition");
        if definition.is_null() {
            continue;
        }
        graph::check(machine.id, definition, findings);
        integration::check(document, machine.id, definition, findings);
        compute::check(document, machine.id, definition, findings);
        variables::check(machine.id, definition, findings);
    }
}

/// The states of a machine or a branch.
pub(crate) fn states(scope: &Value) -> impl Iterator<Item = (&str, &Value)> {
    scope["States"].as_object().into_iter().flatten().map(|(name, state)| (name.as_str(), state))
}

/// The machines within a state: a Parallel's branches, a Map's processor.
pub(crate) fn inner(state: &Value) -> impl Iterator<Item = &Value> {
    let branches = state["Branches"].as_array().into_iter().flatten();
    branches.chain([&state["ItemProcessor"], &state["Iterator"]].into_iter().filter(|v| v.is_object()))
}

/// Every state of a machine, with those in branches.
pub(crate) fn all_states<'a>(scope: &'a Value, found: &mut Vec<(&'a str, &'a Value)>) {
    for (name, state) in states(scope) {
        found.push((name, state));
        inner(state).for_each(|branch| all_states(branch, found));
    }
}

/// The entries of a list of a state, such as `Catch`.
fn list<'a>(state: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    state[key].as_array().into_iter().flatten()
}

/// True where an entry of `Catch` or `Retry` takes every error that can be caught.
fn takes_all(entry: &Value) -> bool {
    entry["ErrorEquals"].as_array().is_some_and(|names| names.iter().any(|name| name == "States.ALL"))
}

/// Where a state leads when nothing fails: its `Next`, a Choice's branches and default.
fn followers(state: &Value) -> impl Iterator<Item = &str> {
    let choices = list(state, "Choices").map(|choice| &choice["Next"]);
    choices.chain([&state["Default"], &state["Next"]]).filter_map(Value::as_str)
}

/// The type of a state.
fn kind(state: &Value) -> &str {
    state["Type"].as_str().unwrap_or("")
}

/// The variables that an `Assign` sets.
fn assigned(holder: &Value) -> impl Iterator<Item = &str> {
    holder["Assign"].as_object().into_iter().flat_map(Map::keys).map(String::as_str)
}
