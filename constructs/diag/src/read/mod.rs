//! `Node` → typed spec, with every fault collected.

mod choice;
mod cx;
mod fields;
mod impls;
mod spanned;

pub use choice::Choice;
pub use cx::{Cx, quoted};
pub use fields::{Fields, FromFields};
pub use spanned::{Spanned, Text};

use crate::node::Node;

/// A type that reads itself from the tree.
///
/// The contract: what is wrong goes to the sink, all of it; `None` means that no value can be made,
/// and is returned only after an error was reported. Where a part can be left out the rest is still
/// made: an optional field that cannot be read is `None`, a bad item of a list is left out. So later
/// stages see as much as possible and report their own findings in the same run; whoever writes
/// output asks [`Sink::has_errors`](crate::Sink::has_errors) first.
pub trait FromNode: Sized {
    /// Reads the value at `node`.
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self>;

    /// The value of a field whose key is not there; `None` where the key is required.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}
