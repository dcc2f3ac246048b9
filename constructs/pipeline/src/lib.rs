//! Pipelines: pipeline.yaml and pipesynth.yaml in, a CloudFormation stack per pipeline out.
//!
//! Each thing that a user can name has a room: a step type, a trigger, a channel. In a room `spec` is what is written, `plan` what is
//! meant and checked, `construct` what AWS gets. Reading and lowering collect every finding; constructing a plan cannot fail.

pub mod access;
pub mod cluster;
mod code_file;
pub mod codes;
mod construct;
pub mod duration;
pub mod flow;
mod lower;
pub mod machine;
pub mod notify;
pub mod organization;
mod plan;
mod registration;
mod roles;
mod rules;
mod spec;
pub mod steps;
#[cfg(test)]
mod testing;
pub mod text;
pub mod triggers;

pub use code_file::CodeFile;
pub use construct::{parameter, stack};
pub use lower::{Lower, check_timezone};
pub use plan::{PipelinePlan, check_name, lower};
pub use spec::{ConcurrencySpec, PipelineSpec};
