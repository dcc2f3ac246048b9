//! A long span or many pipelines → one line per pipeline, and below it what went otherwise than planned.

use std::collections::BTreeMap;

use pipesynth_simulator::record::{Entry, Run, What};
use unicode_width::UnicodeWidthStr;

use super::super::clock::duration;
use super::super::events;
use super::super::view::{Counts, Kind, View};
use super::super::why::{marks, why};
use super::days::times;
use super::line::{Line, Page, Style};
use super::{run_style, tone_style};

/// Exceptions that are shown of each pipeline, the first ones.
const SHOWN: usize = 5;
/// Characters of the strip over the whole span, in a terminal of at least so many columns.
const STRIPS: [(usize, usize); 2] = [(120, 36), (90, 24)];
/// Most columns of a pipeline's name.
const NAME: usize = 32;

/// What one pipeline did.
#[derive(Default)]
struct Summary<'a> {
    runs: Vec<&'a Run>,
    exceptions: Vec<(u64, Exception<'a>)>,
}

/// The alerts about each run.
type Alerts<'a> = BTreeMap<usize, Vec<&'a Entry>>;

/// What a person wants to see among many.
enum Exception<'a> {
    Run(usize, &'a Run),
    Entry(&'a Entry),
}

/// Writes one line per pipeline.
pub(super) fn write(page: &mut Page, view: &View<'_>) {
    let (pipelines, platform) = summaries(view);
    let alerts = view.notes(|entry| told_with_run(view, entry));
    let strip = STRIPS.into_iter().find(|(columns, _)| page.width >= *columns).map(|(_, length)| length);
    let name = view.record.pipelines.iter().enumerate().map(|(at, _)| view.name(at).width()).max().unwrap_or(0);
    let name = name.min(if page.width < 80 { NAME / 2 } else { NAME });
    page.empty();
    page.say(
        0,
        &format!(
            "{}, one line per pipeline; `--show all` shows each run",
            crate::graph::words::count(view.record.runs.len(), "run", "runs")
        ),
        Style::Dim,
    );
    if strip.is_some() {
        legend(page);
    }
    page.empty();
    let quiet = pipelines.iter().filter(|summary| summary.runs.is_empty() && summary.exceptions.is_empty()).count();
    for (at, summary) in pipelines.iter().enumerate() {
        if summary.runs.is_empty() && summary.exceptions.is_empty() {
            continue;
        }
        page.put(&pipeline_line(view, at, &summary.runs, name, strip));
        exceptions(page, view, &alerts, &summary.exceptions);
    }
    if !platform.is_empty() {
        page.say(2, "of no pipeline", Style::Bold);
        exceptions(page, view, &alerts, &platform);
    }
    if quiet > 0 {
        let words = crate::graph::words::count(quiet, "pipeline", "pipelines");
        page.say(2, &format!("{words} without any run"), Style::Dim);
    }
}

fn summaries<'a>(view: &View<'a>) -> (Vec<Summary<'a>>, Vec<(u64, Exception<'a>)>) {
    let mut pipelines: Vec<Summary<'a>> = view.record.pipelines.iter().map(|_| Summary::default()).collect();
    let mut platform = Vec::new();
    for (at, run) in view.record.runs.iter().enumerate() {
        let exception = Kind::of(run).is_exception().then_some((run.started, Exception::Run(at, run)));
        match pipelines.get_mut(run.pipeline) {
            Some(summary) => {
                summary.runs.push(run);
                summary.exceptions.extend(exception);
            }
            None => platform.extend(exception),
        }
    }
    for entry in view.record.log.iter().filter(|entry| events::tone(view, entry).is_exception()) {
        if told_with_run(view, entry) {
            continue;
        }
        let exception = (entry.at, Exception::Entry(entry));
        match entry.pipeline.and_then(|at| pipelines.get_mut(at)) {
            Some(summary) => summary.exceptions.push(exception),
            None => platform.push(exception),
        }
    }
    // Stable: a run stands before what happened at the same time.
    pipelines.iter_mut().for_each(|summary| summary.exceptions.sort_by_key(|(at, _)| *at));
    platform.sort_by_key(|(at, _)| *at);
    (pipelines, platform)
}

/// An alert about a run that is an exception itself stands in the run's line.
fn told_with_run(view: &View<'_>, entry: &Entry) -> bool {
    let run = view.owner(entry).and_then(|run| view.run(run));
    matches!(entry.what, What::Alert { .. }) && run.is_some_and(|run| Kind::of(run).is_exception())
}

fn legend(page: &mut Page) {
    let mut line = Line::default();
    line.words("the strip is the whole span, each place its worst run:", Style::Dim);
    for (kind, end) in
        [(Kind::Succeeded, ","), (Kind::Failed, ","), (Kind::TimedOut, ","), (Kind::Aborted, ","), (Kind::Running, "")]
    {
        line.words(&strip_mark(kind).to_string(), run_style(kind))
            .words(&format!("{}{end}", kind.counted()), Style::Dim);
    }
    page.put(&line);
}

/// `listings  365 runs  30m  ━━━✗━━━  361 succeeded, 4 failed`
fn pipeline_line(view: &View<'_>, pipeline: usize, runs: &[&Run], name: usize, strip: Option<usize>) -> Line {
    let counts = Counts::of(runs.iter().copied());
    let mut line = Line::new(2);
    line.column(view.name(pipeline), name, Style::Bold).right(&counts.all().to_string(), 6, Style::Plain);
    line.right(&median(runs), 7, Style::Dim);
    if let Some(length) = strip {
        for cell in cells(view, runs, length) {
            match cell {
                Some(kind) => line.push(strip_mark(kind).to_string(), run_style(kind)),
                None => line.push("·", Style::Dim),
            };
        }
        line.push("  ", Style::Plain);
    }
    let style = if counts.all() == counts.get(Kind::Succeeded) { Style::Plain } else { Style::Warn };
    line.words(&counts.words(), style);
    if let (Some(first), Some(last)) = (runs.first(), runs.last()) {
        let (first, last) = (view.clock.day(first.started), view.clock.day(last.started));
        let text = if first == last { format!("· {first}") } else { format!("· {first} … {last}") };
        line.words(&text, Style::Dim);
    }
    line
}

/// The median of how long runs lasted that did something.
fn median(runs: &[&Run]) -> String {
    let ended = runs.iter().filter(|run| !run.skipped);
    let mut lasted: Vec<u64> = ended.filter_map(|run| Some(run.ended?.saturating_sub(run.started))).collect();
    lasted.sort_unstable();
    lasted.get(lasted.len() / 2).map(|millis| duration(*millis)).unwrap_or_default()
}

/// The worst of each part of the span.
fn cells(view: &View<'_>, runs: &[&Run], length: usize) -> Vec<Option<Kind>> {
    let mut cells: Vec<Option<Kind>> = vec![None; length];
    let span = u128::from(view.record.until.saturating_sub(view.record.from).max(1));
    for run in runs.iter().filter(|run| !run.skipped) {
        let at = u128::from(run.started.saturating_sub(view.record.from)) * length as u128 / span;
        let at = usize::try_from(at).unwrap_or(usize::MAX).min(length.saturating_sub(1));
        let kind = Kind::of(run);
        cells[at] = Some(cells[at].map_or(kind, |worst| worst.min(kind)));
    }
    cells
}

fn strip_mark(kind: Kind) -> char {
    if kind == Kind::Succeeded { '━' } else { kind.mark() }
}

fn exceptions(page: &mut Page, view: &View<'_>, alerts: &Alerts<'_>, all: &[(u64, Exception<'_>)]) {
    for (at, exception) in all.iter().take(SHOWN) {
        let mut line = Line::new(4);
        match exception {
            Exception::Run(position, run) => {
                let kind = Kind::of(run);
                let day = view.clock.day(run.started);
                line.push(format!("{} ", kind.mark()), run_style(kind));
                let text = format!("{day} {} {}, {}", times(view, run), kind.word(), why(view, run));
                line.words(&[vec![text], marks(view, run, day)].concat().join(" · "), Style::Plain);
                for alert in alerts.get(position).into_iter().flatten() {
                    line.words(&format!("· ▲ {}", events::what(view, alert)), Style::Bad);
                }
            }
            Exception::Entry(entry) => {
                let tone = events::tone(view, entry);
                line.push(format!("{} ", tone.mark()), tone_style(tone));
                let of = match view.owner(entry).and_then(|run| view.run(run)) {
                    Some(run) => format!(" (the run of {})", view.clock.time_seen(run.started, view.clock.day(*at))),
                    None => String::new(),
                };
                line.words(&format!("{}{of} {}", view.clock.moment(*at), events::what(view, entry)), Style::Plain);
            }
        }
        page.put(&line);
    }
    if all.len() > SHOWN {
        page.say(4, &format!("… and {} more", all.len() - SHOWN), Style::Dim);
    }
}
