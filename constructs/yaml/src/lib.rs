//! YAML text → the tree with places, and every fault of the text.
//!
//! One event parse, from which the tree is built. What a configuration file has no use for is an
//! error rather than a surprise: merge keys, several documents, keys that are not scalars, tags.
//! Every input ends in bounded time and memory: see [`limits`].

pub mod codes;
pub mod limits;
mod load;
mod scalar;
mod syntax;
mod text;
mod tree;

#[cfg(test)]
mod tests;

pub use limits::MAX_BYTES;
pub use load::{Loaded, Parsed, load, parse, parse_text};
pub use scalar::resolve;
pub use text::too_large;
