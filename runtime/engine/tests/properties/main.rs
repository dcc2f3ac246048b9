//! The invariants P1 to P17 of the decision engine, on the shipped functions with random conditions and random histories.
//!
//! P5, P6 and P14 are about the protocol: `tests/protocol`. P16 compares stores.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod chains;
mod due;
mod firings;
mod graph;
mod lanes;
mod order;
mod world;
