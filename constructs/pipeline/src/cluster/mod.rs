//! `cluster:` — compute of the EMR steps.

mod construct;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use construct::{parameters, request};
pub use plan::{ClusterPlan, Group, RELEASE, lower};
pub use spec::{BootstrapSpec, ClusterSpec, ConfigurationSpec, NodesSpec};
