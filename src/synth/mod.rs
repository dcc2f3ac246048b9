//! Checked plans → an assembly: templates, assets and the manifest, each written beside the old one, all put in place at the end.

mod assets;
mod check;
mod manifest;
mod options;
mod proofs;
mod stack_file;
mod stale;
mod tags;
mod write;

pub use assets::{Asset, Assets};
pub use check::codes;
pub use options::options;
pub use proofs::{Accounts, Prover};
pub use stack_file::StackFile;
pub use write::{Changes, Staged, WriteFault};

use std::path::Path;

use assets::Code;
use manifest::Manifest;
use pipesynth_core::Stack;
use pipesynth_diag::{Files, Sink};
use proofs::Variants;

use crate::headroom::{self, Headroom};
use crate::plan::{Planned, Plans};

/// The stack of one pipeline, checked, and proven where there is a prover. `None` only after an error was reported.
pub fn pipeline(planned: &Planned, prover: Option<&Prover<'_>>, files: &Files, sink: &mut Sink) -> Option<StackFile> {
    let stack = pipesynth_pipeline::stack(&planned.plan, files);
    stack_file::render(stack, Some(planned), Code::Hashed, prover, files, sink)
}

/// One of the two account stacks, checked, and proven where there is a prover.
pub fn account(stack: Stack, prover: Option<&Prover<'_>>, files: &Files, sink: &mut Sink) -> Option<StackFile> {
    stack_file::render(stack, None, Code::Hashed, prover, files, sink)
}

/// Reports what [`assembly`] would, without reading the files that the pipelines run, and gives what is used of AWS's limits.
pub fn check(plans: &Plans, files: &Files, sink: &mut Sink) -> Vec<headroom::Use> {
    let variants = Variants::new(plans);
    let provers = variants.provers();
    let mut headroom = Headroom::new(plans.organizations.values().next());
    for (at, (accounts, prover)) in variants.of_organizations().iter().zip(&provers).enumerate() {
        for stack in accounts.stacks() {
            let stack = account(stack, Some(prover), files, sink);
            // The accounts that are counted are those of the first organisation.
            measured(&mut headroom, stack.as_ref().filter(|_| at == 0), None);
        }
    }
    for (planned, prover) in plans.pipelines.iter().zip(variants.of_pipelines()) {
        let stack = pipesynth_pipeline::stack(&planned.plan, files);
        let stack = stack_file::render(stack, Some(planned), Code::Opened, provers.get(*prover), files, sink);
        measured(&mut headroom, stack.as_ref(), Some(planned));
    }
    let uses = headroom.finish();
    headroom::report(&uses, sink);
    uses
}

fn measured(headroom: &mut Headroom, stack: Option<&StackFile>, planned: Option<&Planned>) {
    if let Some(stack) = stack {
        let place = planned.map(|planned| planned.plan.places.pipeline);
        headroom.add(&stack.stack, stack.account.as_deref(), place, &stack.measured);
    }
}

/// Makes the whole assembly beside what lies in `folder`: nothing that is there changes before [`Staged::commit`]. Paths in findings start at
/// `here`, in the manifest at `root`. Each stack is forgotten when it is written. `None` only after an error was reported.
///
/// # Errors
/// What the system would not write.
pub fn assembly(
    plans: &Plans,
    root: &Path,
    here: &Path,
    folder: &Path,
    files: &Files,
    sink: &mut Sink,
) -> Result<Option<Staged>, WriteFault> {
    let organization = plans.organizations.values().next();
    let templates = Accounts::new(options(organization));
    let prover = Some(&templates.prover());
    let mut headroom = Headroom::new(organization);
    let mut staged = Staged::new(folder);
    let mut manifest = Manifest::new(plans, root, here);
    staged.manifest(Manifest::head().as_bytes())?;
    let mut text = Vec::new();
    let mut done = |stack: Option<StackFile>, planned: Option<&Planned>, sink: &Sink| -> Result<(), WriteFault> {
        measured(&mut headroom, stack.as_ref(), planned);
        let Some(stack) = stack.filter(|_| !sink.has_errors()) else { return Ok(()) };
        staged.stack(&stack)?;
        text.clear();
        manifest.stack(&stack, &mut text);
        staged.manifest(&text)
    };
    if !plans.organizations.is_empty() {
        for stack in templates.stacks() {
            done(account(stack, prover, files, sink), None, sink)?;
        }
    }
    let several = stack_file::of_several_accounts(plans);
    for planned in &plans.pipelines {
        let stack = pipeline(planned, prover, files, sink).map(|stack| stack.told_apart(&several));
        done(stack, Some(planned), sink)?;
    }
    let uses = headroom.finish();
    headroom::report(&uses, sink);
    if !sink.has_errors() {
        staged.report("headroom.json", &uses)?;
    }
    staged.manifest(manifest.end().as_bytes())?;
    Ok(Some(staged).filter(|_| !sink.has_errors()))
}
