//! The protocol under every order of two workers, two dispatchers, duplicates, losses, crashes and edits: model-checked through the
//! shipped steps, the shipped decision and the memory store's conditions. Broken variants must be caught.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::print_stderr, reason = "the numbers of states are for the reader of the test's output")]

mod broken;
mod claim;
mod graph;
mod lives;
mod model;
mod props;
mod racing;
mod scenario;
mod sound;
mod turn;
mod world;
