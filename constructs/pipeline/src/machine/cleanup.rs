//! The last states: find a cluster that was created without our hearing of it, terminate it, tell the outcome.

use pipesynth_core::{Map, Value};

use super::{integration, retry, state};

/// Seconds for one call that does not wait for anything.
const CALL_SECONDS: u32 = 60;

pub(super) fn add(states: &mut Map) {
    states.set(state::FIND, find());
    let found = Map::new().with("Condition", "{% $clusterId != 'none' %}").with("Next", state::TERMINATE);
    let more = Map::new().with("Condition", "{% $marker != 'none' %}").with("Next", state::FIND);
    states.set(state::FOUND, choice(Value::list([found, more]), state::OUTCOME));
    states.set(state::TERMINATE, terminate());
    let failed = Map::new().with("Condition", "{% $failure.Error != 'none' %}").with("Next", state::FAILED);
    states.set(state::OUTCOME, choice(Value::list([failed]), state::SUCCEEDED));
    states.set(
        state::FAILED,
        Map::new().with("Type", "Fail").with("Error", "{% $failure.Error %}").with("Cause", "{% $failure.Cause %}"),
    );
    let output = Map::new().with("runKey", "{% $runKey %}").with("logicalDate", "{% $logicalDate %}");
    states.set(state::SUCCEEDED, Map::new().with("Type", "Succeed").with("Output", output));
}

fn choice(choices: Value, default: &'static str) -> Map {
    Map::new().with("Type", "Choice").with("Choices", choices).with("Default", default)
}

/// Reads one page of the clusters that were created since the run began, and comes back for the next (`$marker`). The error that led
/// here is kept, so a search that fails as well ends in the outcome with it.
fn find() -> Map {
    let arguments = "{% $merge([{'ClusterStates': ['STARTING', 'BOOTSTRAPPING', 'RUNNING', 'WAITING'], \
                     'CreatedAfter': $states.context.Execution.StartTime}, \
                     $marker = 'none' ? {} : {'Marker': $marker}]) %}";
    let id = "{% ($ids := [$states.result.Clusters[Name = $clusterName].Id]; $count($ids) > 0 ? $ids[0] : 'none') %}";
    let marker = "{% $exists($states.result.Marker) ? $states.result.Marker : 'none' %}";
    Map::new()
        .with("Type", "Task")
        .with("Resource", integration("aws-sdk:emr:listClusters"))
        .with("Arguments", arguments)
        .with("TimeoutSeconds", CALL_SECONDS)
        .with("Retry", Value::list([retry(["States.ALL"], 5, 6)]))
        .with("Catch", onwards())
        .with("Assign", Map::new().with("clusterId", id).with("marker", marker))
        .with("Next", state::FOUND)
}

/// Does not wait for the end of the termination: the run's outcome is known, and minutes later would be too late for others.
fn terminate() -> Map {
    Map::new()
        .with("Type", "Task")
        .with("Resource", integration("elasticmapreduce:terminateCluster"))
        .with("Arguments", Map::new().with("ClusterId", "{% $clusterId %}"))
        .with("TimeoutSeconds", CALL_SECONDS)
        .with("Retry", Value::list([retry(["States.ALL"], 10, 8)]))
        .with("Catch", onwards())
        .with("Next", state::OUTCOME)
}

fn onwards() -> Value {
    Value::list([Map::new().with("ErrorEquals", ["States.ALL"]).with("Next", state::OUTCOME)])
}
