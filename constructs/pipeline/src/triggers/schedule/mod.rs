//! `trigger.schedule` — a pipeline starts by the clock.

mod construct;
mod plan;
mod spec;

pub use construct::add;
pub use plan::{SchedulePlan, lower, refuse_with_condition};
pub use spec::{EngineSpec, ScheduleSpec};

#[cfg(test)]
mod tests;
