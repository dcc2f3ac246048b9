//! Days of the case study, from its synthesized templates.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]

mod actions;
mod case_study;
mod clocks;
mod exactly_once;
mod expectations;
mod faults;
mod lanes;
mod support;
mod wiring;
