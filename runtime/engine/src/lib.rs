//! What decides at run time, as pure functions: when a child starts ([`decide()`], [`tick()`], [`admit`]), the logical date, run keys, the
//! hash of a start condition. No clock, no network.
//!
//! The Lambda functions, `simulate`, `explain` and the model checks all call these; there is no second implementation.
//!
//! Map: [`read_event`] → [`Occurrence`] (what is told about a run) → [`Spec::keys`] (which gates it concerns) → [`decide()`] ([`Gate`], [`Firing`],
//! [`Effect`]) → [`store`] (the protocol that makes it exactly once); [`registry`] (which pipelines there are, and who waits for whom).

mod correlate;
mod decide;
mod due;
mod effect;
mod event;
mod fire;
mod gate;
mod impossible;
mod input;
mod lane;
mod local;
mod logical_date;
mod occurrence;
mod rerun;
mod rev;
mod run_key;
mod spec;
mod tick;
mod truth;
mod turn;

pub mod claim;
pub mod registry;
pub mod schedule;
pub mod store;

pub use correlate::{ALL, MAX_KEY, correlation_key};
pub use decide::{Decision, decide};
pub use effect::{Effect, Ignored};
pub use event::{Execution, Included, MAX_AHEAD, Refused, StatusDetail, StatusEvent, read_event};
pub use fire::{Firing, FiringCause, MAX_CHAIN, Used, firing_id};
pub use gate::{Gate, LeafState, Run};
pub use impossible::{Impossible, Part, impossible};
pub use input::Input;
pub use lane::{Admission as LaneAdmission, Lane, OPEN_AT_MOST, admit};
pub use local::{Local, utc_text};
pub use logical_date::{LogicalDate, TimeError, Zone, logical_date};
pub use occurrence::{Admission, Chain, Mark, Occurrence, Origin, Token, admission};
pub use rev::rev;
pub use run_key::{MAX_ID, RunKey, RunKeyError, Source};
pub use spec::{LeafId, Spec, Standing};
pub use tick::tick;
pub use turn::{Asks, Lineup, started_at, take_turn};

#[cfg(test)]
mod tests;
