//! Synthesized templates and a scenario → what would happen: every run, why it started, who was told.
//!
//! Nothing is decided here: schedules, logical dates, claims, gates, lanes and the outbox are the engine's, and which rule delivers an
//! event is said by the event patterns in the templates. Here are the virtual clock, the runs' durations and outcomes, and what goes wrong.

mod lots;
pub mod record;
pub mod scenario;
mod shares;
mod store;
mod table;
mod wiring;
mod world;

pub use wiring::{Builder, Deployment, Stack};

use std::num::NonZeroUsize;

use record::Record;
use scenario::Scenario;

/// Lets a scenario happen. The same deployment and scenario give the same record.
///
/// # Errors
///
/// Every pipeline of the scenario that is not deployed, and a span that ends before it begins.
pub fn simulate(deployment: &Deployment, scenario: &Scenario) -> Result<Record, Vec<String>> {
    simulate_on(deployment, scenario, NonZeroUsize::MIN)
}

/// The same, with so many threads at most; their number changes nothing in the record. Only pipelines that have nothing to do with each
/// other are simulated at the same time.
///
/// # Errors
///
/// As [`simulate`].
pub fn simulate_on(deployment: &Deployment, scenario: &Scenario, threads: NonZeroUsize) -> Result<Record, Vec<String>> {
    shares::simulate(deployment, scenario, threads)
}

#[cfg(test)]
mod tests;
