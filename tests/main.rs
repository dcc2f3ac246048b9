//! All integration tests in one binary: one link, and one place that says what each file holds.
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test may stop at the first surprise

mod arch;
mod bad_input;
mod boundary;
mod cli;
mod determinism;
mod file_format;
mod logical_ids;
mod properties;
mod reference;
mod snapshots;
mod support;
mod threats;
