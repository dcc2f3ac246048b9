//! Synthesized templates → what about them can be proven wrong before they are deployed, beyond what AWS's schemas say.
//!
//! Public validators look at one property at a time. What is looked at here is what only a whole machine, a whole template or the templates
//! of two accounts can show: [`accounts`] proves the two account stacks, [`pipeline`] a pipeline's stack against them.

#![deny(missing_docs)]

mod arrows;
pub mod codes;
mod deploy;
mod document;
mod finding;
mod iam;
mod logs;
mod machine;
mod names;
mod once;
mod policy;
mod promises;
mod rules;
mod secret;
mod width;
mod world;

pub use document::{Document, Home};
pub use finding::Finding;

use finding::Findings;
use world::World;

/// Proves one of the two account stacks; `other` is the other one.
#[must_use]
pub fn accounts(stack: &Document<'_>, other: &Document<'_>) -> Vec<Finding> {
    let world = World { documents: vec![stack, other] };
    let mut findings = alone(&world, stack);
    match stack.home() {
        Home::Central => {
            arrows::functions(&world, &mut findings);
            secret::check(&world, &mut findings);
        }
        Home::User => {
            promises::user(&world, stack, &mut findings);
            deploy::promises(&world, stack, &mut findings);
        }
    }
    findings.into_vec()
}

/// Proves a pipeline's stack against the account stacks that it is deployed beside.
#[must_use]
pub fn pipeline(stack: &Document<'_>, central: &Document<'_>, user: &Document<'_>) -> Vec<Finding> {
    let world = World { documents: vec![stack, user, central] };
    let mut findings = alone(&world, stack);
    deploy::check(&world, stack, &mut findings);
    findings.into_vec()
}

fn alone(world: &World<'_, '_>, stack: &Document<'_>) -> Findings {
    let mut findings = Findings::default();
    machine::check(stack, &mut findings);
    names::check(stack, &mut findings);
    rules::check(stack, &mut findings);
    width::check(stack, &mut findings);
    iam::machines(world, stack, &mut findings);
    iam::functions(world, stack, &mut findings);
    arrows::check(world, stack, &mut findings);
    logs::check(world, stack, &mut findings);
    findings
}
