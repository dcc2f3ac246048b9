//! `type: spark` — a Spark application by `spark-submit`.

mod construct;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use plan::SparkPlan;
pub use spec::SparkSpec;

use crate::code_file::CodeFile;
use crate::steps::{JarStep, StepContext, StepType, Texts};

/// The step type.
pub struct Spark;

impl StepType for Spark {
    const TAG: &'static str = "spark";
    const WHAT: &'static str = "a `spark` step";
    const NEEDS: Option<&'static str> = Some("Spark");
    type Spec = SparkSpec;
    type Plan = SparkPlan;

    fn lower(spec: &SparkSpec, cx: &mut StepContext<'_, '_>) -> Option<SparkPlan> {
        plan::lower(spec, cx)
    }
    fn jar_step(plan: &SparkPlan, _name: &str, texts: &Texts<'_>) -> JarStep {
        construct::jar_step(plan, texts)
    }
    fn code(plan: &SparkPlan) -> Vec<&CodeFile> {
        vec![&plan.application]
    }
}
