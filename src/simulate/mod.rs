//! All pipelines under a path, a scenario → what would happen, simulated with the production code.
//!
//! Here is what stands around the simulator: the scenario file, the templates it is given, and the report. The simulation itself is
//! `pipesynth_simulator`'s.

pub mod codes;
mod deployment;
pub mod report;
pub mod scenario;
mod verdicts;

pub use deployment::{Fault, STAND_IN, StandIn, deployment};
pub use verdicts::verdicts;
