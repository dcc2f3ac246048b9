//! A span of time → places in pixels, and the times written above them.

use std::fmt::Write;

use pipesynth_engine::Local;

use super::super::clock::{Clock, weekday};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
/// Distances between two ticks; the script knows the same ones.
const STEPS: [u64; 17] = [
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
    56 * DAY,
    112 * DAY,
    364 * DAY,
];
/// Fewest pixels between two ticks, and where whole dates stand at them.
const APART: f64 = 64.0;
const FAR: f64 = 84.0;
/// Days in which changes of the clock are looked for; in a longer span an hour cannot be seen.
const DAYS: u64 = 4_000;

/// A span and its width.
pub(super) struct Axis {
    pub from: u64,
    pub until: u64,
    pub width: f64,
    /// From when on the clock is how many milliseconds before UTC.
    pub offsets: Vec<(u64, i64)>,
}

impl Axis {
    pub fn new(clock: &Clock<'_>, from: u64, until: u64, width: f64) -> Self {
        let until = until.max(from.saturating_add(MINUTE));
        let offset = |at| Local::of_millis(at, clock.zone).map_or(0, |local| i64::from(local.offset) * 1_000);
        let mut offsets = vec![(from, offset(from))];
        // To the quarter of an hour, at which zones change.
        let days = (until.saturating_sub(from) / DAY).min(DAYS);
        for day in 0..=days {
            let (mut low, mut high) = (from.saturating_add(day * DAY), from.saturating_add((day + 1) * DAY).min(until));
            let (before, after) = (offset(low), offset(high));
            if before == after {
                continue;
            }
            while high.saturating_sub(low) > 1_000 {
                let middle = low.midpoint(high);
                if offset(middle) == before { low = middle } else { high = middle }
            }
            offsets.push((high / 1_000 * 1_000, after));
        }
        Self { from, until, width, offsets }
    }

    /// The place of an instant, within the drawing, to a tenth of a pixel.
    pub fn x(&self, at: u64) -> f64 {
        let share = at.saturating_sub(self.from) as f64 / self.until.saturating_sub(self.from).max(1) as f64;
        (share.clamp(0.0, 1.0) * self.width * 10.0).round() / 10.0
    }

    /// The instants of all ticks, and whether they begin a day.
    fn ticks(&self) -> (u64, Vec<(u64, bool)>) {
        let per = self.width / self.until.saturating_sub(self.from).max(1) as f64;
        let step = STEPS
            .into_iter()
            .find(|step| *step as f64 * per >= if *step > 2 * DAY { FAR } else { APART })
            .unwrap_or(STEPS[STEPS.len() - 1]);
        let mut ticks = Vec::new();
        for (number, (from, offset)) in self.offsets.iter().enumerate() {
            let until = self.offsets.get(number + 1).map_or(self.until, |(next, _)| *next);
            let local = |at: u64| i128::from(at) + i128::from(*offset);
            // 1970-01-01 was a Thursday, and weeks begin on Monday.
            let shift = if step > 2 * DAY { i128::from(4 * DAY) } else { 0 };
            let late = (local(*from) - shift).rem_euclid(i128::from(step));
            let mut at = if late == 0 {
                *from
            } else {
                from.saturating_add(u64::try_from(i128::from(step) - late).unwrap_or(0))
            };
            while at < until && ticks.len() < 2_000 {
                ticks.push((at, local(at).rem_euclid(i128::from(DAY)) == 0));
                at = at.saturating_add(step);
            }
        }
        (step, ticks)
    }

    /// The axis and the lines below it.
    pub fn draw(&self, clock: &Clock<'_>) -> (String, String) {
        let (step, ticks) = self.ticks();
        let (mut axis, mut lines) = (String::new(), String::new());
        let first = ticks.iter().find(|(_, midnight)| *midnight).map_or(self.width, |(at, _)| self.x(*at));
        if first > 100.0 {
            _ = write!(axis, "<text class=\"day\" x=\"4\" y=\"15\">{}</text>", date(clock, self.from, step));
        }
        for (at, midnight) in ticks {
            let x = self.x(at);
            let strong = if midnight && step < DAY { " strong" } else { "" };
            _ = write!(lines, "<path class=\"line{strong}\" d=\"M{x} 0v99999\"/>");
            if midnight {
                _ = write!(axis, "<text class=\"day\" x=\"{}\" y=\"15\">{}</text>", x + 4.0, date(clock, at, step));
            }
            if step < DAY {
                let local = Local::of_millis(at, clock.zone);
                let time = local.map(|l| format!("{:02}:{:02}", l.hour, l.minute)).unwrap_or_default();
                _ = write!(axis, "<text x=\"{}\" y=\"30\">{time}</text>", x + 4.0);
            }
        }
        (axis, lines)
    }
}

/// `Mon 11-23`, and `2026-11-23` where ticks are weeks apart.
fn date(clock: &Clock<'_>, at: u64, step: u64) -> String {
    let day = clock.day(at);
    if step > 2 * DAY {
        return day.to_string();
    }
    format!("{} {}", weekday(day), day.to_string().get(5..).unwrap_or_default())
}
