//! What is left at the end → conditions that still wait, what became of the expectations, the sum.

use super::super::view::{Kind, Totals, View};
use super::super::why::half_met;
use super::line::{Line, Page, Style};
use crate::graph::words::count;

/// Conditions that are listed where the timeline is short; the others are counted.
const SHOWN: usize = 20;

/// Writes the end.
pub(super) fn write(page: &mut Page, view: &View<'_>, short: bool) {
    waiting(page, view, if short { SHOWN } else { usize::MAX });
    verdicts(page, view);
    sum(page, view);
}

fn waiting(page: &mut Page, view: &View<'_>, most: usize) {
    let waiting = &view.record.waiting;
    if waiting.is_empty() {
        return;
    }
    page.empty();
    page.say(0, "half met at the end", Style::Bold);
    for condition in waiting.iter().take(most) {
        let mut line = Line::new(2);
        line.push(format!("{} ", view.name(condition.pipeline)), Style::Bold);
        if condition.key != "all" {
            line.push(format!("· {} · ", condition.key), Style::Dim);
        }
        line.words(&half_met(view, condition), Style::Plain);
        page.put(&line);
    }
    if waiting.len() > most {
        page.say(2, &format!("… and {} more", waiting.len() - most), Style::Dim);
    }
}

fn verdicts(page: &mut Page, view: &View<'_>) {
    let verdicts = &view.record.verdicts;
    if verdicts.is_empty() {
        return;
    }
    page.empty();
    let met = Totals::of(view.record).verdicts_met;
    let style = if met == verdicts.len() { Style::Bold } else { Style::Bad };
    page.say(0, &format!("{met} of {} met", count(verdicts.len(), "expectation", "expectations")), style);
    for verdict in verdicts {
        let met = verdict.faults.is_empty();
        let kind = if met { Kind::Succeeded } else { Kind::Failed };
        let mut line = Line::new(2);
        line.push(format!("{} ", kind.mark()), super::run_style(kind)).words(&verdict.label, Style::Plain);
        page.put(&line);
        for fault in &verdict.faults {
            page.say(6, fault, Style::Bad);
        }
    }
}

/// `12 runs: 10 succeeded, 1 failed · 3 alerts · 40 events · 12 decisions`
fn sum(page: &mut Page, view: &View<'_>) {
    let totals = Totals::of(view.record);
    let runs = count(totals.counts.all(), "run", "runs");
    let runs = if totals.counts.all() == 0 { runs } else { format!("{runs}: {}", totals.counts.words()) };
    let number = |n: u64, one: &str, many: &str| count(usize::try_from(n).unwrap_or(usize::MAX), one, many);
    let words = [
        runs,
        count(totals.alerts, "alert", "alerts"),
        number(view.record.events, "event", "events"),
        number(view.record.decisions, "decision", "decisions"),
    ];
    page.empty();
    page.say(0, &words.join(" · "), Style::Bold);
}
