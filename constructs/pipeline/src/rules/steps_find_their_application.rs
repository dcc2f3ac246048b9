//! A step needs its application on the cluster: Spark, Hive. Hadoop is on every cluster of `emr-…`.

use crate::codes;
use crate::lower::Lower;
use crate::plan::PipelinePlan;

pub(super) fn check(plan: &PipelinePlan, cx: &mut Lower<'_>) {
    for step in &plan.steps {
        let Some(needed) = step.kind.needs().filter(|n| *n != "Hadoop" && super::ships(&plan.cluster.release, n))
        else {
            continue;
        };
        if plan.cluster.applications.iter().all(|a| a != needed) {
            let message = format!(
                "step `{}` of type `{}` needs {needed}, and the cluster has no {needed}",
                step.name,
                step.kind.tag()
            );
            let help = format!("add `{needed}` to `cluster.applications`");
            cx.error_help(codes::BAD_CLUSTER, step.name.place, message, help);
        }
    }
}
