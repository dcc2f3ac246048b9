//! The DynamoDB store against a server: races, pages, limits, and what the shared suite asks of every store.
//!
//! `PIPESYNTH_DYNAMODB` is the server's endpoint; `./run-tests emulator` starts one and sets it. Each test has a table of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail by panicking")]

mod costs;
mod limits;
mod races;
mod server;
mod story;
mod suite;
mod units;
