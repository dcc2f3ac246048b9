//! Bad input: each file of fixtures/bad is refused with a clear finding at its place, and nothing is written.

mod expect;
mod fixtures;
mod hostile;
mod scenarios;

pub use expect::refused;
