//! A scheduled instant and a time zone, or a date handed down → a run's logical date.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The date that a run is about: that of its scheduled instant in the pipeline's time zone, handed down from parents to children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogicalDate(Date);

/// A time zone of the tz database that is built in, so that the answer does not depend on the machine.
#[derive(Debug, Clone)]
pub struct Zone(TimeZone);

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

/// The logical date of a run.
///
/// `given` is what the start handed over: a date stands as it is (a parent's, or a backfill's); an instant, as the scheduler
/// passes it, is read in `zone`. Without it the instant `started` counts, read in `zone`: a start by hand.
pub fn logical_date(given: Option<&str>, started: &str, zone: &Zone) -> Result<LogicalDate, TimeError> {
    let text = given.unwrap_or(started);
    match text.parse() {
        Ok(date) => Ok(date),
        Err(TimeError::Range(text)) => Err(TimeError::Range(text)),
        Err(_) => LogicalDate::of_instant(text, zone),
    }
}

impl LogicalDate {
    /// The date of an instant (RFC 3339, with `Z` or an offset) in a zone.
    pub fn of_instant(instant: &str, zone: &Zone) -> Result<Self, TimeError> {
        let instant = read_instant(instant)?;
        Self::checked(instant.to_zoned_datetime(zone.0.clone()).date())
    }

    /// The date this many days later; earlier with a negative number.
    pub fn plus_days(self, days: i32) -> Result<Self, TimeError> {
        let fault = |_| TimeError::Range(format!("{self} {days:+} days"));
        let span = Span::new().try_days(days).map_err(fault)?;
        Self::checked(self.0.checked_add(span).map_err(fault)?)
    }

    fn checked(date: Date) -> Result<Self, TimeError> {
        if date.year() >= 1970 { Ok(Self(date)) } else { Err(TimeError::Range(date.to_string())) }
    }
}

/// An instant with `Z` or an offset. An instant without either would be read in a zone that nobody named.
pub(crate) fn read_instant(text: &str) -> Result<Timestamp, TimeError> {
    let fault = || TimeError::Time(text.to_owned());
    // Longer than any RFC 3339 instant with nanoseconds and offset.
    if text.len() > 40 {
        return Err(fault());
    }
    text.parse().map_err(|_| fault())
}

impl FromStr for LogicalDate {
    type Err = TimeError;

    /// Reads exactly `YYYY-MM-DD`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || TimeError::Time(text.to_owned());
        let shape = text.len() == 10
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

impl fmt::Display for LogicalDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(given: &str, zone: &str) -> String {
        match logical_date(Some(given), "2000-01-01T00:00:00Z", &zone.parse().unwrap()) {
            Ok(date) => date.to_string(),
            Err(error) => format!("! {error}"),
        }
    }

    #[test]
    fn an_instant_has_the_date_of_its_zone() {
        for (instant, zone, expected) in [
            ("2026-11-23T03:00:00Z", "UTC", "2026-11-23"),
            ("2026-11-23T03:00:00Z", "America/Los_Angeles", "2026-11-22"),
            ("2026-11-23T03:00:00Z", "Pacific/Honolulu", "2026-11-22"),
            ("2026-11-22T22:30:00Z", "Europe/Berlin", "2026-11-22"),
            ("2026-11-22T23:30:00Z", "Europe/Berlin", "2026-11-23"),
            ("2026-11-22T18:30:00Z", "Asia/Kolkata", "2026-11-23"),
            ("2026-11-22T10:00:00Z", "Pacific/Kiritimati", "2026-11-23"),
            ("2026-11-23T03:00:00+14:00", "UTC", "2026-11-22"),
        ] {
            assert_eq!(date(instant, zone), expected, "{instant} in {zone}");
        }
    }

    #[test]
    fn midnight_belongs_to_the_day_that_begins() {
        assert_eq!(date("2026-11-22T22:59:59.999Z", "Europe/Berlin"), "2026-11-22");
        assert_eq!(date("2026-11-22T23:00:00Z", "Europe/Berlin"), "2026-11-23");
        assert_eq!(date("2026-11-23T00:00:00Z", "UTC"), "2026-11-23");
    }

    #[test]
    fn days_on_which_the_clock_moves_keep_their_date_all_day() {
        // Berlin, 29 March 2026: 02:00 becomes 03:00, the day has 23 hours (22:59:59Z is its last second minus one hour).
        for (instant, expected) in [
            ("2026-03-28T22:59:59Z", "2026-03-28"),
            ("2026-03-28T23:00:00Z", "2026-03-29"),
            ("2026-03-29T01:00:00Z", "2026-03-29"),
            ("2026-03-29T21:59:59Z", "2026-03-29"),
            ("2026-03-29T22:00:00Z", "2026-03-30"),
        ] {
            assert_eq!(date(instant, "Europe/Berlin"), expected, "{instant}");
        }
        // Berlin, 25 October 2026: 03:00 becomes 02:00 again, the day has 25 hours.
        for (instant, expected) in [
            ("2026-10-24T22:00:00Z", "2026-10-25"),
            ("2026-10-25T00:30:00Z", "2026-10-25"),
            ("2026-10-25T01:30:00Z", "2026-10-25"),
            ("2026-10-25T22:59:59Z", "2026-10-25"),
            ("2026-10-25T23:00:00Z", "2026-10-26"),
        ] {
            assert_eq!(date(instant, "Europe/Berlin"), expected, "{instant}");
        }
        // Cairo, 24 April 2026: midnight itself is skipped, the day begins at 01:00.
        assert_eq!(date("2026-04-23T21:59:59Z", "Africa/Cairo"), "2026-04-23");
        assert_eq!(date("2026-04-23T22:00:00Z", "Africa/Cairo"), "2026-04-24");
    }

    #[test]
    fn a_date_that_was_handed_down_stands_in_every_zone() {
        for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Honolulu"] {
            assert_eq!(date("2026-11-22", zone), "2026-11-22");
        }
        assert_eq!(date("2028-02-29", "UTC"), "2028-02-29");
    }

    #[test]
    fn a_start_by_hand_has_the_date_of_its_start() {
        let zone = "Asia/Tokyo".parse().unwrap();
        let date = logical_date(None, "2026-11-22T15:00:00.123Z", &zone).unwrap();
        assert_eq!(date.to_string(), "2026-11-23");
    }

    #[test]
    fn what_is_neither_date_nor_instant_is_refused() {
        for text in [
            "",
            "today",
            "2026-11-23T03:00:00",
            "20261123",
            "2026-02-29",
            "2026-13-01",
            "2026-11-23T25:00:00Z",
            "२०२६-११-२३",
        ] {
            assert!(date(text, "UTC").starts_with("! expected a date"), "{text}: {}", date(text, "UTC"));
        }
        let long = format!("2026-11-23T03:00:00Z{}", " ".repeat(1_000_000));
        assert!(date(&long, "UTC").len() < 200);
    }

    #[test]
    fn dates_outside_the_calendar_are_refused_and_do_not_panic() {
        for text in ["1969-12-31", "0000-01-01", "1969-12-31T23:59:59Z", "-000001-01-01T00:00:00Z"] {
            assert!(date(text, "UTC").contains("outside the years"), "{text}: {}", date(text, "UTC"));
        }
        assert!(date("9999-12-31T23:59:59Z", "Pacific/Kiritimati").starts_with('!'));
        let last: LogicalDate = "9999-12-31".parse().unwrap();
        assert!(last.plus_days(1).is_err() && last.plus_days(i32::MAX).is_err());
        assert!(last.plus_days(i32::MIN).is_err());
    }

    #[test]
    fn offsets_count_calendar_days() {
        let date: LogicalDate = "2028-03-01".parse().unwrap();
        assert_eq!(date.plus_days(-1).unwrap().to_string(), "2028-02-29");
        assert_eq!(date.plus_days(0).unwrap(), date);
    }

    #[test]
    fn an_unknown_zone_is_named() {
        let error = "Europe/Berln".parse::<Zone>().unwrap_err().to_string();
        assert!(error.contains("`Europe/Berln`"), "{error}");
        assert!("".parse::<Zone>().is_err() && "../etc/passwd".parse::<Zone>().is_err());
    }
}
