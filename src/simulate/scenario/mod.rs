//! The scenario file: what is written, what is meant, and everything that can be wrong with it.

mod actions;
mod faults;
mod kind;
mod lower;
mod names;
mod parts;
mod range;
mod span;
mod spec;
mod when;

pub use actions::ActionSpec;
pub use faults::FaultSpec;
pub use lower::{Lowered, lower};
pub use names::{Names, STAND_IN_ACCOUNT};
pub use span::{Chosen, MAX_DAYS};
pub use spec::{ExpectSpec, RunsSpec, ScenarioFile};
pub use when::Clock;
