//! A machine's steps → findings where a run that goes on from a step (`resumeFrom`) would not start there.
//!
//! The claim lets in a run from each step that its payload names. In every sequence around that step the run has to start at the part with
//! the step; every other sequence has to start at its first part, or steps would be left out that nobody has run.

use pipesynth_core::Json;

use super::{all_states, followers, inner, kind, list, states};
use crate::codes;
use crate::finding::Findings;

/// Checks a machine.
pub(super) fn check(machine: &str, definition: &Json<'_>, findings: &mut Findings) {
    let Some(start) = definition["StartAt"].as_str() else { return };
    let steps = &definition["States"][start]["Arguments"]["Payload"]["steps"];
    let steps: Vec<&str> = steps.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let mut all = Vec::new();
    all_states(definition, &mut all);
    for step in steps.iter().filter(|step| !all.iter().any(|(name, _)| name == *step)) {
        findings.say(
            codes::GRAPH,
            machine,
            format!("the claim lets a run go on from `{step}`, and no state has that name"),
        );
    }
    for (_, state) in all {
        inner(state).for_each(|branch| sequence(machine, branch, &steps, findings));
    }
}

/// One branch: its parts as they follow each other, each with the steps in it.
fn sequence(machine: &str, branch: &Json<'_>, steps: &[&str], findings: &mut Findings) {
    let Some(start) = branch["StartAt"].as_str() else { return };
    let choice = &branch["States"][start];
    let asks = kind(choice) == "Choice";
    let first = if asks { choice["Default"].as_str() } else { Some(start) };
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut next = first;
    while let Some(name) = next {
        if parts.iter().any(|(part, _)| *part == name) || parts.len() > states(branch).count() {
            break;
        }
        let state = &branch["States"][name];
        parts.push((name, within(name, state, steps)));
        next = followers(state).next();
    }
    for (at, (part, inside)) in parts.iter().enumerate() {
        for step in inside {
            let led = list(choice, "Choices").find(|entry| asks && names(entry, step));
            let led = led.map_or(first, |entry| entry["Next"].as_str());
            if led != Some(*part) {
                let led = led.unwrap_or("nothing");
                let message = match at {
                    0 => format!("a run from step `{step}` on would start at `{led}`, and leave `{part}` out"),
                    _ => format!("a run from step `{step}` on would start at `{led}`, and not at `{part}`"),
                };
                findings.say(codes::GRAPH, machine, message);
            }
        }
    }
}

/// The steps in a state of a sequence.
fn within<'a>(name: &str, state: &Json<'_>, steps: &[&'a str]) -> Vec<&'a str> {
    let mut all = Vec::new();
    inner(state).for_each(|branch| all_states(branch, &mut all));
    let here = |step: &&&str| **step == name || all.iter().any(|(state, _)| state == *step);
    steps.iter().filter(here).copied().collect()
}

/// Whether a choice is for a step: `{% $resumeFrom = 'a' %}`, `{% $resumeFrom in ['a', 'b'] %}`.
fn names(choice: &Json<'_>, step: &str) -> bool {
    let condition = choice["Condition"].as_str().unwrap_or("");
    let asked = condition.strip_prefix("{% $resumeFrom ").and_then(|rest| rest.strip_suffix(" %}"));
    asked.is_some_and(|asked| {
        let list = asked.strip_prefix("= ").or_else(|| asked.strip_prefix("in [")?.strip_suffix(']'));
        list.is_some_and(|list| list.split(", ").any(|name| name.trim_matches('\'') == step))
    })
}
