//! What a machine sends → run key, logical date and parameters, or everything that is wrong with it.

use pipesynth_contract::check_name;
use pipesynth_contract::claim::{ClaimRequest, Execution};
use pipesynth_contract::trigger::ExecutionInput;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{LogicalDate, RunKey, TimeError, Zone, logical_date};

/// Steps that a message names at most.
const SHOWN: usize = 20;

/// What the input comes to.
#[derive(Debug)]
pub struct Plan {
    /// The run's identity.
    pub run_key: RunKey,
    /// The run's logical date.
    pub date: LogicalDate,
    /// The pipeline's parameters, overlaid with what the start sets.
    pub params: Map<String, Value>,
    /// The step from which the run goes on.
    pub resume_from: Option<String>,
}

/// What the pipeline has, and a start may set or name.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Its parameters with their defaults.
    pub params: &'a Map<String, Value>,
    /// Its steps; `None` where they are not known, and nothing is held to them.
    pub steps: Option<&'a [String]>,
}

impl Plan {
    /// Checks everything and collects all findings.
    pub fn of(request: &ClaimRequest) -> Result<Self, String> {
        let input = match &request.input {
            Value::Null => ExecutionInput::default(),
            Value::Object(_) => ExecutionInput::deserialize(&request.input).map_err(|e| malformed(&e))?,
            _ => return Err(malformed(&"expected a JSON object")),
        };
        let known = Known { params: &request.params, steps: request.steps.as_deref() };
        Self::new(&request.pipeline, &request.timezone.parse(), &request.execution, known, &input)
    }

    /// The same of an input that has been read, and of a time zone that was looked up.
    pub fn new(
        pipeline: &str,
        zone: &Result<Zone, TimeError>,
        execution: &Execution,
        known: Known<'_>,
        input: &ExecutionInput,
    ) -> Result<Self, String> {
        let mut found = Vec::new();
        let mut note = |finding: String| found.push(finding);
        if let Err(error) = check_name(pipeline) {
            note(error.to_string());
        }
        let key = RunKey::of_execution(input.run_key.as_deref(), &execution.name);
        let key = key.map_err(|e| note(format!("`runKey`: {e}"))).ok();
        let date = zone.as_ref().map_err(Clone::clone).and_then(|zone| {
            // A scheduled run is about its scheduled instant, however late it starts.
            let scheduled = key.as_ref().and_then(RunKey::scheduled);
            let given = input.logical_date.as_deref().or(scheduled);
            logical_date(given, &execution.start_time, zone)
        });
        let date = date.map_err(|e| note(format!("`logicalDate`: {e}"))).ok();
        let params = merge(known.params, &input.params, &mut note);
        if let (Some(step), Some(steps)) = (&input.resume_from, known.steps)
            && !steps.contains(step)
        {
            note(unknown_step(step, steps));
        }
        match (key, date) {
            (Some(run_key), Some(date)) if found.is_empty() => {
                Ok(Self { run_key, date, params, resume_from: input.resume_from.clone() })
            }
            _ => Err(found.join("; ")),
        }
    }
}

fn malformed(why: &dyn std::fmt::Display) -> String {
    format!("the execution's input is malformed: {why}")
}

fn unknown_step(step: &str, steps: &[String]) -> String {
    let shown: Vec<&str> = steps.iter().take(SHOWN).map(String::as_str).collect();
    let more = if steps.len() > SHOWN { format!(" and {} more", steps.len() - SHOWN) } else { String::new() };
    format!("`resumeFrom`: the pipeline has no step `{step:.60}`; it has `{}`{more}", shown.join("`, `"))
}

/// The pipeline's defaults overlaid with what the start sets: known names and scalars only.
fn merge(defaults: &Map<String, Value>, set: &Map<String, Value>, note: &mut impl FnMut(String)) -> Map<String, Value> {
    let mut merged = defaults.clone();
    for (name, value) in set {
        if value.is_object() || value.is_array() || value.is_null() {
            note(format!("parameter `{name}` must be a string, number or boolean, got `{value:.60}`"));
        }
        if merged.insert(name.clone(), value.clone()).is_none() {
            let known: Vec<&str> = defaults.keys().map(String::as_str).collect();
            note(match known.as_slice() {
                [] => format!("unknown parameter `{name}`; the pipeline has none"),
                known => format!("unknown parameter `{name}`; known are `{}`", known.join("`, `")),
            });
        }
    }
    merged
}
