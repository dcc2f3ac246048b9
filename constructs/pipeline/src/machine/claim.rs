//! The first states: ask `pipesynth-claim` for the run's date, key and turn. A run whose key is taken, or that `concurrency` gives up, ends as
//! skipped; one that waits for its turn asks again and again.

use pipesynth_contract::claim::{self, Turn};
use pipesynth_contract::names;
use pipesynth_contract::options::Concurrency;
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
        // Not the state's own input, which is another one after a wait.
        .with("input", "{% $states.context.Execution.Input %}")
        .with("execution", execution)
        .with("pipeline", plan.name.clone())
        .with("timezone", plan.timezone.clone());
    if plan.concurrency != Concurrency::Allow {
        payload.set("concurrency", plan.concurrency.as_str());
    }
    if !plan.params.is_empty() {
        payload.set("params", Value::map(plan.params.iter().map(|(k, v)| (k.clone(), v.clone()))));
    }
    payload.set("steps", Value::list(plan.steps.iter().map(|step| step.name.value.clone())));
    let answer = |key: &str| format!("{{% $states.result.Payload.{key} %}}");
    let mut assign = Map::new()
        .with("claimed", answer("claimed"))
        .with("turn", answer("turn"))
        .with("runKey", answer("runKey"))
        .with("logicalDate", answer("logicalDate"));
    if !plan.params.is_empty() {
        assign.set("params", answer("params"));
    }
    if plan.flow.has_order() {
        assign.set("resumeFrom", answer("resumeFrom"));
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
    choose(states, plan);
}

/// What follows from the answer.
fn choose(states: &mut Map, plan: &PipelinePlan) {
    let on = |turn: Turn, next: &'static str| {
        Map::new().with("Condition", format!("{{% $turn = '{}' %}}", turn.as_str())).with("Next", next)
    };
    let mut choices = vec![on(Turn::Go, state::CREATE)];
    if plan.waits_for_its_turn() {
        choices.push(on(Turn::Wait, state::WAIT));
        let again = Map::new().with("Type", "Wait").with("Seconds", claim::WAIT_SECONDS as i64);
        states.set(state::WAIT, again.with("Next", state::CLAIM));
    }
    let choice = Map::new().with("Type", "Choice").with("Choices", Value::list(choices));
    states.set(state::CLAIMED, choice.with("Default", state::SKIPPED));
    let output = Map::new().with(claim::SKIPPED, true).with(claim::CLAIMED, "{% $claimed %}");
    states.set(state::SKIPPED, Map::new().with("Type", "Succeed").with("Output", output));
}
