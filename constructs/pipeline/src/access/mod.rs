//! `access:` — the data that the steps may touch, and nothing else.

mod construct;
mod plan;
mod spec;
#[cfg(test)]
mod tests;

pub use construct::{OwnNeeds, add};
pub use plan::{AccessPlan, Location, lower};
pub use spec::AccessSpec;
