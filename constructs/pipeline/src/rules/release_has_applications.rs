//! A release of `emr-spark-…` installs Spark and table formats, not Hadoop's applications.

use crate::codes;
use crate::lower::Lower;
use crate::plan::PipelinePlan;

pub(super) fn check(plan: &PipelinePlan, cx: &mut Lower<'_>) {
    let release = &plan.cluster.release;
    let other = format!("use a release such as `{}`", crate::cluster::RELEASE);
    for name in plan.cluster.applications.iter().filter(|a| !super::ships(release, a)) {
        let place = plan.cluster.place.unwrap_or(plan.places.pipeline);
        let message = format!("release `{release}` does not ship {name}");
        cx.error_help(codes::BAD_CLUSTER, place, message, format!("take {name} away, or {other}"));
    }
    for step in &plan.steps {
        if let Some(needed) = step.kind.needs().filter(|n| !super::ships(release, n)) {
            let message = format!(
                "step `{}` of type `{}` needs {needed}, which release `{release}` does not ship",
                step.name,
                step.kind.tag()
            );
            cx.error_help(codes::BAD_CLUSTER, step.name.place, message, other.clone());
        }
    }
}
