//! Byte ranges and the files they lie in.

use std::ops::Range;

/// A range of bytes in one file: `start` inclusive, `end` exclusive, both on character boundaries.
///
/// An empty span is a point between two characters. 32 bits are enough: files over 1 MiB are never read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; never below `start`.
    pub end: u32,
}

impl Span {
    /// The point at the start of a file; also what a finding about a whole file carries.
    pub const START: Self = Self { start: 0, end: 0 };

    /// A span over `range`. Offsets beyond 32 bits are held at the largest one, and a reversed range becomes empty at its start.
    #[must_use]
    pub fn new(range: Range<usize>) -> Self {
        let start = u32::try_from(range.start).unwrap_or(u32::MAX);
        let end = u32::try_from(range.end).unwrap_or(u32::MAX);
        Self { start, end: end.max(start) }
    }

    /// The empty span at `offset`.
    #[must_use]
    pub fn point(offset: usize) -> Self {
        Self::new(offset..offset)
    }

    /// The byte range, for slicing.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether no byte lies in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies wholly inside.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// One file of a [`Files`](crate::Files) table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) u32);

impl FileId {
    /// Position in the table, from 0.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The place at `span` in this file.
    #[must_use]
    pub fn at(self, span: Span) -> Place {
        Place { file: self, span }
    }

    /// The place of a finding about the whole file.
    #[must_use]
    pub fn whole(self) -> Place {
        self.at(Span::START)
    }
}

/// A span in a file: what a diagnostic points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}
