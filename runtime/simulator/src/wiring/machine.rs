//! A synthesized state machine → what its first states do: the claim's request, the output of a skipped run, the time limit.

use pipesynth_contract::names;
use pipesynth_contract::options::Concurrency;
use pipesynth_engine::{TimeError, Zone};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::template::Site;

/// A machine as far as a run's start and end go.
#[derive(Debug)]
pub(crate) struct Machine {
    pub arn: String,
    /// What an execution's ARN begins with; its name follows.
    pub execution: String,
    /// `TimeoutSeconds` in milliseconds.
    pub limit: Option<u64>,
    /// `None` where the first state asks nobody: then every start runs.
    pub claim: Option<Claim>,
}

/// What the first state sends beside the execution's own data.
#[derive(Debug)]
pub(crate) struct Claim {
    pub pipeline: String,
    pub zone: Result<Zone, TimeError>,
    pub params: Map<String, Value>,
    pub steps: Option<Vec<String>>,
    pub concurrency: Concurrency,
    /// The output of a run that ends as skipped: one that found its key taken, one that `concurrency` gave up.
    pub skipped: [String; 2],
}

/// The constant part of the claim's payload.
#[derive(Deserialize)]
struct Payload {
    pipeline: String,
    timezone: String,
    #[serde(default)]
    params: Map<String, Value>,
    #[serde(default)]
    steps: Option<Vec<String>>,
    #[serde(default = "allow")]
    concurrency: Concurrency,
}

fn allow() -> Concurrency {
    Concurrency::Allow
}

impl Machine {
    /// Reads the properties of `AWS::StepFunctions::StateMachine`.
    pub fn read(site: &Site<'_>, properties: &Value) -> Result<Self, String> {
        let name = site.required(properties, "StateMachineName")?;
        let definition = properties.get("Definition").unwrap_or(&Value::Null);
        let seconds = definition.get("TimeoutSeconds").and_then(Value::as_u64);
        Ok(Self {
            arn: site.arn("states", &format!("stateMachine:{name}")),
            execution: site.arn("states", &format!("execution:{name}:")),
            limit: seconds.map(|seconds| seconds.saturating_mul(1000)),
            claim: claim(site, definition)?,
        })
    }
}

fn claim(site: &Site<'_>, definition: &Value) -> Result<Option<Claim>, String> {
    let state = |name: &Value| name.as_str().and_then(|name| definition.get("States")?.get(name));
    let Some(first) = state(&definition["StartAt"]) else { return Ok(None) };
    let arguments = &first["Arguments"];
    let Some(function) = arguments.get("FunctionName") else { return Ok(None) };
    if site.text(function)?.rsplit(':').next() != Some(names::FN_CLAIM) {
        return Ok(None);
    }
    let payload = Payload::deserialize(&arguments["Payload"]).map_err(|e| format!("the claim's payload: {e}"))?;
    let skipped = state(&first["Next"]).and_then(|choice| state(&choice["Default"]));
    let output = skipped.map_or(Value::Null, |state| state["Output"].clone());
    Ok(Some(Claim {
        pipeline: payload.pipeline,
        zone: payload.timezone.parse(),
        params: payload.params,
        steps: payload.steps,
        concurrency: payload.concurrency,
        skipped: [false, true].map(|claimed| with_variable(&output, claimed).to_string()),
    }))
}

/// The output with the variable `$claimed` put in.
fn with_variable(output: &Value, claimed: bool) -> Value {
    match output {
        Value::String(text) if text == "{% $claimed %}" => Value::Bool(claimed),
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), with_variable(value, claimed))).collect(),
        other => other.clone(),
    }
}
