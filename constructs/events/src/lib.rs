//! An EventBridge event pattern → whether AWS takes it, and which events it lets through.
//!
//! The semantics are those of AWS's own matcher, Event Ruler 2.0.1 (github.com/aws/event-ruler), against whose recorded answers the crate
//! is tested. What differs, on purpose:
//!
//! - A CIDR block holds addresses of its own family only. Event Ruler compares leading digits, so that `0.0.0.0/0` holds IPv6 addresses.
//! - Event Ruler accepts an operator with an empty list below `anything-but`, then fails when the rule is added: refused here.
//! - Every branch of `$or` counts. Event Ruler forgets values of a branch when an earlier one has the same field with one of its values.
//! - A number with a fraction of more digits than a double carries is read as the nearest double, as JSON is read in this workspace.
//! - The complexity of wildcards, which EventBridge bounds without publishing how, is not bounded here.

#![deny(missing_docs)]

mod condition;
mod event;
mod fault;
mod limits;
mod parse;
mod pattern;
mod places;

pub use fault::Fault;
pub use limits::{API_LENGTH, DEFAULT_LENGTH, MAX_COMBINATIONS, MAX_DEPTH, length, too_long};
pub use pattern::Pattern;
