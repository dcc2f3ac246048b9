//! A `spark` step needs Spark on the cluster.

use crate::codes;
use crate::lower::Lower;
use crate::plan::PipelinePlan;
use crate::steps::KindPlan;

pub(super) fn check(plan: &PipelinePlan, cx: &mut Lower<'_>) {
    if plan.cluster.applications.iter().any(|a| a == "Spark") {
        return;
    }
    for step in plan.steps.iter().filter(|s| matches!(s.kind, KindPlan::Spark(_))) {
        let message = format!("step `{}` is a Spark application, and the cluster has no Spark", step.name);
        cx.error_help(codes::BAD_CLUSTER, step.name.place, message, "add `Spark` to `cluster.applications`");
    }
}
