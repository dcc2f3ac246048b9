//! A checked condition → the rule on the account's `data-pipeline` bus that starts the machine when the central side says so.

use pipesynth_cfn::events::{self, rule};
use pipesynth_contract::expression::Node;
use pipesynth_contract::names;
use pipesynth_contract::options::OnMiss;
use pipesynth_core::{Handle, Intrinsic, Map, Pseudo, Scope, Stack, Value, pseudo};

use super::ExecutionsPlan;
use crate::construct::Fixed;

/// EventBridge's default quota on an event pattern, in characters (EventBridge User Guide, quotas).
const PATTERN_CHARACTERS: usize = 2_048;

/// Adds the rule. `machine` is the ARN of what it starts.
pub fn add(
    stack: &mut Stack,
    scope: Scope,
    plan: &ExecutionsPlan,
    name: &str,
    machine: Intrinsic,
) -> Handle<events::Rule> {
    let target =
        Map::new().with("account", Value::list([pseudo(Pseudo::AccountId)])).with("pipeline", [name.to_owned()]);
    let mut detail = Map::new().with("target", target);
    // At a missed deadline it starts with whatever is there.
    let with_any = plan.condition.on_miss == Some(OnMiss::Fire);
    if let Some(parents) = parents(&plan.condition.condition).filter(|_| !with_any) {
        detail.set("parents", parents);
    }
    let pattern = Map::new()
        .with("source", [names::EVENT_SOURCE])
        .with("account", [plan.central_account.clone()])
        .with("detail-type", [names::DETAIL_TYPE_TRIGGER])
        // What somebody replays from an archive of the bus starts nothing.
        .with("replay-name", Value::list([Map::from([("exists", false)])]))
        .with("detail", detail);
    let resource = events::Rule::new()
        .name(names::machine(name))
        .description(format!("Starts {name} when the central account says that its condition holds"))
        .event_bus_name(names::BUS)
        .event_pattern(pattern)
        .state("ENABLED")
        .targets([rule::Target::new()
            .id("machine")
            .arn(machine)
            .role_arn(Fixed::start_role())
            .input_path("$.detail.input")
            .dead_letter_config(rule::DeadLetterConfig::new().arn(Fixed::dead_letters()))
            .retry_policy(rule::RetryPolicy::new().maximum_retry_attempts(185).maximum_event_age_in_seconds(86_400))]);
    stack.add(scope, "dependency", resource)
}

/// The parents and their statuses, as a second look at what the central side decided. Only where all of them are needed and every
/// account is known, and while the pattern stays within its quota; else the trigger's target alone decides. A parent that was renamed
/// stands in the trigger under the name that is written here too.
fn parents(condition: &Node) -> Option<Map> {
    let nodes = match condition {
        Node::AllOf { all_of } => all_of.iter().collect(),
        leaf @ Node::Leaf(_) => vec![leaf],
        Node::AnyOf { .. } => return None,
    };
    let mut parents = Map::new();
    let mut characters = 400;
    for node in nodes {
        let Node::Leaf(leaf) = node else { return None };
        let key = format!("{}/{}", leaf.account.as_ref()?, leaf.name);
        if leaf.optional || parents.get(&key).is_some() {
            return None;
        }
        let statuses: Vec<&'static str> = leaf.status.iter().map(|s| s.as_str()).collect();
        characters += key.len() + statuses.iter().map(|s| s.len() + 3).sum::<usize>() + 20;
        if characters > PATTERN_CHARACTERS {
            return None;
        }
        parents.set(key, Map::new().with("status", statuses));
    }
    Some(parents)
}
