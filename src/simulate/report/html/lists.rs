//! Expectations, half-met conditions and what went otherwise than planned → the lists beside the chart.

use std::fmt::Write;

use super::super::events;
use super::super::view::{Totals, View};
use super::super::why::half_met;
use super::{escaped, tone_class};
use crate::graph::words::count;

/// Most entries of a list; the others are counted.
const SHOWN: usize = 300;

/// Writes all lists that hold something.
pub(super) fn write(out: &mut String, view: &View<'_>) {
    verdicts(out, view);
    waiting(out, view);
    log(out, view);
}

fn verdicts(out: &mut String, view: &View<'_>) {
    let verdicts = &view.record.verdicts;
    if verdicts.is_empty() {
        return;
    }
    let met = Totals::of(view.record).verdicts_met;
    _ = writeln!(
        out,
        "<h2>{met} of {} met</h2>\n<ul class=\"plain\">",
        count(verdicts.len(), "expectation", "expectations")
    );
    for verdict in verdicts {
        let (class, mark) = if verdict.faults.is_empty() { ("good", '✓') } else { ("bad", '✗') };
        _ = write!(out, "<li><b class=\"{class}\">{mark}</b> {}", escaped(&verdict.label));
        for fault in &verdict.faults {
            _ = write!(out, "<div class=\"bad\">{}</div>", escaped(fault));
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n");
}

fn waiting(out: &mut String, view: &View<'_>) {
    let waiting = &view.record.waiting;
    if waiting.is_empty() {
        return;
    }
    _ = writeln!(out, "<h2>Half met at the end: {}</h2>\n<ul class=\"plain\">", waiting.len());
    for condition in waiting.iter().take(SHOWN) {
        let key = if condition.key == "all" { String::new() } else { format!(" {}", condition.key) };
        _ = writeln!(
            out,
            "<li><b>{}</b>{} {}</li>",
            escaped(view.name(condition.pipeline)),
            escaped(&key),
            escaped(&half_met(view, condition))
        );
    }
    more(out, waiting.len());
    out.push_str("</ul>\n");
}

fn log(out: &mut String, view: &View<'_>) {
    let shown: Vec<_> = view.record.log.iter().filter(|entry| events::tone(view, entry).is_exception()).collect();
    if shown.is_empty() {
        return;
    }
    _ = writeln!(out, "<h2>Beside the runs: {}</h2>\n<ul class=\"plain\">", shown.len());
    for entry in shown.iter().take(SHOWN) {
        let tone = events::tone(view, entry);
        let name = entry.pipeline.map_or("platform", |at| view.name(at));
        _ = writeln!(
            out,
            "<li><b class=\"tone {}\">{}</b> <span class=\"soft\">{}</span> <b>{}</b> {}</li>",
            tone_class(tone),
            tone.mark(),
            view.clock.moment(entry.at),
            escaped(name),
            escaped(&events::what(view, entry))
        );
    }
    more(out, shown.len());
    out.push_str("</ul>\n");
}

fn more(out: &mut String, all: usize) {
    if all > SHOWN {
        _ = writeln!(out, "<li class=\"soft\">… and {} more</li>", all - SHOWN);
    }
}
