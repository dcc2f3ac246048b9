//! Byte offset → line and column: the table of the files that were read.

use std::sync::OnceLock;

use crate::span::{FileId, Place};

/// The files of one run: path as the user gave it, and text. Files are only added, so a [`FileId`] stays good.
#[derive(Debug, Default)]
pub struct Files {
    files: Vec<File>,
}

#[derive(Debug)]
struct File {
    path: String,
    text: String,
    /// Offset of the first byte of each line; computed when the first position is asked for.
    lines: OnceLock<Vec<u32>>,
}

/// A place as people and editors count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1. Only a line feed ends a line.
    pub line: u32,
    /// Column, from 1, in characters (not bytes, not terminal cells). A byte-order mark does not count.
    pub column: u32,
}

impl Files {
    /// An empty table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file. `path` is shown as it is; a file that was refused unread has an empty `text`.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(File { path: path.into(), text: text.into(), lines: OnceLock::new() });
        id
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// All files in the order they were added.
    pub fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        (0..u32::try_from(self.files.len()).unwrap_or(u32::MAX)).map(FileId)
    }

    /// The path as it was given; empty for an id of another table.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.files.get(file.index()).map_or("", |f| &f.path)
    }

    /// The whole text; empty for an id of another table.
    #[must_use]
    pub fn text(&self, file: FileId) -> &str {
        self.files.get(file.index()).map_or("", |f| &f.text)
    }

    /// The text at `place`; empty where the span does not fit the file.
    #[must_use]
    pub fn slice(&self, place: Place) -> &str {
        self.text(place.file).get(place.span.range()).unwrap_or_default()
    }

    /// Where `place` starts.
    #[must_use]
    pub fn start(&self, place: Place) -> Position {
        self.position(place.file, place.span.start)
    }

    /// Where `place` ends: the position after its last character.
    #[must_use]
    pub fn end(&self, place: Place) -> Position {
        self.position(place.file, place.span.end)
    }

    /// Line and column of a byte offset; an offset beyond the text is held at its end.
    #[must_use]
    pub fn position(&self, file: FileId, offset: u32) -> Position {
        let Some(entry) = self.files.get(file.index()) else {
            return Position { line: 1, column: 1 };
        };
        let mut offset = (offset as usize).min(entry.text.len());
        while !entry.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let lines = entry.lines();
        let line = lines.partition_point(|&start| start as usize <= offset);
        let start = lines.get(line - 1).map_or(0, |&start| start as usize);
        let before = entry.text.get(start..offset).unwrap_or_default();
        let before = before.strip_prefix('\u{feff}').unwrap_or(before);
        Position { line: narrow(line), column: narrow(before.chars().count() + 1) }
    }

    /// The byte range of a line (from 1) without its line end; `None` beyond the last line.
    #[must_use]
    pub fn line_range(&self, file: FileId, line: u32) -> Option<std::ops::Range<usize>> {
        let entry = self.files.get(file.index())?;
        let lines = entry.lines();
        let index = (line as usize).checked_sub(1)?;
        let start = *lines.get(index)? as usize;
        let end = lines.get(index + 1).map_or(entry.text.len(), |&next| next as usize - 1);
        let text = entry.text.get(start..end)?;
        Some(start..end - usize::from(text.ends_with('\r')))
    }
}

impl File {
    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|&(_, b)| b == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| narrow(at + 1))).collect()
        })
    }
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
