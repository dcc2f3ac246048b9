//! `cluster:` — compute of the EMR steps.

mod construct;
mod metastore;
mod nodes;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use construct::{parameters, request};
pub use metastore::{Database, Metastore};
pub use nodes::Group;
pub use plan::{ClusterPlan, RELEASE, Scaling, lower};
pub use spec::{BootstrapSpec, ClusterSpec, ConfigurationSpec, NodesSpec, ScalingSpec};
