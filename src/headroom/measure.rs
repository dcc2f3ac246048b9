//! A template → how much of each limit it and its resources use, and what it adds to its account.

use pipesynth_contract::names;
use pipesynth_core::Json;
use pipesynth_core::limits::Usage;

use super::limits::{self as l, Limit};

/// A reference whose value is known only in AWS counts as so many characters: an ARN of one of our own resources.
const REFERENCE: usize = 80;

/// What one template uses.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// The fullest place of each limit within the template: the resource, empty for the template itself.
    pub within: Vec<(&'static Limit, String, u64)>,
    /// What it adds to the account in which it is deployed.
    pub adds: Vec<(&'static Limit, u64)>,
}

/// Measures a template.
pub fn measure(template: &Json<'_>, usage: &Usage) -> Measured {
    let mut found = Measured::default();
    for (limit, used) in [
        (&l::RESOURCES, usage.resources),
        (&l::TEMPLATE_BYTES, usage.bytes),
        (&l::PARAMETERS, usage.parameters),
        (&l::OUTPUTS, usage.outputs),
    ] {
        found.within.push((limit, String::new(), wide(used)));
    }
    found.add(&l::STACKS);
    let mut bus_policy = 0;
    for (id, resource) in template["Resources"].as_object().into_iter().flatten() {
        let properties = &resource["Properties"];
        match resource["Type"].as_str().unwrap_or_default() {
            "AWS::Events::Rule" => {
                found.add(if properties["EventBusName"] == names::BUS || is_bus(&properties["EventBusName"]) {
                    &l::PIPELINE_BUS_RULES
                } else {
                    &l::DEFAULT_BUS_RULES
                });
                found.fullest(&l::PATTERN, id, length(&properties["EventPattern"]));
                found.fullest(&l::TARGETS, id, properties["Targets"].as_array().map_or(0, Vec::len));
            }
            "AWS::IAM::Role" => {
                found.add(&l::ROLES);
                let policies = properties["Policies"].as_array().into_iter().flatten();
                found.fullest(&l::INLINE_POLICIES, id, policies.map(|policy| length(&policy["PolicyDocument"])).sum());
                found.fullest(&l::TRUST_POLICY, id, length(&properties["AssumeRolePolicyDocument"]));
            }
            "AWS::IAM::InstanceProfile" => found.add(&l::INSTANCE_PROFILES),
            "AWS::IAM::ManagedPolicy" => found.fullest(&l::MANAGED_POLICY, id, length(&properties["PolicyDocument"])),
            "AWS::Events::EventBusPolicy" => bus_policy += length(&properties["Statement"]),
            "AWS::StepFunctions::StateMachine" => {
                found.fullest(&l::DEFINITION_BYTES, id, length(&properties["Definition"]));
            }
            _ => {}
        }
    }
    if bus_policy > 0 {
        found.fullest(&l::BUS_POLICY, "the bus", bus_policy);
    }
    found
}

/// A rule that names its bus by a reference is on the bus of its own stack.
fn is_bus(name: &Json<'_>) -> bool {
    name.as_object().is_some()
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl Measured {
    fn add(&mut self, limit: &'static Limit) {
        match self.adds.iter_mut().find(|(known, _)| *known == limit) {
            Some((_, count)) => *count += 1,
            None => self.adds.push((limit, 1)),
        }
    }

    fn fullest(&mut self, limit: &'static Limit, id: &str, used: usize) {
        let used = wide(used);
        match self.within.iter_mut().find(|(known, ..)| *known == limit) {
            Some((_, _, most)) if *most >= used => {}
            Some(entry) => *entry = (limit, id.to_owned(), used),
            None => self.within.push((limit, id.to_owned(), used)),
        }
    }
}

/// Characters of a value as AWS gets it: without white space, references at their usual length.
fn length(value: &Json<'_>) -> usize {
    match value {
        Json::Null => 4,
        Json::Bool(flag) => 5 - usize::from(*flag),
        Json::Int(number) => number.to_string().len(),
        Json::Float(number) => number.to_string().len(),
        Json::String(text) => {
            2 + text.chars().map(|c| if matches!(c, '"' | '\\' | '\n') { 2 } else { 1 }).sum::<usize>()
        }
        Json::Array(items) => 2 + items.len().saturating_sub(1) + items.iter().map(length).sum::<usize>(),
        Json::Object(object) => match object.iter().next().filter(|_| object.len() == 1) {
            Some(("Fn::Sub", Json::String(text))) => 2 + substituted(text),
            Some(("Ref" | "Fn::GetAtt", target)) => 2 + target.as_str().map_or(REFERENCE, reference),
            _ => {
                let entries = object.iter().map(|(key, value)| key.len() + 3 + length(value));
                2 + object.len().saturating_sub(1) + entries.sum::<usize>()
            }
        },
    }
}

/// The length of a text with `${…}` in it.
fn substituted(text: &str) -> usize {
    let mut pieces = text.split("${");
    let first = pieces.next().map_or(0, |piece| piece.chars().count());
    let rest = pieces.map(|piece| match piece.split_once('}') {
        Some((name, behind)) => reference(name) + behind.chars().count(),
        None => piece.chars().count(),
    });
    first + rest.sum::<usize>()
}

/// The length of what a name stands for; the longest of the partitions and regions there are.
fn reference(name: &str) -> usize {
    match name {
        "AWS::Partition" => "aws-us-gov".len(),
        "AWS::AccountId" => 12,
        "AWS::Region" => "ap-southeast-1".len(),
        _ => REFERENCE,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_as_long_as_aws_gets_it() {
        let of = |value: serde_json::Value| length(&Json::from(&value));
        for plain in [json!({ "a": [1, true, false, null, "x\"y"], "b": {} }), json!("")] {
            assert_eq!(of(plain.clone()), plain.to_string().len());
        }
        assert_eq!(of(json!({ "Fn::Sub": "a-${AWS::AccountId}-b" })), "\"a-123456789012-b\"".len());
        assert_eq!(of(json!({ "Ref": "Topic" })), 2 + REFERENCE);
    }
}
