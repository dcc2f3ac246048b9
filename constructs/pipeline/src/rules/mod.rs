//! What must hold between the parts of a checked pipeline: one file per rule, all of them in one table.

mod fits_into_a_year;
mod release_has_applications;
mod spark_is_installed;

use crate::lower::Lower;
use crate::plan::PipelinePlan;

/// A rule: looks at the whole pipeline and reports what does not fit together.
type Rule = fn(&PipelinePlan, &mut Lower<'_>);

/// All rules, by the name of their file.
pub(crate) const RULES: &[(&str, Rule)] = &[
    ("fits_into_a_year", fits_into_a_year::check),
    ("release_has_applications", release_has_applications::check),
    ("spark_is_installed", spark_is_installed::check),
];

/// Applies all rules.
pub(crate) fn check(plan: &PipelinePlan, cx: &mut Lower<'_>) {
    for (_, rule) in RULES {
        rule(plan, cx);
    }
}
