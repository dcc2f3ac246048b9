//! Synthesized templates and a scenario → what would happen: every run, why it started, who was told.
//!
//! Nothing is decided here: schedules, logical dates, claims, gates, lanes and the outbox are the engine's, and which rule delivers an
//! event is said by the event patterns in the templates. Here are the virtual clock, the runs' durations and outcomes, and what goes wrong.

mod lots;
pub mod record;
pub mod scenario;
mod store;
mod table;
mod wiring;
mod world;

pub use wiring::{Builder, Deployment, Stack};

use record::Record;
use scenario::Scenario;

/// Lets a scenario happen. The same deployment and scenario give the same record.
///
/// # Errors
///
/// Every pipeline of the scenario that is not deployed, and a span that ends before it begins.
pub fn simulate(deployment: &Deployment, scenario: &Scenario) -> Result<Record, Vec<String>> {
    world::simulate(deployment, scenario, Box::<store::Indexed>::default())
}

#[cfg(test)]
mod tests;
