//! The user's steps, in sequences and groups, inside one branch whose single catcher leads to the end of the cluster.

use pipesynth_core::{Map, Value};

use super::{catch_all, integration, state};
use crate::flow::Flow;
use crate::plan::PipelinePlan;
use crate::steps::{LONGEST_WAIT, Retry, StepPlan, Texts};

/// Before the names of a group: with its space no step has such a name.
const GROUP: &str = "Side by side: ";
/// Characters of a state's name (Step Functions quotas).
const STATE_NAME: usize = 80;

pub(super) fn add(states: &mut Map, plan: &PipelinePlan) {
    let builder = Builder { plan, texts: Texts { pipeline: &plan.name } };
    states.set(
        state::STEPS,
        Map::new()
            .with("Type", "Parallel")
            .with("Branches", Value::list([builder.branch(&plan.flow, false)]))
            .with("Catch", catch_all(state::TERMINATE))
            .with("Next", state::TERMINATE),
    );
}

struct Builder<'a> {
    plan: &'a PipelinePlan,
    texts: Texts<'a>,
}

impl Builder<'_> {
    /// A branch. `beside` is true where others run beside it: then no state hands anything on, for what all branches give together
    /// would soon be more than a state may have (256 KiB, Step Functions quotas), which nobody can catch.
    fn branch(&self, flow: &Flow, beside: bool) -> Map {
        let parts = match flow {
            Flow::Sequence(parts) => parts.as_slice(),
            single => std::slice::from_ref(single),
        };
        let names: Vec<String> = parts.iter().map(|part| self.name(part)).collect();
        let mut states = Map::new();
        let mut start = names.first().cloned().unwrap_or_default();
        if let Some((name, choice)) = self.resume(parts, &names) {
            states.set(name.clone(), choice);
            start = name;
        }
        for (index, part) in parts.iter().enumerate() {
            let mut state = self.state(part, beside);
            match names.get(index + 1) {
                Some(next) => state.set("Next", next.clone()),
                None => state.set("End", true),
            }
            if beside || matches!(part, Flow::Parallel(_)) {
                state.set("Output", Map::new());
            }
            states.set(names[index].clone(), state);
        }
        Map::new().with("StartAt", start).with("States", states)
    }

    /// Where a sequence begins: at the part with the step that the run goes on from, else at its first. It is called after the lead of its
    /// second part, which is that of no other sequence. A single part has nothing before it that could be skipped.
    fn resume(&self, parts: &[Flow], names: &[String]) -> Option<(String, Map)> {
        let lead = self.lead(parts.get(1)?);
        let choices = parts.iter().zip(names).skip(1).map(|(part, name)| {
            let steps: Vec<_> =
                part.steps().iter().filter_map(|s| self.plan.steps.get(*s)).map(|s| &s.name.value).collect();
            let condition = match steps.as_slice() {
                [one] => format!("{{% $resumeFrom = '{one}' %}}"),
                many => format!(
                    "{{% $resumeFrom in [{}] %}}",
                    many.iter().map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ")
                ),
            };
            Map::new().with("Condition", condition).with("Next", name.clone())
        });
        let choice = Map::new().with("Type", "Choice").with("Choices", Value::list(choices));
        Some((format!("From {lead} on?"), choice.with("Default", names.first().cloned().unwrap_or_default())))
    }

    /// A step, or a group. A group catches nothing: the first branch that fails stops the others, and the error goes on to the catcher
    /// around all steps.
    fn state(&self, part: &Flow, beside: bool) -> Map {
        match part {
            Flow::Step(step) => self.plan.steps.get(*step).map(|step| task(step, &self.texts)).unwrap_or_default(),
            Flow::Parallel(branches) => {
                let branches = branches.iter().map(|branch| self.branch(branch, true));
                Map::new().with("Type", "Parallel").with("Branches", Value::list(branches))
            }
            // No sequence holds another one: `Flow` joins them.
            Flow::Sequence(_) => self.branch(part, beside),
        }
    }

    /// The name of the first step.
    fn lead(&self, part: &Flow) -> &str {
        part.lead().and_then(|lead| self.plan.steps.get(lead)).map_or("", |step| &step.name)
    }

    /// A step's name is its state's. A group is called after the first steps of its branches: no two groups share that of the second,
    /// and together they tell the reader what runs there.
    fn name(&self, part: &Flow) -> String {
        let Flow::Parallel(branches) = part else { return self.lead(part).to_owned() };
        let leads: Vec<&str> = branches.iter().map(|branch| self.lead(branch)).collect();
        let fits = |names: &[&str]| GROUP.len() + names.iter().map(|name| name.len() + 2).sum::<usize>() <= STATE_NAME;
        let shown = (2..=leads.len()).rev().filter_map(|count| leads.get(..count)).find(|names| fits(names));
        format!("{GROUP}{}", shown.or(leads.get(1..2)).unwrap_or_default().join(", "))
    }
}

fn task(step: &StepPlan, texts: &Texts<'_>) -> Map {
    let run = step.kind.jar_step(&step.name, texts);
    let mut jar = Map::new().with("Jar", run.jar);
    if let Some(class) = run.class {
        jar.set("MainClass", class);
    }
    jar.set("Args", run.arguments);
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
