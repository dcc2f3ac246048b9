//! Findings → text for people, JSON or SARIF for programs. The only place that knows colours.

pub mod human;
pub mod json;
pub mod sarif;

mod excerpt;

#[cfg(test)]
mod tests;
