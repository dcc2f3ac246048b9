//! `notifications:` — whom to tell about a run, and about what.

mod construct;
mod ends;
mod plan;
mod spec;
mod steps;
#[cfg(test)]
mod tests;

pub use construct::add;
pub use plan::{NotificationsPlan, lower};
pub use spec::{ChannelSpec, KindSpec, NotificationsSpec, TargetSpec};
