//! Runs and what happened beside them → one line each, day by day, in the order of time.

use std::collections::BTreeMap;

use pipesynth_engine::LogicalDate;
use pipesynth_simulator::record::{Entry, Run};
use unicode_width::UnicodeWidthStr;

use super::super::clock::{duration, weekday};
use super::super::events::{self, Tone};
use super::super::view::{Kind, View};
use super::super::why::{marks, why};
use super::bar::{Axis, WIDTH};
use super::line::{Line, Page, Style};
use super::{run_style, tone_style};

/// Columns of a status and its mark.
const STATUS: usize = 11;
/// In a narrower terminal the mark alone stands in its column, and words say what did not succeed.
const ROOMY: usize = 100;
/// Most columns of a pipeline's name.
const NAME: usize = 32;
/// Columns that the reason must keep where a bar is drawn.
const REASON: usize = 36;

/// One line of a day.
enum Item<'a> {
    Run(usize, &'a Run),
    Entry(&'a Entry),
}

/// Widths of the columns over the whole timeline, so that days stand under each other.
struct Columns {
    times: usize,
    duration: usize,
    name: usize,
    status: usize,
    bar: Option<Axis>,
}

impl Columns {
    fn of(page: &Page, view: &View<'_>) -> Self {
        let widest = |widths: &mut dyn Iterator<Item = usize>| widths.max().unwrap_or(0);
        let runs = &view.record.runs;
        let times = widest(&mut runs.iter().map(|run| times(view, run).width())).max(5);
        let duration = widest(&mut runs.iter().map(|run| lasted(run).len()));
        let entries = view.record.log.iter().filter_map(|entry| entry.pipeline);
        let named = runs.iter().map(|run| run.pipeline).chain(entries);
        let most = if page.width < 80 { NAME / 2 } else { NAME };
        let name = widest(&mut named.map(|at| view.name(at).width())).min(most);
        let status = if page.width < ROOMY { 1 } else { STATUS };
        let taken = 2 + times + 2 + duration + 2 + name + 2 + status + 2;
        let bar = (taken + WIDTH + 2 + REASON <= page.width).then(|| Axis::of(view.record, &view.clock));
        Self { times, duration, name, status, bar }
    }
}

/// Writes all days.
pub(super) fn write(page: &mut Page, view: &View<'_>, shown: &dyn Fn(&Entry) -> bool) {
    let columns = Columns::of(page, view);
    let notes = view.notes(shown);
    let mut days: BTreeMap<LogicalDate, Vec<(u64, Item<'_>)>> = BTreeMap::new();
    for (at, run) in view.record.runs.iter().enumerate() {
        days.entry(view.clock.day(run.started)).or_default().push((run.started, Item::Run(at, run)));
    }
    for entry in view.record.log.iter().filter(|entry| shown(entry) && view.owner(entry).is_none()) {
        days.entry(view.clock.day(entry.at)).or_default().push((entry.at, Item::Entry(entry)));
    }
    for (day, mut items) in days {
        // Stable: at the same time people and faults come first, then runs in the record's order, then what came of them.
        items.sort_by_key(|(at, item)| (*at, rank(view, item)));
        page.empty();
        heading(page, &columns, day);
        for (_, item) in items {
            match item {
                Item::Entry(entry) => page.put(&entry_line(view, &columns, entry)),
                Item::Run(at, run) => {
                    page.put(&run_line(view, &columns, day, run));
                    for entry in notes.get(&at).into_iter().flatten() {
                        page.put(&note_line(view, &columns, day, entry));
                    }
                }
            }
        }
    }
}

fn rank(view: &View<'_>, item: &Item<'_>) -> u8 {
    match item {
        Item::Entry(entry) if entry.pipeline.is_none() || events::tone(view, entry) == Tone::Deed => 0,
        Item::Run(..) => 1,
        Item::Entry(_) => 2,
    }
}

/// `Mon 2026-11-23`, and above the bars their axis.
fn heading(page: &mut Page, columns: &Columns, day: LogicalDate) {
    let mut line = Line::default();
    let text = format!("{} {day}", weekday(day));
    if let Some(axis) = &columns.bar {
        let before = 2 + columns.times + 2 + columns.duration + 2 + columns.name + 2 + columns.status;
        line.column(&text, before, Style::Bold).push(axis.labels(), Style::Dim);
    } else {
        line.push(&text, Style::Bold);
    }
    page.put(&line);
}

fn run_line(view: &View<'_>, columns: &Columns, day: LogicalDate, run: &Run) -> Line {
    let kind = Kind::of(run);
    let style = run_style(kind);
    let (name, reason) = if run.skipped { (Style::Dim, Style::Dim) } else { (Style::Bold, Style::Plain) };
    let roomy = columns.status == STATUS;
    let status = if roomy { format!("{} {}", kind.mark(), kind.word()) } else { kind.mark().to_string() };
    let mut line = Line::new(2);
    line.column(&times(view, run), columns.times, reason)
        .right(&lasted(run), columns.duration, Style::Dim)
        .column(view.name(run.pipeline), columns.name, name)
        .column(&status, columns.status, style);
    if let Some(axis) = &columns.bar {
        let bar = axis.bar(&view.clock, day, run.started, run.ended, view.record.until);
        let filled = |c: char| c != '·';
        let (first, last) = (bar.find(filled).unwrap_or(0), bar.rfind(filled).unwrap_or(0));
        let last = last + bar[last..].chars().next().map_or(0, char::len_utf8);
        line.push(&bar[..first], Style::Dim).push(&bar[first..last], style).push(&bar[last..], Style::Dim);
        line.push("  ", Style::Plain);
    }
    if !roomy && kind.is_exception() {
        line.words(kind.word(), style);
    }
    line.words(&why(view, run), reason);
    let marks = marks(view, run, day);
    if !marks.is_empty() {
        line.words(&format!("· {}", marks.join(" · ")), Style::Dim);
    }
    line
}

/// What happened to no run of its own: under the day, with its time.
fn entry_line(view: &View<'_>, columns: &Columns, entry: &Entry) -> Line {
    let tone = events::tone(view, entry);
    let mut line = Line::new(2);
    line.column(&view.clock.time(entry.at), columns.times, Style::Plain).right("", columns.duration, Style::Plain);
    match entry.pipeline {
        Some(pipeline) => line.column(view.name(pipeline), columns.name, Style::Bold),
        None => line.column("—", columns.name, Style::Dim),
    };
    line.push(format!("{} ", tone.mark()), tone_style(tone));
    line.words(&events::what(view, entry), tone_style(tone));
    line
}

/// What happened to a run: below its line.
fn note_line(view: &View<'_>, columns: &Columns, day: LogicalDate, entry: &Entry) -> Line {
    let tone = events::tone(view, entry);
    let mut line = Line::new(2);
    line.column("", columns.times, Style::Plain).right("", columns.duration, Style::Plain);
    line.push("└ ", Style::Dim).push(format!("{} ", tone.mark()), tone_style(tone));
    line.words(&format!("{} {}", view.clock.time_seen(entry.at, day), events::what(view, entry)), tone_style(tone));
    line
}

/// `03:00–03:30`, `22:10–01:05 +1` where it ends a day later, `22:10–…` where it is open.
pub(super) fn times(view: &View<'_>, run: &Run) -> String {
    let start = view.clock.time(run.started);
    let Some(ended) = run.ended else { return format!("{start}–…") };
    let (first, last) = (view.clock.day(run.started), view.clock.day(ended));
    let end = view.clock.time(ended);
    if first == last {
        return format!("{start}–{end}");
    }
    let days = (1..=99).find(|days| first.plus_days(*days).is_ok_and(|day| day == last));
    days.map_or_else(|| format!("{start}–{end} {last}"), |days| format!("{start}–{end} +{days}"))
}

/// How long it lasted; of an open one nothing.
pub(super) fn lasted(run: &Run) -> String {
    run.ended.map(|ended| duration(ended.saturating_sub(run.started))).unwrap_or_default()
}
