//! The two account stacks: [`central::stack`] for the central account, [`user::stack`] for every account in which pipelines run.
//!
//! Neither names an account, an organisation or a network: all that differs between accounts is a parameter, so one template serves all.

mod alarm;
pub mod central;
mod function;
mod names_in_template;
mod options;
mod queue;
mod table;
#[cfg(test)]
mod tests;
pub mod user;

pub use options::{Fanout, Options, RunLog};
