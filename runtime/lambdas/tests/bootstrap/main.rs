//! The built Lambda binary, started for real against servers on loopback → what it sends, answers and logs.
//!
//! The binary is built for static musl by the tests themselves, or taken from `PIPESYNTH_BOOTSTRAP` (a path).
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking")]
#![allow(clippy::disallowed_methods, reason = "these tests are about real deadlines")]

mod binary;
mod central;
mod claim;
mod elf;
mod function;
mod notifier;
mod reaper;
mod registrar;
#[cfg(feature = "postgres-server")]
mod run_log;
mod server;
mod sigv4;
mod slack;
mod start;
mod tracker;
