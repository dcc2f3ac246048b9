//! A checked pipeline → its state machine: claim the run, create the cluster, run the steps, free the cluster on every path.
//!
//! Names of our own states hold a space, which a step's name cannot, so they never meet. The language is JSONata throughout.

mod claim;
mod cleanup;
mod cluster;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod shapes;
mod steps;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use words::part;

use pipesynth_contract::claim::MAX_WAIT_SECONDS;
use pipesynth_core::{Map, Value};

use crate::plan::PipelinePlan;

/// Seconds within which a cluster must be ready.
pub(crate) const CLUSTER_SECONDS: u64 = 3_600;
/// Seconds for the claim, the search for a cluster and its termination, each with all its tries (966, 735 and 1,750 at most): the machine's own
/// limit, which no state can catch, is to come after them.
const BACKSTOP_SECONDS: u64 = 3_600;

/// Names of states that others lead to.
pub(crate) mod state {
    pub const CLAIM: &str = "Claim run";
    pub const CLAIMED: &str = "Run claimed?";
    pub const WAIT: &str = "Wait for turn";
    pub const SKIPPED: &str = "Run skipped";
    pub const CREATE: &str = pipesynth_contract::names::STATE_CREATE_CLUSTER;
    pub const STEPS: &str = pipesynth_contract::names::STATE_STEPS;
    pub const FIND: &str = "Find cluster";
    pub const FOUND: &str = "Cluster found?";
    pub const TERMINATE: &str = "Terminate cluster";
    pub const OUTCOME: &str = "Run outcome?";
    pub const FAILED: &str = "Run failed";
    pub const SUCCEEDED: &str = "Run succeeded";
}

/// The machine's definition. `profile` is the instance profile of the cluster's nodes.
pub fn definition(plan: &PipelinePlan, profile: Value) -> Map {
    let mut states = Map::new();
    claim::add(&mut states, plan);
    cluster::add(&mut states, plan, profile);
    steps::add(&mut states, plan);
    cleanup::add(&mut states);
    Map::new()
        .with("Comment", format!("Pipeline {}", plan.display_name))
        .with("QueryLanguage", "JSONata")
        .with("TimeoutSeconds", timeout(plan) as i64)
        .with("StartAt", state::CLAIM)
        .with("States", states)
}

/// The machine's limit: the longest wait for its turn, the limits of all states on the longest way, with all tries, and the backstop.
pub(crate) fn timeout(plan: &PipelinePlan) -> u64 {
    let wait = if plan.waits_for_its_turn() { MAX_WAIT_SECONDS } else { 0 };
    wait + CLUSTER_SECONDS + plan.longest_way() + BACKSTOP_SECONDS
}

/// A retrier: which errors, seconds before the first of so many further tries, doubled each time with full jitter.
fn retry<E: Into<Value>>(errors: E, interval: u32, attempts: u32) -> Map {
    Map::new()
        .with("ErrorEquals", errors)
        .with("IntervalSeconds", interval)
        .with("MaxAttempts", attempts)
        .with("BackoffRate", 2)
        .with("MaxDelaySeconds", 300)
        .with("JitterStrategy", "FULL")
}

/// A catcher of everything that can be caught, which keeps the error for the end of the run. An error without a cause gets one, for the
/// end of the run reads it.
fn catch_all(next: &'static str) -> Value {
    let error = "{% $merge([{'Error': 'States.Unknown', 'Cause': 'no cause was given'}, $states.errorOutput]) %}";
    let keep = Map::new().with("failure", error);
    Value::list([Map::new().with("ErrorEquals", ["States.ALL"]).with("Assign", keep).with("Next", next)])
}

/// `arn:<partition>:states:::<integration>`.
fn integration(name: &str) -> pipesynth_core::Intrinsic {
    pipesynth_core::sub(&format!("arn:${{AWS::Partition}}:states:::{name}"))
}
