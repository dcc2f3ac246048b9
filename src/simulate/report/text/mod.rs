//! A record → the timeline: what happened, what still waits, what became of the expectations, and the sum.

mod bar;
mod days;
mod end;
mod line;
mod short;

use pipesynth_simulator::record::{Entry, Record};

use self::line::{Page, Style};
use super::clock::weekday;
use super::events::{self, Tone};
use super::view::{Kind, View};
use super::{Details, LINES, Look};

/// Writes the timeline.
pub(super) fn write(record: &Record, look: &Look) -> String {
    let view = View::new(record, &look.zone);
    let mut page = Page::new(look.width, look.color);
    head(&mut page, &view, look);
    let shown = |entry: &Entry| look.details == Details::All || events::tone(&view, entry) != Tone::Quiet;
    let lines = record.runs.len() + record.log.iter().filter(|entry| shown(entry)).count();
    let short = match look.details {
        Details::Auto => lines > LINES,
        Details::All => false,
        Details::Short => true,
    };
    if lines == 0 {
        page.empty();
        page.say(0, "nothing happened: no schedule fires in this span and nobody starts anything", Style::Dim);
    } else if short {
        short::write(&mut page, &view);
    } else {
        days::write(&mut page, &view, &shown);
    }
    end::write(&mut page, &view, short);
    page.out
}

/// `Mon 2026-11-23 00:00 to Thu 2026-11-26 00:00 Europe/Berlin, 3 pipelines`
fn head(page: &mut Page, view: &View<'_>, look: &Look) {
    let moment = |at| format!("{} {}", weekday(view.clock.day(at)), view.clock.moment(at));
    let pipelines = crate::graph::words::count(view.record.pipelines.len(), "pipeline", "pipelines");
    let (from, until) = (moment(view.record.from), moment(view.record.until));
    page.say(0, &format!("{from} to {until} {}, {pipelines}", look.zone.name()), Style::Bold);
}

/// The colour of a run.
fn run_style(kind: Kind) -> Style {
    match kind {
        Kind::Failed => Style::Bad,
        Kind::TimedOut | Kind::Aborted => Style::Warn,
        Kind::Running => Style::Calm,
        Kind::Succeeded => Style::Good,
        Kind::Skipped => Style::Dim,
    }
}

/// The colour of an entry.
fn tone_style(tone: Tone) -> Style {
    match tone {
        Tone::Alert | Tone::Bad => Style::Bad,
        Tone::Missed => Style::Warn,
        Tone::Deed => Style::Calm,
        Tone::Told | Tone::Quiet => Style::Dim,
    }
}
