//! The custom resource that registers a pipeline with the central account.

use pipesynth_contract::names;
use pipesynth_contract::registration::Properties;
use pipesynth_core::render::{Ids, RenderedMap};
use pipesynth_core::{AnyResource, Map, ResourceId, Stack, Text, Value};
use sha2::{Digest, Sha256};

use crate::construct::Fixed;
use crate::plan::PipelinePlan;

/// Seconds that CloudFormation waits for the registrar, whose function ends after 60; without it an hour would pass.
const WAIT_SECONDS: u32 = 120;

/// Adds the registration; it waits for what the central side may start. `hash` is [`spec_hash`]'s.
pub(crate) fn add(stack: &mut Stack, plan: &PipelinePlan, hash: String, waits: &[ResourceId]) {
    let root = stack.root();
    let properties = Properties {
        pipeline: plan.name.clone(),
        display_name: (plan.display_name != plan.name).then(|| plan.display_name.clone()),
        account: plan.account.as_ref().map(|a| a.id.clone()),
        region: plan.region.clone(),
        team: plan.team.clone(),
        timezone: plan.timezone.clone(),
        trigger: plan.trigger.contract(),
        concurrency: plan.concurrency,
        notifications: plan.notifications.as_ref().map(|n| n.contract()),
        renamed_from: plan.renamed_from.as_ref().map(|old| old.value.clone()),
        spec_hash: hash,
    };
    // The contract's types are plain data: they always become JSON.
    let json = serde_json::to_value(&properties).unwrap_or_default();
    let mut resource = AnyResource::new(names::REGISTRATION_TYPE)
        .with("ServiceToken", Fixed::function(names::FN_REGISTRAR))
        .with("ServiceTimeout", WAIT_SECONDS);
    for (key, value) in json.as_object().into_iter().flatten() {
        resource = resource.with(key.clone(), from_json(value));
    }
    let added = stack.add(root, "registration", resource);
    for wait in waits {
        stack.depends_on(added.id(), *wait);
    }
}

/// Twelve hex digits of the hash of what the pipeline does, so that a change of it reaches the central side. Logical ids do not count.
pub(crate) fn spec_hash(plan: &PipelinePlan, machine: &Map) -> String {
    let parts = (RenderedMap { map: machine, ids: &Ids::default() }, plan.trigger.contract());
    // Both are plain data: they always become JSON.
    let text = serde_json::to_vec(&parts).unwrap_or_default();
    Sha256::digest(&text).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => "".into(),
        serde_json::Value::Bool(flag) => (*flag).into(),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap_or_default()), Value::Int)
        }
        serde_json::Value::String(text) => text.clone().into(),
        serde_json::Value::Array(items) => Value::List(items.iter().map(from_json).collect()),
        serde_json::Value::Object(map) => {
            Value::Map(map.iter().map(|(k, v)| (Text::from(k.clone()), from_json(v))).collect::<Map>())
        }
    }
}
