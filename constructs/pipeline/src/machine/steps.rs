//! The user's steps, one after the other, inside one branch whose single catcher leads to the end of the cluster.

use pipesynth_core::{Map, Value};

use super::{catch_all, integration, state};
use crate::plan::PipelinePlan;
use crate::steps::{LONGEST_WAIT, Retry, StepPlan, Texts};

pub(super) fn add(states: &mut Map, plan: &PipelinePlan) {
    let texts = Texts { pipeline: &plan.name };
    let mut inner = Map::new();
    for (index, step) in plan.steps.iter().enumerate() {
        let mut task = task(step, &texts);
        match plan.steps.get(index + 1) {
            Some(next) => task.set("Next", next.name.value.clone()),
            None => task.set("End", true),
        }
        inner.set(step.name.value.clone(), task);
    }
    let first = plan.steps.first().map_or_else(String::new, |s| s.name.value.clone());
    let branch = Map::new().with("StartAt", first).with("States", inner);
    states.set(
        state::STEPS,
        Map::new()
            .with("Type", "Parallel")
            .with("Branches", Value::list([branch]))
            .with("Catch", catch_all(state::TERMINATE))
            .with("Next", state::TERMINATE),
    );
}

fn task(step: &StepPlan, texts: &Texts<'_>) -> Map {
    let run = step.kind.jar_step(&step.name, texts);
    let jar = Map::new().with("Jar", run.jar).with("Args", run.arguments);
    let emr_step =
        Map::new().with("Name", step.name.value.clone()).with("ActionOnFailure", "CONTINUE").with("HadoopJarStep", jar);
    let arguments = Map::new().with("ClusterId", "{% $clusterId %}").with("Step", emr_step);
    let mut task = Map::new()
        .with("Type", "Task")
        .with("Resource", integration("elasticmapreduce:addStep.sync"))
        .with("Arguments", arguments)
        .with("TimeoutSeconds", step.timeout as i64);
    if let Some(retry) = step.retry {
        task.set("Retry", again(retry));
    }
    task
}

/// A step that ran into its time limit may still run on the cluster, so it is not started a second time beside itself;
/// `States.TaskFailed` stands for every error but a timeout (Step Functions Developer Guide, "Error names").
fn again(retry: Retry) -> Value {
    let never = Map::new().with("ErrorEquals", ["States.Timeout"]).with("MaxAttempts", 0);
    let whole = retry.backoff.fract() == 0.0;
    let backoff = if whole { Value::Int(retry.backoff as i64) } else { Value::Float(retry.backoff) };
    let failed = Map::new()
        .with("ErrorEquals", ["States.TaskFailed"])
        .with("IntervalSeconds", retry.interval as i64)
        .with("MaxAttempts", retry.attempts)
        .with("BackoffRate", backoff)
        .with("MaxDelaySeconds", LONGEST_WAIT as i64)
        .with("JitterStrategy", "FULL");
    Value::list([never, failed])
}
