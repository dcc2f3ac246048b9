//! A gate → its item, without what it says twice, and back.

use pipesynth_contract::names::{ATTR_AT, ATTR_HELD, ATTR_TODO, ATTR_TTL, ATTR_VERSION, TODO_GATE};
use pipesynth_contract::{PipelineId, keys};
use pipesynth_engine::store::StoreError;
use pipesynth_engine::{Gate, LeafState, Mark};
use serde_json::Value;

use super::item::{Item, value_of};
use crate::expiry;

/// There, and true, where the gate stands in its item as it is.
const ATTR_WHOLE: &str = "whole";

/// A gate's item. It is in the index while time alone can change it, and tells whether it holds something.
///
/// A leaf that has fired has its newest used occurrence twice, as what it fired with and as its watermark, each with a long ARN. Leaving
/// out the second keeps a gate of two parents below 1 KB, which is one write unit and not two.
pub(super) fn item(child: &PipelineId, gate: &Gate) -> Result<Value, StoreError> {
    let mut item = Item::new(&keys::gate(child, &gate.key)).number(ATTR_VERSION, gate.ver);
    if let Some(due) = gate.due {
        item = item.text(ATTR_TODO, TODO_GATE).text(ATTR_AT, &keys::time(due));
    }
    if gate.holds() {
        item = item.flag(ATTR_HELD);
    }
    if let Some(expiry) = expiry::of_gate(gate) {
        item = item.number(ATTR_TTL, expiry);
    }
    // A gate that fired and has no watermark is none that the engine makes; it must come back as it went all the same.
    if gate.leaves.iter().any(|leaf| leaf.fired.is_some() && leaf.wm.is_none()) {
        return item.flag(ATTR_WHOLE).value(gate)?.sized();
    }
    let mut short = gate.clone();
    for leaf in &mut short.leaves {
        if leaf.wm == last_used(leaf) {
            leaf.wm = None;
        }
    }
    item.value(&short)?.sized()
}

/// Reads a gate.
pub(super) fn read(item: &Value) -> Result<Gate, StoreError> {
    let mut gate: Gate = value_of(item)?;
    if item[ATTR_WHOLE]["BOOL"] != true {
        for leaf in &mut gate.leaves {
            leaf.wm = leaf.wm.take().or_else(|| last_used(leaf));
        }
    }
    Ok(gate)
}

fn last_used(leaf: &LeafState) -> Option<Mark> {
    let token = leaf.fired.as_ref()?;
    Some(Mark { at: token.at, execution: token.execution.clone(), status: token.status })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn gate(leaf: Value) -> Gate {
        let mut state = json!({ "leaf": {"parent": "111111111111/a", "status": ["SUCCEEDED"]} });
        state.as_object_mut().unwrap().extend(leaf.as_object().unwrap().clone());
        serde_json::from_value(json!({ "key": "all", "rev": "r", "ver": 3, "generation": 1, "leaves": [state] }))
            .unwrap()
    }

    fn token(execution: &str) -> Value {
        json!({ "at": 7, "execution": execution, "status": "SUCCEEDED", "runKey": "manual/a#1", "date": "2026-11-23" })
    }

    fn mark(execution: &str) -> Value {
        json!({ "at": 7, "execution": execution, "status": "SUCCEEDED" })
    }

    #[test]
    fn every_gate_comes_back_as_it_went() {
        let id: PipelineId = "111111111111/x".parse().unwrap();
        for leaf in [
            json!({}),
            json!({ "cur": token("arn:b") }),
            json!({ "wm": mark("arn:a") }),
            json!({ "wm": mark("arn:a"), "fired": token("arn:a") }),
            json!({ "wm": mark("arn:b"), "fired": token("arn:a"), "cur": token("arn:c") }),
            json!({ "fired": token("arn:a") }),
        ] {
            let gate = gate(leaf);
            assert_eq!(read(&item(&id, &gate).unwrap()), Ok(gate));
        }
    }

    #[test]
    fn what_it_fired_with_is_written_once() {
        let id: PipelineId = "111111111111/x".parse().unwrap();
        let fired = gate(json!({ "wm": mark("arn:only"), "fired": token("arn:only") }));
        assert_eq!(item(&id, &fired).unwrap()["json"]["S"].as_str().unwrap().matches("arn:only").count(), 1);
    }
}
