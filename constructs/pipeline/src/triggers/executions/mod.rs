//! `trigger.executions` — a pipeline starts after other pipelines.

mod construct;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use construct::add;
pub use plan::{ExecutionsPlan, Options, Parent, lower};
pub use spec::{ExecutionsSpec, LeafSpec, NodeSpec};
