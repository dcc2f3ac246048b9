//! What decides at run time, as pure functions: the logical date, run keys, the hash of a start condition. No clock, no network.
//!
//! The Lambda functions, `simulate` and `explain` all call these; there is no second implementation.

mod logical_date;
mod rev;
mod run_key;

pub use logical_date::{LogicalDate, TimeError, Zone, logical_date};
pub use rev::rev;
pub use run_key::{MAX_ID, RunKey, RunKeyError, Source};
