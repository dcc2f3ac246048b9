//! What bounds the reading of one file. The numbers are ours: far above any file written by a person, far below what hurts.

/// Largest file that is read, in bytes (1 MiB). Larger ones are refused by their size alone: [`too_large`](crate::too_large).
pub const MAX_BYTES: u64 = 1 << 20;

/// Deepest nesting of lists and mappings. Everything that walks a tree may recurse because of it.
pub const MAX_DEPTH: usize = 64;

/// Most values that all aliases of a file may stand for together; nested aliases multiply ("billion laughs").
pub const MAX_ALIAS_NODES: usize = 10_000;

/// Most bytes of text that all aliases of a file may stand for together.
pub const MAX_ALIAS_BYTES: usize = 1 << 20;
