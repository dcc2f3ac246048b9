//! Invocations of our Lambda functions → answers. One binary, `bootstrap`, holds all handlers and picks by `_HANDLER`.
//!
//! Map: [`handlers`] (the table) and what they do, without network, clock and environment of their own: [`registrar`], [`claim`],
//! [`cluster_reaper`] and [`notifier`] in the accounts of the pipelines, [`registry_api`], [`trigger_manager`] and [`trigger_dispatcher`] in the central one.
//! `pipesynth-aws` holds the trait they reach the world through, the real one, settings, signatures and tries.
//!
//! Build: `cargo build -p pipesynth-lambdas --profile lambda --target x86_64-unknown-linux-musl`. For arm64 take
//! `--target aarch64-unknown-linux-musl` with `CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld`. The profile unwinds on a
//! panic, so that the registrar can still answer CloudFormation.

pub mod claim;
pub mod cluster_reaper;
pub mod custom_resource;
pub mod execution_tracker;
pub mod handlers;
pub mod notifier;
pub mod registrar;
pub mod registry_api;
pub mod run_log_schema;
pub mod slack_caller;
pub mod slack_poster;
pub mod trigger_dispatcher;
pub mod trigger_manager;

mod answers;
mod batch;
mod central;
mod failure;
mod notices;
#[cfg(test)]
mod scripted;
#[cfg(test)]
mod story;
mod telling;
mod wake;

pub use failure::Failure;
