//! A finding's places → the lines of source to show, cut to what fits a screen.

use std::ops::Range;

use pipesynth_diag::{Diagnostic, FileId, Files, Place, Position};

/// Longest line shown whole, in characters; of a longer one only the surroundings of the place are shown.
const WHOLE_LINE: usize = 160;
/// What is shown of a long line before the place, in characters.
const BEFORE: usize = 40;
/// What is shown of a long line from the place on, in characters.
const BEHIND: usize = 110;
/// Two places of one file that are at most this many lines apart are shown together.
const NEAR: u32 = 20;

/// Some lines of one file and the marks in them.
pub(super) struct Excerpt<'a> {
    pub file: FileId,
    /// Where the first place stands in the file.
    pub at: Position,
    /// The column at which it is shown: another one in a line that is cut.
    pub shown_column: u32,
    /// Number of the first line of `source`.
    pub first_line: u32,
    pub source: String,
    pub marks: Vec<Mark<'a>>,
}

/// A place in an excerpt.
pub(super) struct Mark<'a> {
    /// Bytes in the excerpt's source; never over more than one line.
    pub range: Range<usize>,
    pub label: &'a str,
    /// The finding's own place, not a related one.
    pub primary: bool,
}

/// The excerpts of a finding, its own place first.
pub(super) fn excerpts<'a>(files: &Files, found: &'a Diagnostic) -> Vec<Excerpt<'a>> {
    let own = (found.place, found.label.as_str(), true);
    let mut together = vec![own];
    let mut apart = Vec::new();
    for related in &found.related {
        let place = (related.place, related.text.as_str(), false);
        match stand_together(files, found.place, related.place) {
            true => together.push(place),
            false => apart.push(vec![place]),
        }
    }
    let groups = std::iter::once(together).chain(apart);
    groups.map(|places| excerpt(files, &places)).collect()
}

fn stand_together(files: &Files, a: Place, b: Place) -> bool {
    let (line_a, line_b) = (files.start(a).line, files.start(b).line);
    a.file == b.file
        && line_a.abs_diff(line_b) <= NEAR
        && (line_a.min(line_b)..=line_a.max(line_b)).all(|line| is_short(line_text(files, a.file, line)))
}

fn excerpt<'a>(files: &Files, places: &[(Place, &'a str, bool)]) -> Excerpt<'a> {
    let file = places[0].0.file;
    let lines = places.iter().map(|(place, ..)| files.start(*place).line);
    let first_line = lines.clone().min().unwrap_or(1);
    let last_line = lines.max().unwrap_or(1);
    let mut source = String::new();
    let mut marks: Vec<Mark<'a>> = Vec::new();
    let at = files.start(places[0].0);
    let mut shown_column = at.column;
    for line in first_line..=last_line {
        let base = source.len();
        let text = line_text(files, file, line);
        let start = files.line_range(file, line).map_or(0, |range| range.start);
        let here = places.iter().filter(|(place, ..)| files.start(*place).line == line);
        let mut cut = Cut::whole(text);
        for (place, label, primary) in here {
            // A span that goes on over several lines is marked on its first.
            let from = (place.span.start as usize).saturating_sub(start).min(text.len());
            let to = (place.span.end as usize).saturating_sub(start).clamp(from, text.len());
            cut = Cut::around(text, from..to);
            if marks.is_empty() || *primary {
                let before = text.get(cut.kept.start..from).unwrap_or_default();
                shown_column = narrow(cut.before.chars().count() + before.chars().count() + 1);
            }
            let range = cut.place(from)..cut.place(to);
            marks.push(Mark { range: base + range.start..base + range.end, label, primary: *primary });
        }
        cut.write(text, &mut source);
        source.push('\n');
    }
    source.pop();
    Excerpt { file, at, shown_column, first_line, source, marks }
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn line_text(files: &Files, file: FileId, line: u32) -> &str {
    let range = files.line_range(file, line).unwrap_or_default();
    files.text(file).get(range).unwrap_or_default()
}

fn is_short(text: &str) -> bool {
    text.len() <= WHOLE_LINE || text.chars().nth(WHOLE_LINE).is_none()
}

/// The part of a line that is shown.
struct Cut {
    kept: Range<usize>,
    before: &'static str,
    behind: &'static str,
}

impl Cut {
    fn whole(text: &str) -> Self {
        let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { kept: bom..text.len(), before: "", behind: "" }
    }

    fn around(text: &str, place: Range<usize>) -> Self {
        if is_short(text) {
            return Self::whole(text);
        }
        let head = text.get(..place.start).unwrap_or_default();
        let tail = text.get(place.start..).unwrap_or_default();
        let from = head.char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
        let to = tail.char_indices().nth(BEHIND).map_or(tail.len(), |(at, _)| at);
        let kept = from..place.start + to;
        let before = if kept.start > 0 { "…" } else { "" };
        let behind = if kept.end < text.len() { "…" } else { "" };
        Self { kept, before, behind }
    }

    /// A byte of the line → a byte of what is shown.
    fn place(&self, at: usize) -> usize {
        self.before.len() + at.clamp(self.kept.start, self.kept.end) - self.kept.start
    }

    fn write(&self, text: &str, out: &mut String) {
        out.push_str(self.before);
        let shown = text.get(self.kept.clone()).unwrap_or_default();
        // The renderer replaces the other control characters; these are as long as their replacement.
        out.extend(shown.chars().map(|c| match c {
            '\u{80}'..='\u{9f}' => '·',
            c => c,
        }));
        out.push_str(self.behind);
    }
}
