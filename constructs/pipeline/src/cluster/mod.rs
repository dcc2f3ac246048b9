//! `cluster:` — compute of the EMR steps.

mod construct;
mod metastore;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use construct::{parameters, request};
pub use metastore::{Database, Metastore};
pub use plan::{ClusterPlan, Group, RELEASE, Scaling, lower};
pub use spec::{BootstrapSpec, ClusterSpec, ConfigurationSpec, NodesSpec, ScalingSpec};
