//! A template → its state machine, walked: every way leads somewhere, and to every state some way leads.

use std::collections::BTreeSet;

use serde_json::Value;

/// The machine of a pipeline's template.
pub fn of(template: &Value) -> &Value {
    &template["Resources"]["Machine"]["Properties"]["Definition"]
}

/// What is wrong with a machine, in words.
pub fn faults(machine: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    level(machine, "", &mut faults);
    faults
}

/// One level of states: the machine's own, or a branch's.
fn level(machine: &Value, at: &str, faults: &mut Vec<String>) {
    let (Some(start), Some(states)) = (machine["StartAt"].as_str(), machine["States"].as_object()) else {
        return faults.push(format!("{at}: no StartAt or no States"));
    };
    let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
    while let Some(name) = open.pop() {
        if !seen.insert(name) {
            continue;
        }
        let Some(state) = states.get(name) else {
            faults.push(format!("{at}: a way leads to `{name}`, which is not there"));
            continue;
        };
        let next = targets(state);
        let ends = state["End"] == true || matches!(state["Type"].as_str(), Some("Succeed" | "Fail" | "Choice"));
        if state["Next"].is_null() && !ends {
            faults.push(format!("{at}: `{name}` neither ends nor goes on"));
        }
        if name.chars().count() > 80 {
            faults.push(format!("{at}: the name `{name}` is longer than 80 characters"));
        }
        open.extend(next);
        for (n, branch) in state["Branches"].as_array().into_iter().flatten().enumerate() {
            level(branch, &format!("{at}/{name}[{n}]"), faults);
        }
        if state["ItemProcessor"].is_object() {
            level(&state["ItemProcessor"], &format!("{at}/{name}"), faults);
        }
    }
    faults.extend(states.keys().filter(|name| !seen.contains(name.as_str())).map(|n| format!("{at}: no way to `{n}`")));
}

fn targets(state: &Value) -> Vec<&str> {
    let lists = [&state["Catch"], &state["Choices"]];
    let listed = lists.into_iter().flat_map(|list| list.as_array().into_iter().flatten()).map(|entry| &entry["Next"]);
    listed.chain([&state["Next"], &state["Default"]]).filter_map(Value::as_str).collect()
}
