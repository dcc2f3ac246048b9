//! pipesynth.yaml: the organisation with its accounts, and the defaults under every pipeline.

mod environments;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use environments::{Environments, FIXED, MOST};
pub use plan::{Account, Fanout, OrganizationPlan, RunLog, lower};
pub use spec::{AccountSpec, DefaultsSpec, NetworkSpec, OrganizationFile, OrganizationSpec};
