//! Invocations of our Lambda functions → answers. One binary, `bootstrap`, holds all handlers and picks by `_HANDLER`.
//!
//! Map: [`handlers`] (the table), [`registrar`] and [`claim`] (what they do, without network, clock and environment of their own),
//! [`outside`] (the trait they reach the world through, and the real one), [`aws`] (settings, signatures), [`retry`].
//!
//! Build: `cargo build -p pipesynth-lambdas --profile lambda --target x86_64-unknown-linux-musl`. For arm64 take
//! `--target aarch64-unknown-linux-musl` with `CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld`. The profile unwinds on a
//! panic, so that the registrar can still answer CloudFormation.

pub mod aws;
pub mod claim;
pub mod handlers;
pub mod outside;
pub mod registrar;
pub mod retry;

mod failure;
#[cfg(test)]
mod scripted;

pub use failure::Failure;
