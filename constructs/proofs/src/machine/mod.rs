//! A machine's definition → findings about its graph, its clusters, its variables, its integrations and its starts from a step.

mod compute;
mod expression;
mod graph;
mod integration;
mod resume;
mod variables;

pub(crate) use integration::Integration;

use pipesynth_core::{Json, Object};

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
        resume::check(machine.id, definition, findings);
    }
}

/// The states of a machine or a branch.
pub(crate) fn states<'a>(scope: &'a Json<'a>) -> impl Iterator<Item = (&'a str, &'a Json<'a>)> {
    scope["States"].as_object().into_iter().flatten()
}

/// The machines within a state: a Parallel's branches, a Map's processor.
pub(crate) fn inner<'a>(state: &'a Json<'a>) -> impl Iterator<Item = &'a Json<'a>> {
    let branches = state["Branches"].as_array().into_iter().flatten();
    branches.chain([&state["ItemProcessor"], &state["Iterator"]].into_iter().filter(|v| v.is_object()))
}

/// Every state of a machine, with those in branches.
pub(crate) fn all_states<'a>(scope: &'a Json<'a>, found: &mut Vec<(&'a str, &'a Json<'a>)>) {
    for (name, state) in states(scope) {
        found.push((name, state));
        inner(state).for_each(|branch| all_states(branch, found));
    }
}

/// The entries of a list of a state, such as `Catch`.
fn list<'a>(state: &'a Json<'a>, key: &str) -> impl Iterator<Item = &'a Json<'a>> {
    state[key].as_array().into_iter().flatten()
}

/// True where an entry of `Catch` or `Retry` takes every error that can be caught.
fn takes_all(entry: &Json<'_>) -> bool {
    entry["ErrorEquals"].as_array().is_some_and(|names| names.iter().any(|name| name == "States.ALL"))
}

/// Where a state leads when nothing fails: its `Next`, a Choice's branches and default.
fn followers<'a>(state: &'a Json<'a>) -> impl Iterator<Item = &'a str> {
    let choices = list(state, "Choices").map(|choice| &choice["Next"]);
    choices.chain([&state["Default"], &state["Next"]]).filter_map(Json::as_str)
}

/// The type of a state.
fn kind<'a>(state: &'a Json<'_>) -> &'a str {
    state["Type"].as_str().unwrap_or("")
}

/// The variables that an `Assign` sets.
fn assigned<'a>(holder: &'a Json<'a>) -> impl Iterator<Item = &'a str> {
    holder["Assign"].as_object().into_iter().flat_map(Object::keys)
}
