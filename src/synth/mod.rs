//! Checked plans → an assembly: templates, assets and the manifest, in memory; [`write()`] puts it on disk.

mod assets;
mod check;
mod manifest;
mod proofs;
mod stack_file;
mod tags;
mod write;

pub use assets::{Asset, Assets};
pub use check::codes;
pub use proofs::{Accounts, Prover};
pub use stack_file::StackFile;
pub use write::{WriteFault, write};

use std::path::Path;

use assets::Code;
use pipesynth_core::Stack;
use pipesynth_diag::{Files, Sink};

use crate::plan::{Planned, Plans};

/// Everything that `synth --out` writes.
pub struct Assembly {
    /// The templates, each once.
    pub stacks: Vec<StackFile>,
    /// The manifest's text.
    pub manifest: String,
}

/// The stack of one pipeline, checked, and proven where there is a prover. `None` only after an error was reported.
pub fn pipeline(planned: &Planned, prover: Option<&Prover<'_>>, files: &Files, sink: &mut Sink) -> Option<StackFile> {
    let stack = pipesynth_pipeline::stack(&planned.plan, files);
    stack_file::render(stack, Some(planned), Code::Hashed, prover, files, sink)
}

/// One of the two account stacks, checked, and proven where there is a prover.
pub fn account(stack: Stack, prover: Option<&Prover<'_>>, files: &Files, sink: &mut Sink) -> Option<StackFile> {
    stack_file::render(stack, None, Code::Hashed, prover, files, sink)
}

/// Reports what [`assembly`] would, without reading the files that the pipelines run.
pub fn check(plans: &Plans, files: &Files, sink: &mut Sink) {
    let accounts = Accounts::new();
    let prover = Some(&accounts.prover());
    if !plans.organizations.is_empty() {
        for stack in [pipesynth_accounts::central::stack(), pipesynth_accounts::user::stack()] {
            account(stack, prover, files, sink);
        }
    }
    for planned in &plans.pipelines {
        let stack = pipesynth_pipeline::stack(&planned.plan, files);
        stack_file::render(stack, Some(planned), Code::Opened, prover, files, sink);
    }
}

/// Builds the whole assembly. Paths in findings start at `here`, in the manifest at `root`. `None` only after an error was reported.
pub fn assembly(plans: &Plans, root: &Path, here: &Path, files: &Files, sink: &mut Sink) -> Option<Assembly> {
    let templates = Accounts::new();
    let prover = Some(&templates.prover());
    let mut stacks = Vec::new();
    if !plans.organizations.is_empty() {
        let accounts = [pipesynth_accounts::central::stack(), pipesynth_accounts::user::stack()];
        stacks.extend(accounts.into_iter().map(|stack| account(stack, prover, files, sink)));
    }
    stacks.extend(plans.pipelines.iter().map(|planned| pipeline(planned, prover, files, sink)));
    let mut stacks: Vec<StackFile> = stacks.into_iter().collect::<Option<_>>()?;
    stack_file::distinct_files(&mut stacks);
    let manifest = manifest::text(&stacks, plans, root, here);
    Some(Assembly { stacks, manifest })
}
