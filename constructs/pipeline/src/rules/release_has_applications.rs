//! A release of `emr-spark-…` installs Spark and table formats, not Hadoop's applications.

use crate::codes;
use crate::lower::Lower;
use crate::plan::PipelinePlan;

/// What `emr-spark-8.0.0` ships (Amazon EMR Release Guide, "Amazon EMR Spark 8.0.0").
const SHIPPED: &[&str] = &["Delta", "Hudi", "Iceberg", "Livy", "Spark"];

pub(super) fn check(plan: &PipelinePlan, cx: &mut Lower<'_>) {
    if !plan.cluster.release.starts_with("emr-spark-") {
        return;
    }
    for name in plan.cluster.applications.iter().filter(|a| !SHIPPED.contains(&a.as_str())) {
        let place = plan.cluster.place.unwrap_or(plan.places.pipeline);
        let message = format!("release `{}` does not ship {name}", plan.cluster.release);
        let help = format!("take {name} away, or use a release such as `{}`", crate::cluster::RELEASE);
        cx.error_help(codes::BAD_CLUSTER, place, message, help);
    }
}
