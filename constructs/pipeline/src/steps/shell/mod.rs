//! `type: shell` — a command or a script on the cluster's primary node.

mod construct;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use plan::{ShellPlan, What};
pub use spec::ShellSpec;

use crate::code_file::CodeFile;
use crate::steps::{JarStep, StepContext, StepType, Texts};

/// The step type.
pub struct Shell;

impl StepType for Shell {
    const TAG: &'static str = "shell";
    const WHAT: &'static str = "a `shell` step";
    const NEEDS: Option<&'static str> = None;
    type Spec = ShellSpec;
    type Plan = ShellPlan;

    fn lower(spec: &ShellSpec, cx: &mut StepContext<'_, '_>) -> Option<ShellPlan> {
        plan::lower(spec, cx)
    }
    fn jar_step(plan: &ShellPlan, name: &str, texts: &Texts<'_>) -> JarStep {
        construct::jar_step(plan, name, texts)
    }
    fn code(plan: &ShellPlan) -> Vec<&CodeFile> {
        match &plan.what {
            What::Command(_) => Vec::new(),
            What::Script(file) => vec![file],
        }
    }
}
