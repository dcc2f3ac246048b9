//! `type: hive` — a Hive script on the cluster.

mod construct;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use plan::HivePlan;
pub use spec::HiveSpec;

use crate::code_file::CodeFile;
use crate::steps::{JarStep, StepContext, StepType, Texts};

/// The step type.
pub struct Hive;

impl StepType for Hive {
    const TAG: &'static str = "hive";
    const WHAT: &'static str = "a `hive` step";
    const NEEDS: Option<&'static str> = Some("Hive");
    type Spec = HiveSpec;
    type Plan = HivePlan;

    fn lower(spec: &HiveSpec, cx: &mut StepContext<'_, '_>) -> Option<HivePlan> {
        plan::lower(spec, cx)
    }
    fn jar_step(plan: &HivePlan, _name: &str, texts: &Texts<'_>) -> JarStep {
        construct::jar_step(plan, texts)
    }
    fn code(plan: &HivePlan) -> Vec<&CodeFile> {
        vec![&plan.script]
    }
}
