//! Too many runs for bars → a strip per pipeline with a cell per day or hour, as high and coloured as its worst run.

use std::collections::BTreeMap;
use std::fmt::Write;

use pipesynth_contract::options::LocalTime;
use pipesynth_simulator::record::What;
use serde_json::{Value, json};

use super::super::view::{Kind, View};
use super::axis::Axis;
use super::chart::{frame, heading, label};
use super::rows::{HEADING, Row, groups};
use super::{BARS, Drawing, class, data};

const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;
/// Up to so many days a cell is an hour.
const HOURLY: u64 = 14;
/// Most cells of a strip; beyond, a cell is several days.
const CELLS: u64 = 1_000;
/// Height of a row, and of the mark of an alert at its top.
const HEIGHT: usize = 24;
const ALERT: usize = 4;

/// How many runs of each kind, and how many alerts.
type Cell = [usize; 7];

/// The beginnings of all cells, and the end of the last one.
struct Cells {
    edges: Vec<u64>,
    what: String,
}

impl Cells {
    fn of(view: &View<'_>) -> Self {
        let (from, until) = (view.record.from, view.record.until);
        let days = until.saturating_sub(from) / DAY + 1;
        let midnight = LocalTime::new(0, 0);
        let first =
            midnight.and_then(|time| view.clock.day(from).at(time, view.clock.zone)).filter(|first| *first <= from);
        let first = first.unwrap_or(from);
        let mut edges = vec![first];
        let (step, what) = match days {
            0..=HOURLY => (0, "hour".to_owned()),
            days if days <= CELLS => (1, "day".to_owned()),
            days => (days.div_ceil(CELLS), format!("{} days", days.div_ceil(CELLS))),
        };
        while let Some(last) = edges.last().copied().filter(|last| *last < until && edges.len() <= 1_100) {
            // Days are 23 to 25 hours long where the clock changes.
            let noon = last.saturating_add(step * DAY + DAY / 2);
            let next = midnight.filter(|_| step > 0).and_then(|time| view.clock.day(noon).at(time, view.clock.zone));
            edges.push(
                next.filter(|next| *next > last)
                    .unwrap_or(last.saturating_add(step.max(1) * if step == 0 { HOUR } else { DAY })),
            );
        }
        Self { edges, what }
    }

    fn count(&self) -> usize {
        self.edges.len().saturating_sub(1).max(1)
    }

    fn at(&self, time: u64) -> usize {
        self.edges.partition_point(|edge| *edge <= time).saturating_sub(1).min(self.count() - 1)
    }
}

/// Draws all strips.
pub(super) fn draw(view: &View<'_>) -> Drawing {
    let cells = Cells::of(view);
    let count = cells.count();
    let wide = (1_100.0 / count as f64).floor().clamp(3.0, 24.0);
    let (first, last) = (cells.edges.first().copied().unwrap_or(0), cells.edges.last().copied().unwrap_or(0));
    let axis = Axis::new(&view.clock, first, last, wide * count as f64);
    let mut body = String::new();
    let mut strips = Vec::new();
    let mut height = 0;
    for group in &groups(view) {
        if heading(&mut body, group) {
            height += HEADING;
        }
        for row in &group.rows {
            let strip = strip(view, &cells, row);
            line(&mut body, view, &axis, row, &strip, count);
            strips.push(packed(&strip));
            height += HEIGHT;
        }
    }
    let mut data = data("cells", &axis);
    data["edges"] = json!(cells.edges);
    data["kinds"] = Kind::ALL.iter().map(|kind| kind.counted()).collect();
    data["strips"] = strips.into();
    let note = format!(
        "{} runs: above {BARS} the page shows no bars but a cell per {}, as high and coloured as its worst run",
        view.record.runs.len(),
        cells.what
    );
    Drawing { markup: frame(view, &axis, height, "", &body), data, note }
}

fn strip(view: &View<'_>, cells: &Cells, row: &Row<'_>) -> BTreeMap<usize, Cell> {
    let mut strip: BTreeMap<usize, Cell> = BTreeMap::new();
    for run in row.runs.iter().filter_map(|(at, _)| view.run(*at)) {
        strip.entry(cells.at(run.started)).or_default()[Kind::of(run) as usize] += 1;
    }
    for entry in row.marks.iter().filter(|entry| matches!(entry.what, What::Alert { .. })) {
        strip.entry(cells.at(entry.at)).or_default()[6] += 1;
    }
    strip
}

/// First cell, how many alike, and their counts.
fn packed(strip: &BTreeMap<usize, Cell>) -> Value {
    let mut out: Vec<(usize, usize, Cell)> = Vec::new();
    for (at, cell) in strip {
        match out.last_mut() {
            Some((first, length, same)) if *first + *length == *at && same == cell => *length += 1,
            _ => out.push((*at, 1, *cell)),
        }
    }
    json!(out)
}

/// Height tells the kinds apart as well as colour does.
fn tall(kind: Kind) -> usize {
    match kind {
        Kind::Failed => 18,
        Kind::TimedOut => 16,
        Kind::Aborted => 14,
        Kind::Running => 10,
        Kind::Succeeded => 8,
        Kind::Skipped => 3,
    }
}

fn line(out: &mut String, view: &View<'_>, axis: &Axis, row: &Row<'_>, strip: &BTreeMap<usize, Cell>, count: usize) {
    let worst = |cell: &Cell| Kind::ALL.into_iter().find(|kind| cell[*kind as usize] > 0);
    let alone = |cell: &Cell| worst(cell).is_none_or(|kind| kind == Kind::Succeeded || kind == Kind::Skipped);
    let trouble = strip.values().any(|cell| !alone(cell) || cell[6] > 0);
    _ = write!(
        out,
        "<div class=\"row{}\" style=\"height:{HEIGHT}px\"><div class=\"label\">{}</div><svg width=\"{}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {count} {HEIGHT}\" preserveAspectRatio=\"none\" tabindex=\"-1\" role=\"img\">",
        if trouble { " trouble" } else { "" },
        label(view, row),
        axis.width
    );
    for kind in Kind::ALL {
        let these = strip.iter().filter(|(_, cell)| worst(cell) == Some(kind)).map(|(at, _)| *at);
        let path = stretches(these, HEIGHT - 2 - tall(kind), tall(kind));
        if !path.is_empty() {
            _ = write!(out, "<path class=\"cell {}\" d=\"{path}\"/>", class(kind));
        }
    }
    let alerts = stretches(strip.iter().filter(|(_, cell)| cell[6] > 0).map(|(at, _)| *at), 0, ALERT);
    if !alerts.is_empty() {
        _ = write!(out, "<path class=\"cell alert\" d=\"{alerts}\"/>");
    }
    _ = writeln!(out, "<title>{}</title></svg></div>", sum(strip));
}

/// Rectangles over cells; neighbours are one.
fn stretches(cells: impl Iterator<Item = usize>, top: usize, tall: usize) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for at in cells {
        match runs.last_mut() {
            Some((first, length)) if *first + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs.iter().map(|(first, length)| format!("M{first} {top}h{length}v{tall}h-{length}z")).collect()
}

/// `361 succeeded, 4 failed, 4 alerts`: what the strip says without a pointer.
fn sum(strip: &BTreeMap<usize, Cell>) -> String {
    let total = |at: usize| strip.values().map(|cell| cell[at]).sum::<usize>();
    let words = Kind::ALL.into_iter().map(|kind| (total(kind as usize), kind.counted())).chain([(total(6), "alerts")]);
    words
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}"))
        .collect::<Vec<_>>()
        .join(", ")
}
