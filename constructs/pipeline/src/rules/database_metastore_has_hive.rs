//! A metastore in a database is served by Hive, for Spark too.

use crate::cluster::Metastore;
use crate::codes;
use crate::lower::Lower;
use crate::plan::PipelinePlan;

pub(super) fn check(plan: &PipelinePlan, cx: &mut Lower<'_>) {
    let cluster = &plan.cluster;
    if !matches!(cluster.metastore, Some(Metastore::Database(_))) || cluster.applications.iter().any(|a| a == "Hive") {
        return;
    }
    let place = cluster.place.unwrap_or(plan.places.pipeline);
    let message = "a metastore in a database needs Hive, and the cluster has no Hive";
    cx.error_help(codes::BAD_CLUSTER, place, message, "add `Hive` to `cluster.applications`");
}
