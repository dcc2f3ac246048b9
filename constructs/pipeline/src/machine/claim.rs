//! The first states: ask `pipesynth-claim` for the run's date and key; a run whose key is taken ends as skipped.

use pipesynth_contract::{claim, names};
use pipesynth_core::{Map, Value};

use super::{integration, retry, state};
use crate::construct::Fixed;
use crate::plan::PipelinePlan;

pub(super) fn add(states: &mut Map, plan: &PipelinePlan) {
    let execution = Map::new()
        .with("id", "{% $states.context.Execution.Id %}")
        .with("name", "{% $states.context.Execution.Name %}")
        .with("startTime", "{% $states.context.Execution.StartTime %}");
    let mut payload = Map::new()
        .with("input", "{% $states.input %}")
        .with("execution", execution)
        .with("pipeline", plan.name.clone())
        .with("timezone", plan.timezone.clone());
    if !plan.params.is_empty() {
        payload.set("params", Value::map(plan.params.iter().map(|(k, v)| (k.clone(), v.clone()))));
    }
    let answer = |key: &str| format!("{{% $states.result.Payload.{key} %}}");
    let mut assign = Map::new()
        .with("claimed", answer("claimed"))
        .with("runKey", answer("runKey"))
        .with("logicalDate", answer("logicalDate"));
    if !plan.params.is_empty() {
        assign.set("params", answer("params"));
    }
    assign.set("clusterName", format!("{{% 'pipesynth/{}/' & $states.context.Execution.Name %}}", plan.name));
    assign.set("clusterId", "none");
    assign.set("marker", "none");
    assign.set("failure", Map::new().with("Error", "none").with("Cause", "none"));
    let mut errors = vec![claim::ERROR_UNAVAILABLE];
    errors.extend(claim::RETRIABLE_SERVICE_ERRORS);
    states.set(
        state::CLAIM,
        Map::new()
            .with("Type", "Task")
            .with("Resource", integration("lambda:invoke"))
            .with(
                "Arguments",
                Map::new().with("FunctionName", Fixed::function(names::FN_CLAIM)).with("Payload", payload),
            )
            .with("TimeoutSeconds", 120)
            .with("Retry", Value::list([retry(errors, 2, 6)]))
            .with("Assign", assign)
            .with("Next", state::CLAIMED),
    );
    let choice = Map::new().with("Condition", "{% $claimed %}").with("Next", state::CREATE);
    states.set(
        state::CLAIMED,
        Map::new().with("Type", "Choice").with("Choices", Value::list([choice])).with("Default", state::SKIPPED),
    );
    states
        .set(state::SKIPPED, Map::new().with("Type", "Succeed").with("Output", Map::new().with(claim::SKIPPED, true)));
}
