//! Conditions → an error for each that can never hold, by the decision engine's own judgement.

use pipesynth_diag::{Diagnostic, Sink};
use pipesynth_engine::impossible;

use super::{Planned, codes};

/// Reports every part of a condition that can never hold, at the condition.
pub(super) fn check(pipelines: &[Planned], sink: &mut Sink) {
    for executions in pipelines.iter().filter_map(|planned| planned.plan.trigger.executions.as_ref()) {
        for why in impossible(&executions.condition) {
            let found = Diagnostic::error(codes::IMPOSSIBLE, executions.place, why)
                .why("the pipeline would wait for what never comes")
                .help("change this part of the condition, or take it away");
            sink.push(found);
        }
    }
}
