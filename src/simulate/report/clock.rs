//! Milliseconds since 1970 → times and durations as people write them, in one zone.

use pipesynth_engine::{Local, LogicalDate, Zone};

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A zone, and whether seconds matter.
#[derive(Clone, Copy)]
pub(super) struct Clock<'a> {
    pub zone: &'a Zone,
    /// Whether seconds are shown.
    pub seconds: bool,
}

impl<'a> Clock<'a> {
    /// A clock for a span: seconds are shown where it lasts at most two hours.
    pub fn new(zone: &'a Zone, from: u64, until: u64) -> Self {
        Self { zone, seconds: until.saturating_sub(from) <= 2 * HOUR }
    }

    /// The day of an instant; the first one of all outside the calendar.
    pub fn day(&self, at: u64) -> LogicalDate {
        LogicalDate::of_millis(at, self.zone).unwrap_or(LogicalDate::FIRST)
    }

    /// `03:05`.
    pub fn time(&self, at: u64) -> String {
        match Local::of_millis(at, self.zone) {
            Some(local) if self.seconds => format!("{:02}:{:02}:{:02}", local.hour, local.minute, local.second),
            Some(local) => format!("{:02}:{:02}", local.hour, local.minute),
            None => "??:??".to_owned(),
        }
    }

    /// `03:05`, on another day than `day` with the month's: `11-22 23:50`.
    pub fn time_seen(&self, at: u64, day: LogicalDate) -> String {
        match self.day(at) {
            other if other == day => self.time(at),
            other => format!("{} {}", other.to_string().get(5..).unwrap_or_default(), self.time(at)),
        }
    }

    /// `2026-11-22 23:50`.
    pub fn moment(&self, at: u64) -> String {
        format!("{} {}", self.day(at), self.time(at))
    }

    /// The minute of the day that the clock shows, with its fraction.
    pub fn minute(&self, at: u64) -> f64 {
        let local = Local::of_millis(at, self.zone);
        local.map_or(0.0, |l| f64::from(l.hour) * 60.0 + f64::from(l.minute) + f64::from(l.second) / 60.0)
    }
}

/// `Mon`: 1970-01-01 was a Thursday.
pub(super) fn weekday(day: LogicalDate) -> &'static str {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let text = day.to_string();
    let number =
        |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<usize>().ok()).unwrap_or(1);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    // Days since 0000-03-01 in the Gregorian calendar: years begin in March, so that the leap day is the last one.
    let days = |year: usize, month: usize, day: usize| {
        let (year, month) = if month > 2 { (year, month - 3) } else { (year.saturating_sub(1), month + 9) };
        365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day
    };
    DAYS[days(year, month, day).saturating_sub(days(1970, 1, 1)) % 7]
}

/// At most two units: `45s`, `12m 30s`, `1h 05m`, `2d 03h`.
pub(super) fn duration(millis: u64) -> String {
    let seconds = millis / SECOND;
    match millis {
        0..MINUTE => format!("{seconds}s"),
        MINUTE..HOUR if !seconds.is_multiple_of(60) => format!("{}m {:02}s", seconds / 60, seconds % 60),
        MINUTE..HOUR => format!("{}m", seconds / 60),
        HOUR..DAY => format!("{}h {:02}m", millis / HOUR, millis % HOUR / MINUTE),
        _ => format!("{}d {:02}h", millis / DAY, millis % DAY / HOUR),
    }
}
