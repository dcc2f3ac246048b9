//! Keys → values, for tables of millions of rows: with a hash that is fast and the same in every process.

use foldhash::fast::FixedState;
use indexmap::IndexMap;

/// A map in the order of insertion. Its keys are the simulation's own, so nobody can choose them to collide.
pub(crate) type Table<K, V> = IndexMap<K, V, FixedState>;
