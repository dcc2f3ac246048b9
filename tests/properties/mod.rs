//! Random input: the command never panics, refuses at a place or writes what can be deployed.

mod firings;
mod machine;
mod mutations;
mod specs;

use proptest::prelude::ProptestConfig;

/// How many inputs are tried; PROPTEST_CASES in the environment asks for more. Nothing is kept in files: a failure prints its input.
fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(cases), failure_persistence: None, ..ProptestConfig::default() }
}
