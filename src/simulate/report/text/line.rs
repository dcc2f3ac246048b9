//! Pieces of text with their colours → lines that fit the terminal: cut where they stand in columns, wrapped where they are words.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::report::human::printable;

/// Fewest columns in which words are still wrapped beside the columns; with less they go below them.
const BESIDE: usize = 24;

/// A colour or weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Bold,
    Dim,
    Good,
    Bad,
    Warn,
    Calm,
}

impl Style {
    /// SGR parameters of ECMA-48.
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Bold => Some("1"),
            Self::Dim => Some("2"),
            Self::Good => Some("32"),
            Self::Bad => Some("31"),
            Self::Warn => Some("33"),
            Self::Calm => Some("36"),
        }
    }
}

/// The lines of a text, and what they must keep to.
pub(super) struct Page {
    pub out: String,
    pub width: usize,
    pub color: bool,
}

/// A line: columns, then words that wrap below their own beginning.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    columns: Vec<(String, Style)>,
    words: Vec<(String, Style)>,
    /// Where wrapped words go when there is no room beside the columns.
    indent: usize,
}

impl Line {
    pub fn new(indent: usize) -> Self {
        let mut line = Self { indent: indent + 4, ..Self::default() };
        line.push(" ".repeat(indent), Style::Plain);
        line
    }

    /// Adds text to the columns. What a user wrote cannot move the cursor.
    pub fn push(&mut self, text: impl AsRef<str>, style: Style) -> &mut Self {
        self.columns.push((printable(text.as_ref()).into_owned(), style));
        self
    }

    /// Adds a column of a fixed width and a gap of two.
    pub fn column(&mut self, text: &str, width: usize, style: Style) -> &mut Self {
        let text = cut(&printable(text), width).into_owned();
        let room = width.saturating_sub(text.width()) + 2;
        self.columns.push((text, style));
        self.columns.push((" ".repeat(room), Style::Plain));
        self
    }

    /// The same, set to the right.
    pub fn right(&mut self, text: &str, width: usize, style: Style) -> &mut Self {
        let text = cut(&printable(text), width).into_owned();
        self.columns.push((" ".repeat(width.saturating_sub(text.width())), Style::Plain));
        self.columns.push((format!("{text}  "), style));
        self
    }

    /// Adds words that may wrap. Marks of success and failure among them have their own colours.
    pub fn words(&mut self, text: &str, style: Style) -> &mut Self {
        for word in printable(text).split(' ').filter(|word| !word.is_empty()) {
            let style = match word {
                "✓" => Style::Good,
                "✗" => Style::Bad,
                "◷" | "■" => Style::Warn,
                "▷" => Style::Calm,
                _ => style,
            };
            self.words.push((word.to_owned(), style));
        }
        self
    }
}

impl Page {
    pub fn new(width: usize, color: bool) -> Self {
        Self { out: String::new(), width: width.max(40), color }
    }

    pub fn empty(&mut self) {
        self.out.push('\n');
    }

    /// A line of one style that wraps below its beginning.
    pub fn say(&mut self, indent: usize, text: &str, style: Style) {
        let mut line = Line::new(indent);
        line.words(text, style);
        self.put(&line);
    }

    /// Writes a line, or the several that it takes.
    pub fn put(&mut self, line: &Line) {
        let head: usize = line.columns.iter().map(|(text, _)| text.width()).sum();
        let beside = head + BESIDE.min(self.width / 2) <= self.width;
        let indent = if beside { head } else { line.indent.min(self.width / 4) };
        let mut now = fitted(&line.columns, self.width);
        let mut used = head.min(self.width);
        if !beside && !line.words.is_empty() {
            self.end(std::mem::replace(&mut now, vec![(" ".repeat(indent), Style::Plain)]));
            used = indent;
        }
        let mut first = true;
        for (word, style) in &line.words {
            let mut rest = word.as_str();
            loop {
                let gap = usize::from(!first);
                let room = self.width.saturating_sub(used + gap);
                if rest.width() <= room {
                    now.push((format!("{}{rest}", " ".repeat(gap)), *style));
                    used += gap + rest.width();
                    first = false;
                    break;
                }
                if first {
                    // Alone on its line and still too wide: broken anywhere, behind one character at least, so that it ends.
                    let least = rest.chars().next().map_or(0, char::len_utf8);
                    let at = fitting(rest, room).max(least);
                    let (part, more) = rest.split_at(at);
                    now.push((part.to_owned(), *style));
                    rest = more;
                }
                self.end(std::mem::replace(&mut now, vec![(" ".repeat(indent), Style::Plain)]));
                (used, first) = (indent, true);
                if rest.is_empty() {
                    break;
                }
            }
        }
        self.end(now);
    }

    /// Writes pieces as one line without spaces at its end.
    fn end(&mut self, mut pieces: Vec<(String, Style)>) {
        while let Some((last, _)) = pieces.last_mut() {
            last.truncate(last.trim_end_matches(' ').len());
            if !last.is_empty() {
                break;
            }
            pieces.pop();
        }
        for (text, style) in &pieces {
            match style.code().filter(|_| self.color && !text.trim().is_empty()) {
                Some(code) => self.out.push_str(&format!("\u{1b}[{code}m{text}\u{1b}[0m")),
                None => self.out.push_str(text),
            }
        }
        self.out.push('\n');
    }
}

/// The pieces that fit, the last one cut.
fn fitted(pieces: &[(String, Style)], width: usize) -> Vec<(String, Style)> {
    let mut left = width;
    let mut out = Vec::new();
    for (text, style) in pieces {
        let text = if text.width() > left { text[..fitting(text, left)].to_owned() } else { text.clone() };
        left = left.saturating_sub(text.width());
        out.push((text, *style));
    }
    out
}

/// How many bytes of a text fit into so many columns. A sequence such as an emoji with its variant is as wide as the whole of it.
fn fitting(text: &str, width: usize) -> usize {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.take_while(|end| text[..*end].width() <= width).last().unwrap_or(0)
}

/// The text, or its beginning and `…`.
pub(super) fn cut(text: &str, width: usize) -> Cow<'_, str> {
    if text.width() <= width {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{}…", &text[..fitting(text, width.saturating_sub(1))]))
}
