//! The store in PostgreSQL, against a real server: the conditions, races, limits, plans.
//!
//! `./run-tests stores` starts the server. What a test needs of it is a database of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking")]
#![allow(clippy::disallowed_methods, reason = "sessions wait for each other, and not for ever")]

mod conditions;
mod forget;
mod help;
mod interleavings;
mod limits;
mod plans;
mod races;
mod suite;
mod transport;
