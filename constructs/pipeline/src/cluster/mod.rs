//! `cluster:` — compute of the EMR steps.

mod construct;
mod plan;
mod spec;

pub use construct::{parameters, request};
pub use plan::{ClusterPlan, Group, lower};
pub use spec::{BootstrapSpec, ClusterSpec, ConfigurationSpec, NodesSpec};
