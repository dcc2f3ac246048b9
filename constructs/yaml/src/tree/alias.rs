//! Anchors and aliases: an alias becomes a copy of its anchor's value, within limits.

use std::collections::BTreeMap;

use pipesynth_diag::{Diagnostic, Node, Span};

use super::{Builder, Size, Stop};
use crate::codes;
use crate::limits::{MAX_ALIAS_BYTES, MAX_ALIAS_NODES, MAX_DEPTH};
use crate::syntax;

/// Most values kept for anchors, in all; nested anchors keep their values several times.
/// An anchor beyond it cannot be used, which only shows when it is.
const MAX_KEPT: Size = Size { nodes: 10 * MAX_ALIAS_NODES, bytes: 4 * MAX_ALIAS_BYTES };

/// The values that aliases may stand for.
#[derive(Default)]
pub(crate) struct Anchors {
    kept: BTreeMap<usize, Kept>,
    total: Size,
    expanded: Size,
}

enum Kept {
    Value { node: Node, height: usize, size: Size },
    TooLarge,
}

impl Anchors {
    /// Keeps the value of an anchor (0 is none).
    pub fn set(&mut self, anchor: usize, node: &Node, height: usize, size: Size) {
        if anchor == 0 {
            return;
        }
        let total = self.total + size;
        let kept = match within(total, MAX_KEPT) {
            true => {
                self.total = total;
                let node = node.clone();
                Kept::Value { node, height, size }
            }
            false => Kept::TooLarge,
        };
        self.kept.insert(anchor, kept);
    }
}

impl Builder<'_> {
    pub(super) fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Stop> {
        let max = Size { nodes: MAX_ALIAS_NODES, bytes: MAX_ALIAS_BYTES };
        let (mut node, height, size) = match self.anchors.kept.get(&anchor) {
            None => {
                let message = "the alias stands for something that contains it";
                return self.refuse(span, message, "it would go on without end");
            }
            Some(Kept::Value { node, height, size }) if within(self.anchors.expanded + *size, max) => {
                (node.clone(), *height, *size)
            }
            Some(_) => {
                let message = "the aliases of this file expand too far";
                let why = "together they may stand for 10,000 values and 1 MiB of text";
                return self.refuse(span, message, why);
            }
        };
        if self.open.len() + height > MAX_DEPTH {
            self.sink.push(syntax::too_deep(self.file.at(span)));
            return Err(Stop);
        }
        self.anchors.expanded = self.anchors.expanded + size;
        self.built = self.built + size;
        // A fault of the value as a whole belongs where it is used; its parts keep their own lines.
        node.span = span;
        self.attach(node, height, span)
    }

    fn refuse(&mut self, span: Span, message: &str, why: &str) -> Result<(), Stop> {
        self.sink.push(
            Diagnostic::error(codes::ALIAS, self.file.at(span), message)
                .why(why)
                .help("write the value out instead of the alias"),
        );
        Err(Stop)
    }
}

fn within(size: Size, max: Size) -> bool {
    size.nodes <= max.nodes && size.bytes <= max.bytes
}
