//! The state that creates the cluster and waits until it is ready.

use pipesynth_core::{Map, Value};

use super::{CLUSTER_SECONDS, catch_all, integration, state};
use crate::plan::PipelinePlan;

/// No retry here: a repeated request could leave the first cluster behind. A failure leads to the search for a cluster of this run.
pub(super) fn add(states: &mut Map, plan: &PipelinePlan, profile: Value) {
    states.set(
        state::CREATE,
        Map::new()
            .with("Type", "Task")
            .with("Resource", integration("elasticmapreduce:createCluster.sync"))
            .with("Arguments", crate::cluster::request(&plan.cluster, &plan.name, profile, plan.flow.width()))
            .with("TimeoutSeconds", CLUSTER_SECONDS as i64)
            .with("Catch", catch_all(state::FIND))
            .with("Assign", Map::new().with("clusterId", "{% $states.result.ClusterId %}"))
            .with("Next", state::STEPS),
    );
}
