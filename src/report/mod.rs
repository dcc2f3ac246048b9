//! Findings → text for people, or JSON for programs. The only place that knows colours.

pub mod human;
pub mod json;

mod excerpt;

#[cfg(test)]
mod tests;
