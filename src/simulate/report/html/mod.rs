//! A record → one HTML page that needs nothing else: a Gantt chart by pipeline, why each run started, what went otherwise than planned.
//!
//! Without scripts the chart is there all the same, with its reasons as tooltips. The page forbids itself every request by its content
//! security policy. Above [`BARS`] runs or marks it shows a strip per pipeline instead, one cell per day or hour, so that a browser can
//! hold it.

mod axis;
mod chart;
mod heat;
mod lists;
mod rows;

use pipesynth_engine::Zone;
use pipesynth_simulator::record::Record;
use serde_json::{Value, json};

use self::axis::Axis;
use super::clock::weekday;
use super::events::{self, Tone};
use super::view::{Kind, Totals, View};
use crate::graph::html::fill;
use crate::graph::words::count;
use crate::report::human::printable;

const TEMPLATE: &str = include_str!("../page/page.html");
const STYLE: &str = include_str!("../page/page.css");
const SCRIPT: &str = include_str!("../page/page.js");

/// Most runs, and most marks, that are drawn one by one.
pub(super) const BARS: usize = 4_000;

/// A drawing: the markup of axis, rows and arrows, and what the script must know.
struct Drawing {
    markup: String,
    data: Value,
    /// What a reader must be told about the drawing.
    note: String,
}

/// Writes the page.
pub(super) fn write(record: &Record, zone: &Zone) -> String {
    let view = View::new(record, zone);
    let marks = record.log.iter().filter(|entry| events::tone(&view, entry).is_exception()).count();
    let drawing = match record.runs.len() > BARS || marks > BARS {
        true => heat::draw(&view),
        false => chart::draw(&view),
    };
    fill(TEMPLATE, |page, mark| match mark {
        "style" => page.push_str(STYLE),
        "script" => page.push_str(SCRIPT),
        "span" => page.push_str(&escaped(&span(&view))),
        "sum" => page.push_str(&escaped(&sum(record))),
        "note" => page.push_str(&escaped(&drawing.note)),
        "legend" => legend(page),
        "chart" => page.push_str(&drawing.markup),
        "lists" => lists::write(page, &view),
        // Inside a script element, which only `<` could end.
        "data" => page.push_str(&drawing.data.to_string().replace('<', "\\u003c")),
        _ => {}
    })
}

/// `Mon 2026-11-23 00:00 to Wed 2026-11-25 04:00, Europe/Berlin`
fn span(view: &View<'_>) -> String {
    let moment = |at| format!("{} {}", weekday(view.clock.day(at)), view.clock.moment(at));
    format!("{} to {}, {}", moment(view.record.from), moment(view.record.until), view.clock.zone.name())
}

/// `15 runs: 10 succeeded, 1 failed · 2 alerts`
fn sum(record: &Record) -> String {
    let totals = Totals::of(record);
    let runs = count(totals.counts.all(), "run", "runs");
    let runs = if totals.counts.all() == 0 { runs } else { format!("{runs}: {}", totals.counts.words()) };
    format!(
        "{} · {runs} · {}",
        count(record.pipelines.len(), "pipeline", "pipelines"),
        count(totals.alerts, "alert", "alerts")
    )
}

/// Text for HTML, with what a terminal or the writing direction would obey spelled out line by line.
fn escaped(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(printable).collect();
    crate::graph::html::escaped(&lines.join("\n"))
}

fn legend(page: &mut String) {
    for kind in [Kind::Succeeded, Kind::Failed, Kind::TimedOut, Kind::Aborted, Kind::Running, Kind::Skipped] {
        page.push_str(&format!(
            "<span><svg width=\"22\" height=\"14\"><g class=\"run {}\"><rect class=\"bar\" x=\"1\" y=\"1\" width=\"20\" height=\"12\" \
             rx=\"2\"/></g></svg>{} {}</span>\n",
            class(kind),
            kind.mark(),
            kind.counted()
        ));
    }
    for (tone, words) in [
        (Tone::Alert, "alert"),
        (Tone::Bad, "fault"),
        (Tone::Missed, "start that waits or is dropped"),
        (Tone::Deed, "person"),
    ] {
        page.push_str(&format!("<span><b class=\"tone {}\">{}</b> {words}</span>\n", tone_class(tone), tone.mark()));
    }
}

/// The class of a run.
fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::Failed => "failed",
        Kind::TimedOut => "timedout",
        Kind::Aborted => "aborted",
        Kind::Running => "running",
        Kind::Succeeded => "succeeded",
        Kind::Skipped => "skipped",
    }
}

/// The class of a mark.
fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Alert => "alert",
        Tone::Bad => "bad",
        Tone::Missed => "missed",
        Tone::Deed => "deed",
        Tone::Told => "told",
        Tone::Quiet => "quiet",
    }
}

/// What every drawing tells the script.
fn data(mode: &str, axis: &Axis) -> Value {
    json!({ "mode": mode, "from": axis.from, "until": axis.until, "width": axis.width, "offsets": axis.offsets })
}
