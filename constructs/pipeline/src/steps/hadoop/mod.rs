//! `type: hadoop` — a Java program on Hadoop.

mod construct;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use plan::HadoopPlan;
pub use spec::HadoopSpec;

use crate::code_file::CodeFile;
use crate::steps::{JarStep, StepContext, StepType, Texts};

/// The step type.
pub struct Hadoop;

impl StepType for Hadoop {
    const TAG: &'static str = "hadoop";
    const WHAT: &'static str = "a `hadoop` step";
    /// On every cluster of `emr-…`, named or not; `emr-spark-…` does not ship it.
    const NEEDS: Option<&'static str> = Some("Hadoop");
    type Spec = HadoopSpec;
    type Plan = HadoopPlan;

    fn lower(spec: &HadoopSpec, cx: &mut StepContext<'_, '_>) -> Option<HadoopPlan> {
        plan::lower(spec, cx)
    }
    fn jar_step(plan: &HadoopPlan, _name: &str, texts: &Texts<'_>) -> JarStep {
        construct::jar_step(plan, texts)
    }
    fn code(plan: &HadoopPlan) -> Vec<&CodeFile> {
        vec![&plan.jar]
    }
}
