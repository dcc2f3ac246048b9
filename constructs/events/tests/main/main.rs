//! Event patterns held against what AWS's own matcher answered, against laws that must hold for all, and against our templates.

#![allow(clippy::expect_used, clippy::unwrap_used)] // a test may stop at the first surprise

mod faults;
mod laws;
mod recorded;
mod semantics;
mod snapshots;
#[path = "../support/mod.rs"]
mod support;

use pipesynth_events::Pattern;
use serde_json::Value;

/// Whether AWS takes a pattern, and whether an event passes it: as the tables of recorded answers spell it.
fn answer(pattern: &Value, event: &Value) -> &'static str {
    match Pattern::parse(pattern) {
        Ok(pattern) if pattern.matches(event) => "true",
        Ok(_) => "false",
        Err(_) => "invalid",
    }
}
