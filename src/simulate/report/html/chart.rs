//! Runs → bars in the row of their pipeline, arrows from the runs that they started on, marks for what happened beside them.

use std::collections::BTreeMap;
use std::fmt::Write;

use pipesynth_simulator::record::{Cause, Entry, Run};
use serde_json::{Value, json};

use super::super::clock::{duration, weekday};
use super::super::events::{self, Tone};
use super::super::view::{Kind, View};
use super::super::why::{marks, name_with_attempt, why};
use super::axis::Axis;
use super::rows::{Group, HEADING, Row, groups};
use super::{Drawing, class, data, escaped, tone_class};

/// Pixels of an hour as the page is written, and what the whole width keeps to; the script zooms.
const HOUR: f64 = 48.0;
const WIDTH: (f64, f64) = (960.0, 12_000.0);
/// Narrowest bar.
const NARROWEST: f64 = 3.0;
/// Most arrows; with more of them nothing could be seen.
const ARROWS: usize = 10_000;

/// Draws all runs.
pub(super) fn draw(view: &View<'_>) -> Drawing {
    let record = view.record;
    let hours = record.until.saturating_sub(record.from) as f64 / 3_600_000.0;
    let axis = Axis::new(&view.clock, record.from, record.until, (hours * HOUR).clamp(WIDTH.0, WIDTH.1).round());
    let groups = groups(view);
    let notes = view.notes(|entry| events::tone(view, entry) != Tone::Quiet);
    let mut body = String::new();
    // By the run's position: its row's number, its lane, and the middle of its bar from the top of the drawing.
    let mut places: BTreeMap<usize, (usize, usize, usize)> = BTreeMap::new();
    let (mut top, mut number) = (0, 0);
    for group in &groups {
        if heading(&mut body, group) {
            top += HEADING;
        }
        for row in &group.rows {
            line(&mut body, view, &axis, &notes, row);
            let middle = |lane| top + Row::lane(lane) + Row::BAR / 2;
            places.extend(row.runs.iter().map(|(at, lane)| (*at, (number, *lane, middle(*lane)))));
            (top, number) = (top + row.height, number + 1);
        }
    }
    let arrows = arrows(view, &axis, &places);
    let note = match &arrows {
        Some(_) => String::new(),
        None => format!("more than {ARROWS} arrows, which are shown for a chosen run alone"),
    };
    let runs = record.runs.iter().enumerate().map(|(at, run)| about(view, at, run, places.get(&at).copied()));
    let mut data = data("runs", &axis);
    data["runs"] = runs.collect();
    Drawing { markup: frame(view, &axis, top, &arrows.unwrap_or_default(), &body), data, note }
}

/// Axis, lines, arrows and rows in their places.
pub(super) fn frame(view: &View<'_>, axis: &Axis, height: usize, arrows: &str, rows: &str) -> String {
    let (ticks, lines) = axis.draw(&view.clock);
    let width = axis.width;
    format!(
        "<div id=\"axis\"><div class=\"label\">{}</div><svg width=\"{width}\" height=\"36\">{ticks}</svg></div>\n\
         <div id=\"rows\"><svg id=\"lines\" width=\"{width}\" height=\"{height}\" aria-hidden=\"true\">{lines}</svg>\n{rows}\
         <svg id=\"arrows\" width=\"{width}\" height=\"{height}\" aria-hidden=\"true\">{arrows}</svg></div>",
        escaped(view.clock.zone.name())
    )
}

/// The heading of an account, and whether there is one.
pub(super) fn heading(out: &mut String, group: &Group<'_>) -> bool {
    let Some(account) = group.account else { return false };
    _ = writeln!(out, "<div class=\"account\" style=\"height:{HEADING}px\"><div class=\"label\">{account}</div></div>");
    true
}

/// The name at the left of a row.
pub(super) fn label(view: &View<'_>, row: &Row<'_>) -> String {
    row.pipeline.map_or("platform".to_owned(), |at| escaped(view.record.pipelines.get(at).map_or("?", |p| &p.name)))
}

fn line(out: &mut String, view: &View<'_>, axis: &Axis, notes: &BTreeMap<usize, Vec<&Entry>>, row: &Row<'_>) {
    let runs = row.runs.iter().filter_map(|(at, lane)| Some((*at, *lane, view.run(*at)?)));
    let trouble = runs.clone().any(|(_, _, run)| Kind::of(run).is_exception()) || !row.marks.is_empty();
    let class = if trouble { "row trouble" } else { "row" };
    _ = write!(
        out,
        "<div class=\"{class}\" style=\"height:{}px\"><div class=\"label\">{}</div><svg width=\"{}\" height=\"{}\">",
        row.height,
        label(view, row),
        axis.width,
        row.height
    );
    for (at, lane, run) in runs {
        bar(out, view, axis, notes.get(&at).map_or(&[], Vec::as_slice), at, lane, run);
    }
    // Marks at one time stand beside each other, so that each can be pointed at.
    let mut last = -9.0_f64;
    for entry in &row.marks {
        last = axis.x(entry.at).max(last + 9.0);
        let tone = events::tone(view, entry);
        let title = format!("{}\n{}", view.clock.moment(entry.at), events::what(view, entry));
        _ = write!(
            out,
            "<text class=\"tone {}\" data-t=\"{}\" x=\"{}\" y=\"{}\">{}<title>{}</title></text>",
            tone_class(tone),
            entry.at,
            (last * 10.0).round() / 10.0,
            row.height - 5,
            tone.mark(),
            escaped(&title)
        );
    }
    out.push_str("</svg></div>\n");
}

fn bar(out: &mut String, view: &View<'_>, axis: &Axis, notes: &[&Entry], at: usize, lane: usize, run: &Run) {
    let kind = Kind::of(run);
    let (from, to) = (axis.x(run.started), axis.x(run.ended.unwrap_or(view.record.until)));
    let width = ((to - from).max(NARROWEST) * 10.0).round() / 10.0;
    let y = Row::lane(lane);
    _ = write!(
        out,
        "<g class=\"run {}\" data-at=\"{at}\" role=\"img\" tabindex=\"-1\"><rect class=\"bar\" x=\"{from}\" y=\"{y}\" width=\"{width}\" \
         height=\"{}\" rx=\"2\"/>",
        class(kind),
        Row::BAR
    );
    // What it waited for its turn is drawn over, in the colour of what has not begun.
    let worked = axis.x(run.worked_from.or(run.ended).unwrap_or(view.record.until).max(run.started)).min(to);
    let waited = ((worked - from) * 10.0).round() / 10.0;
    if waited >= NARROWEST && !run.skipped {
        _ = write!(
            out,
            "<rect class=\"wait\" x=\"{from}\" y=\"{y}\" width=\"{waited}\" height=\"{}\" rx=\"2\"/>",
            Row::BAR
        );
    }
    if kind.is_exception() {
        let x = ((from + width + 3.0) * 10.0).round() / 10.0;
        _ = write!(out, "<text class=\"kind\" x=\"{x}\" y=\"{}\">{}</text>", y + 11, kind.mark());
    }
    _ = write!(out, "<title>{}</title></g>", escaped(&title(view, run, notes)));
}

/// What a run is, line by line: the first is its name and status, the last ones what happened to it.
fn title(view: &View<'_>, run: &Run, notes: &[&Entry]) -> String {
    let kind = Kind::of(run);
    let day = view.clock.day(run.started);
    let end = run.ended.map_or("…".to_owned(), |ended| view.clock.time_seen(ended, day));
    let lasted =
        run.ended.map(|ended| format!(", {}", duration(ended.saturating_sub(run.started)))).unwrap_or_default();
    let mut lines = vec![
        format!("{} {} {}", view.name(run.pipeline), kind.mark(), kind.word()),
        format!("{} {day} {}–{end}{lasted}", weekday(day), view.clock.time(run.started)),
        why(view, run),
    ];
    lines.extend(marks(view, run, day));
    for entry in notes {
        let tone = events::tone(view, entry).mark();
        lines.push(format!("{tone} {} {}", view.clock.time_seen(entry.at, day), events::what(view, entry)));
    }
    lines.join("\n")
}

/// The runs that a run started on, or that it repeats.
fn parents(run: &Run) -> Vec<usize> {
    match &run.cause {
        Cause::Condition { parents, .. } => parents.iter().map(|(at, _)| *at).collect(),
        Cause::Rerun(of) => vec![*of],
        _ => Vec::new(),
    }
}

/// Row, lane, start, end, parents and name of a run.
fn about(view: &View<'_>, at: usize, run: &Run, place: Option<(usize, usize, usize)>) -> Value {
    let (row, lane) = place.map_or((0, 0), |(row, lane, _)| (row, lane));
    let parents: Vec<usize> = parents(run).into_iter().filter(|p| *p < view.record.runs.len() && *p != at).collect();
    let end = run.ended.unwrap_or(view.record.until).max(run.started);
    json!([
        row,
        lane,
        run.started,
        end,
        parents,
        format!("{} {}", name_with_attempt(view, run), view.clock.time(run.started))
    ])
}

/// Level at both ends, from a parent's end, or its start where it was not over, to the child's start.
fn arrows(view: &View<'_>, axis: &Axis, places: &BTreeMap<usize, (usize, usize, usize)>) -> Option<String> {
    let mut out = String::new();
    let mut count = 0;
    for (at, child) in view.record.runs.iter().enumerate() {
        for of in parents(child) {
            let (Some(parent), Some((_, _, from)), Some((_, _, to))) = (view.run(of), places.get(&of), places.get(&at))
            else {
                continue;
            };
            count += 1;
            if count > ARROWS {
                return None;
            }
            let left = axis.x(parent.ended.filter(|ended| *ended <= child.started).unwrap_or(parent.started));
            let right = axis.x(child.started);
            let bend = ((right - left) / 2.0).clamp(10.0, 60.0);
            _ = write!(
                out,
                "<path class=\"arrow\" data-of=\"{of}\" data-to=\"{at}\" d=\"M{left} {from}C{:.1} {from} {:.1} {to} {right} {to}\"/>",
                left + bend,
                right - bend
            );
        }
    }
    Some(out)
}
