//! A scheduled instant and a time zone, or a date handed down → a run's logical date.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Timestamp};
use pipesynth_contract::options::LocalTime;
use serde::{Deserialize, Serialize};

/// The date that a run is about: that of its scheduled instant in the pipeline's time zone, handed down from parents to children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LogicalDate(Date);

/// A time zone of the tz database that is built in, so that the answer does not depend on the machine.
#[derive(Debug, Clone)]
pub struct Zone(pub(crate) TimeZone);

/// A date, instant or zone that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeError {
    /// Neither `YYYY-MM-DD` nor an instant of RFC 3339 with `Z` or an offset.
    Time(String),
    /// Not a name of the tz database.
    Zone(String),
    /// Outside the years 1970 to 9999.
    Range(String),
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimeError::Time(got) => write!(
                f,
                "expected a date `YYYY-MM-DD` or an instant such as `2026-11-23T03:00:00Z`, got `{}`",
                excerpt(got)
            ),
            TimeError::Zone(got) => {
                write!(f, "unknown time zone `{}`; expected a name such as `Europe/Berlin` or `UTC`", excerpt(got))
            }
            TimeError::Range(got) => {
                write!(f, "`{}` is outside the years 1970 to 9999", excerpt(got))
            }
        }
    }
}

impl std::error::Error for TimeError {}

/// At most 60 characters, so that a message stays short.
pub(crate) fn excerpt(text: &str) -> String {
    text.chars().take(60).collect()
}

impl FromStr for Zone {
    type Err = TimeError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        TimeZone::get(name).map(Zone).map_err(|_| TimeError::Zone(name.to_owned()))
    }
}

/// Bytes of `YYYY-MM-DD`.
const DATE: usize = 10;

/// The logical date of a run.
///
/// `given` is what the start handed over: a date stands as it is (a parent's, or a backfill's); an instant, as the scheduler
/// passes it, is read in `zone`. Without it the instant `started` counts, read in `zone`: a start by hand.
pub fn logical_date(given: Option<&str>, started: &str, zone: &Zone) -> Result<LogicalDate, TimeError> {
    let text = given.unwrap_or(started);
    if text.len() != DATE {
        return LogicalDate::of_instant(text, zone);
    }
    match text.parse() {
        Ok(date) => Ok(date),
        Err(TimeError::Range(text)) => Err(TimeError::Range(text)),
        Err(_) => LogicalDate::of_instant(text, zone),
    }
}

impl LogicalDate {
    /// 1970-01-01: none is earlier.
    pub const FIRST: LogicalDate = LogicalDate(Date::constant(1970, 1, 1));

    /// The date of an instant (RFC 3339, with `Z` or an offset) in a zone.
    pub fn of_instant(instant: &str, zone: &Zone) -> Result<Self, TimeError> {
        Self::checked(zone.0.to_datetime(read_instant(instant)?).date())
    }

    /// The date this many days later; earlier with a negative number.
    pub fn plus_days(self, days: i32) -> Result<Self, TimeError> {
        let fault = |_| TimeError::Range(format!("{self} {days:+} days"));
        let span = Span::new().try_days(days).map_err(fault)?;
        Self::checked(self.0.checked_add(span).map_err(fault)?)
    }

    /// The instant of a local time on this date, in milliseconds since 1970. Where the clock skips it, as much later as is skipped;
    /// where the clock repeats it, the first time. `None` outside the calendar.
    pub fn at(self, time: LocalTime, zone: &Zone) -> Option<u64> {
        let hour = i8::try_from(time.hour()).ok()?;
        let minute = i8::try_from(time.minute()).ok()?;
        let local = self.0.at(hour, minute, 0, 0).to_zoned_datetime(zone.0.clone()).ok()?;
        u64::try_from(local.timestamp().as_millisecond()).ok()
    }

    /// The date of an instant in milliseconds since 1970, in a zone.
    pub fn of_millis(millis: u64, zone: &Zone) -> Result<Self, TimeError> {
        let fault = || TimeError::Range(format!("{millis} ms"));
        let millis = i64::try_from(millis).map_err(|_| fault())?;
        let instant = Timestamp::from_millisecond(millis).map_err(|_| fault())?;
        Self::checked(zone.0.to_datetime(instant).date())
    }

    fn checked(date: Date) -> Result<Self, TimeError> {
        if date.year() >= 1970 { Ok(Self(date)) } else { Err(TimeError::Range(date.to_string())) }
    }
}

/// An instant with `Z` or an offset. An instant without either would be read in a zone that nobody named.
pub(crate) fn read_instant(text: &str) -> Result<Timestamp, TimeError> {
    let fault = || TimeError::Time(text.to_owned());
    if let Some(instant) = plain(text) {
        return Ok(instant);
    }
    // Longer than any RFC 3339 instant with nanoseconds and offset.
    if text.len() > 40 {
        return Err(fault());
    }
    text.parse().map_err(|_| fault())
}

/// An instant as it is written here, `2026-11-23T03:00:00Z`: all but few are, and they are read ten times faster. `None` for any
/// other text, whether it is an instant or not.
pub(crate) fn plain(text: &str) -> Option<Timestamp> {
    const SHAPE: &[u8; 20] = b"0000-00-00T00:00:00Z";
    let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
    let fits = |(byte, shape): (&u8, &u8)| if *shape == b'0' { byte.is_ascii_digit() } else { byte == shape };
    if !bytes.iter().zip(SHAPE).all(fits) {
        return None;
    }
    let two = |at: usize| i8::try_from((bytes[at] - b'0') * 10 + (bytes[at + 1] - b'0')).ok();
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    let local = DateTime::new(year, two(5)?, two(8)?, two(11)?, two(14)?, two(17)?, 0).ok()?;
    Offset::UTC.to_timestamp(local).ok()
}

impl FromStr for LogicalDate {
    type Err = TimeError;

    /// Reads exactly `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || TimeError::Time(text.to_owned());
        let shape = text.len() == DATE
            && text.bytes().enumerate().all(|(i, b)| match i {
                4 | 7 => b == b'-',
                _ => b.is_ascii_digit(),
            });
        if !shape {
            return Err(fault());
        }
        Self::checked(text.parse().map_err(|_| fault())?)
    }
}

impl TryFrom<String> for LogicalDate {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<LogicalDate> for String {
    fn from(date: LogicalDate) -> Self {
        date.to_string()
    }
}

/// `YYYY-MM-DD` into the first ten bytes. The year has four digits.
pub(crate) fn write_date(text: &mut [u8], date: Date) {
    let year = date.year().unsigned_abs();
    two_digits(&mut text[..2], year / 100);
    two_digits(&mut text[2..4], year % 100);
    two_digits(&mut text[5..7], u16::from(date.month().unsigned_abs()));
    two_digits(&mut text[8..10], u16::from(date.day().unsigned_abs()));
}

pub(crate) fn two_digits(text: &mut [u8], number: u16) {
    for (digit, value) in text.iter_mut().zip([number / 10 % 10, number % 10]) {
        *digit = b'0' + value.to_le_bytes()[0];
    }
}

impl fmt::Display for LogicalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [b'-'; DATE];
        write_date(&mut text, self.0);
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

#[cfg(test)]
#[path = "logical_date_tests.rs"]
mod tests;
