//! A run's times → a bar of a few characters on the day's axis.

use pipesynth_engine::LogicalDate;
use pipesynth_simulator::record::Record;

use super::super::clock::Clock;

/// Characters of a bar; each is two halves.
pub(super) const WIDTH: usize = 24;

/// The part of a day that bars show: the same for every day, so that days compare.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Axis {
    /// Minutes since midnight, whole hours.
    from: f64,
    until: f64,
}

impl Axis {
    /// The whole hours from the earliest to the latest time of day at which a run is open.
    pub fn of(record: &Record, clock: &Clock<'_>) -> Self {
        let (mut from, mut until) = (f64::MAX, 0.0_f64);
        for run in &record.runs {
            let end = run.ended.unwrap_or(record.until).max(run.started);
            if clock.day(run.started) != clock.day(end) {
                return Self { from: 0.0, until: 1_440.0 };
            }
            from = from.min(clock.minute(run.started));
            until = until.max(clock.minute(end));
        }
        let from = (from.min(1_380.0) / 60.0).floor() * 60.0;
        Self { from, until: ((until / 60.0).ceil() * 60.0).max(from + 60.0).min(1_440.0) }
    }

    /// `03          04           05`: where the axis begins, its middle and its end.
    pub fn labels(&self) -> String {
        let label = |minute: f64| match minute.rem_euclid(60.0) < 0.5 {
            true => format!("{:02.0}", minute / 60.0),
            false => format!("{:02.0}:{:02.0}", (minute / 60.0).floor(), minute.rem_euclid(60.0)),
        };
        let (first, middle, last) = (label(self.from), label(f64::midpoint(self.from, self.until)), label(self.until));
        let left = (WIDTH / 2).saturating_sub(first.len() + middle.len() / 2);
        let right = WIDTH.saturating_sub(first.len() + left + middle.len() + last.len());
        format!("{first}{}{middle}{}{last}", " ".repeat(left), " ".repeat(right))
    }

    /// The part of a run that lies in the day of its start.
    pub fn bar(&self, clock: &Clock<'_>, day: LogicalDate, started: u64, ended: Option<u64>, until: u64) -> String {
        let end = ended.unwrap_or(until).max(started);
        let half = |minute: f64| {
            let place = (minute - self.from) / (self.until - self.from) * (WIDTH * 2) as f64;
            place.clamp(0.0, (WIDTH * 2) as f64)
        };
        let end_minute = if clock.day(end) == day { clock.minute(end) } else { 1_440.0 };
        let first = (half(clock.minute(started)) + 0.01).floor() as usize;
        let first = first.min(WIDTH * 2 - 1);
        let last = (half(end_minute) - 0.01).ceil().max(0.0) as usize;
        let last = last.clamp(first + 1, WIDTH * 2);
        let cell = |at: usize| match (first <= 2 * at && 2 * at < last, first <= 2 * at + 1 && 2 * at + 1 < last) {
            (true, true) => '█',
            (true, false) => '▌',
            (false, true) => '▐',
            (false, false) => '·',
        };
        (0..WIDTH).map(cell).collect()
    }
}
