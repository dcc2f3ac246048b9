//! What must hold between the parts of a checked pipeline: one file per rule, all of them in one table.

mod database_metastore_has_hive;
mod fits_into_a_year;
mod release_has_applications;
mod steps_find_their_application;

use crate::lower::Lower;
use crate::plan::PipelinePlan;

/// A rule: looks at the whole pipeline and reports what does not fit together.
type Rule = fn(&PipelinePlan, &mut Lower<'_>);

/// All rules, by the name of their file.
pub(crate) const RULES: &[(&str, Rule)] = &[
    ("database_metastore_has_hive", database_metastore_has_hive::check),
    ("fits_into_a_year", fits_into_a_year::check),
    ("release_has_applications", release_has_applications::check),
    ("steps_find_their_application", steps_find_their_application::check),
];

/// Applies all rules.
pub(crate) fn check(plan: &PipelinePlan, cx: &mut Lower<'_>) {
    for (_, rule) in RULES {
        rule(plan, cx);
    }
}

/// What `emr-spark-8.0.0` ships (Amazon EMR Release Guide, "Amazon EMR Spark 8.0.0").
const OF_SPARK_RELEASE: &[&str] = &["Delta", "Hudi", "Iceberg", "Livy", "Spark"];

/// Whether a release has an application: one of `emr-spark-…` has Spark and table formats, not Hadoop's applications.
fn ships(release: &str, application: &str) -> bool {
    !release.starts_with("emr-spark-") || OF_SPARK_RELEASE.contains(&application)
}
