//! A stretch of the text that is read, which knows where it stands.

use std::ops::Range;

use super::Fault;

/// A part of a longer text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    pub text: &'a str,
    /// Its first byte in the whole text.
    start: usize,
}

impl<'a> Piece<'a> {
    /// The whole text.
    pub fn new(text: &'a str) -> Self {
        Self { text, start: 0 }
    }

    /// A part of this piece by its bytes.
    fn part(self, range: Range<usize>) -> Self {
        let start = self.start + range.start;
        Self { text: self.text.get(range).unwrap_or_default(), start }
    }

    /// Without white space around it.
    pub fn trim(self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        self.part(start..start + self.text.trim().len())
    }

    /// What stands between `word(` and `)`.
    pub fn inside(self, word: &str) -> Option<Self> {
        let trimmed = self.trim();
        let inner = trimmed.text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')')?;
        let start = word.len() + 1;
        Some(trimmed.part(start..start + inner.len()))
    }

    /// The members of a list between commas, empty ones included.
    pub fn members(self) -> impl Iterator<Item = Self> {
        let mut next = 0;
        self.text.split(',').map(move |text| {
            let start = next;
            next += text.len() + 1;
            self.part(start..start + text.len())
        })
    }

    /// The words between white space.
    pub fn words(self) -> Vec<Self> {
        let mut next = 0;
        let parts = self.text.split_inclusive(char::is_whitespace).map(|text| {
            let start = next;
            next += text.len();
            self.part(start..start + text.trim_end().len())
        });
        parts.filter(|word| !word.text.is_empty()).collect()
    }

    /// What stands before and behind the first separator.
    pub fn split_once(self, separator: char) -> Option<(Self, Self)> {
        let at = self.text.find(separator)?;
        Some((self.part(0..at), self.part(at + separator.len_utf8()..self.text.len())))
    }

    /// What stands before an ending.
    pub fn strip_suffix(self, ending: char) -> Option<Self> {
        self.text.strip_suffix(ending).map(|text| self.part(0..text.len()))
    }

    /// A fault of the whole piece.
    pub fn fault(self, message: impl Into<String>) -> Fault {
        Fault { message: message.into(), range: self.start..self.start + self.text.len() }
    }

    /// Digits alone, no sign, no spaces.
    pub fn number(self) -> Option<u32> {
        if self.text.bytes().all(|b| b.is_ascii_digit()) { self.text.parse().ok() } else { None }
    }
}
