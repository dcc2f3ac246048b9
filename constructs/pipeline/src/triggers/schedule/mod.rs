//! `trigger.schedule` — a pipeline starts by the clock.

mod construct;
mod cron;
mod plan;
mod spec;

pub use construct::add;
pub use plan::{SchedulePlan, lower};
pub use spec::{EngineSpec, ScheduleSpec};

#[cfg(test)]
mod tests;
