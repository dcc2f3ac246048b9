//! Conditions → an error for each that can never hold, by the decision engine's own judgement.

use pipesynth_contract::expression::Leaf;
use pipesynth_diag::{Diagnostic, Place, Sink};
use pipesynth_engine::{Part, impossible};
use pipesynth_pipeline::triggers::executions::ExecutionsPlan;

use super::{Planned, codes};

/// Reports every part of a condition that can never hold, at that part.
pub(super) fn check(pipelines: &[Planned], sink: &mut Sink) {
    for plan in pipelines.iter().map(|planned| &planned.plan) {
        let Some(executions) = &plan.trigger.executions else { continue };
        for impossible in impossible(&plan.trigger.contract(), &plan.timezone) {
            let (why, help) = match impossible.at {
                Part::Deadline => (
                    "the deadline would say nothing about the runs",
                    "write a deadline that can be met, or take `deadline` and `onMiss` away",
                ),
                _ => (
                    "the pipeline would wait for what never comes",
                    "change this part of the condition, or take it away",
                ),
            };
            let place = place(executions, &impossible.at);
            sink.push(Diagnostic::error(codes::IMPOSSIBLE, place, impossible.why).why(why).help(help));
        }
    }
}

fn place(executions: &ExecutionsPlan, part: &Part) -> Place {
    let written = |leaf: &Leaf| executions.parents.iter().find(|parent| parent.leaf == *leaf);
    let known = match part {
        Part::Condition => None,
        Part::Leaf(leaf) => written(leaf).map(|parent| parent.name.place),
        Part::Offset(leaf) => written(leaf).map(|parent| parent.offset.unwrap_or(parent.name.place)),
        Part::Deadline => executions.options.deadline,
    };
    known.unwrap_or(executions.place)
}
