//! Dates and times as people write them → instants.

use std::fmt;

use pipesynth_contract::options::LocalTime;
use pipesynth_engine::{Local, LogicalDate, TimeError, Zone, schedule};

/// The clock on which a scenario's times are read.
#[derive(Debug, Clone)]
pub struct Clock {
    /// IANA name.
    pub name: String,
    /// The same for arithmetic.
    pub zone: Zone,
}

/// Why a text is no time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It does not follow the grammar, or there is no such day.
    Malformed,
    /// The clock never shows it: the zone.
    Skipped(String),
    /// Outside the years 1971 to 2199: what AWS's schedules reach, and room for every zone.
    Range,
}

/// What [`Clock::instant`] takes, in words.
pub const FORM: &str = "a date such as `2026-11-23`, or a time such as `2026-11-23T03:00`";

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => write!(f, "expected {FORM}"),
            Self::Skipped(zone) => write!(f, "the clock of `{zone}` skips this time"),
            Self::Range => f.write_str("allowed are the years 1971 to 2199"),
        }
    }
}

impl Clock {
    /// The clock of a zone of the tz database.
    pub fn new(name: &str) -> Option<Self> {
        Some(Self { name: name.to_owned(), zone: name.parse().ok()? })
    }

    /// A date (its midnight; where the clock skips that, the day's first instant), a local time with or without seconds, or an instant with
    /// `Z` or an offset → milliseconds since 1970. A local time that the clock shows twice is the first of the two.
    pub fn instant(&self, text: &str) -> Result<u64, Fault> {
        match text.parse::<LogicalDate>() {
            Ok(date) => return self.midnight(in_range(date)?).ok_or(Fault::Range),
            Err(TimeError::Range(_)) => return Err(Fault::Range),
            Err(_) => {}
        }
        if let Some((date, time)) = text.split_once(['T', ' '])
            && let Some((time, seconds)) = time_of_day(time)
        {
            let date = in_range(date.parse().map_err(|_| Fault::Malformed)?)?;
            let minute = date.at(time, &self.zone).ok_or(Fault::Range)?;
            let shown = Local::of_millis(minute, &self.zone).ok_or(Fault::Range)?;
            let same = (shown.date, shown.hour, shown.minute) == (date, time.hour(), time.minute());
            return if same { Ok(minute + u64::from(seconds) * 1_000) } else { Err(Fault::Skipped(self.name.clone())) };
        }
        let instant = schedule::instant(text).map_err(|_| Fault::Malformed)?;
        in_range(LogicalDate::of_millis(instant, &self.zone).map_err(|_| Fault::Range)?)?;
        Ok(instant)
    }

    /// The first instant of a date.
    pub fn midnight(&self, date: LogicalDate) -> Option<u64> {
        date.at(LocalTime::new(0, 0)?, &self.zone)
    }

    /// The first instant of the day of an instant.
    pub fn midnight_before(&self, instant: u64) -> Option<u64> {
        self.midnight(LogicalDate::of_millis(instant, &self.zone).ok()?)
    }

    /// The instant so many days later on this clock: a day has 23 or 25 hours where summer time begins or ends.
    pub fn days_after(&self, instant: u64, days: i32) -> Option<u64> {
        let local = Local::of_millis(instant, &self.zone)?;
        let date = local.date.plus_days(days).ok()?;
        let minute = date.at(LocalTime::new(local.hour, local.minute)?, &self.zone)?;
        minute.checked_add(u64::from(local.second) * 1_000)
    }

    /// An instant as this clock shows it: `2026-11-23 03:05`.
    pub fn shown(&self, instant: u64) -> String {
        Local::of_millis(instant, &self.zone).map_or_else(|| format!("{instant} ms"), |local| local.to_string())
    }
}

fn in_range(date: LogicalDate) -> Result<LogicalDate, Fault> {
    let text = date.to_string();
    if text.len() == 10 && ("1971-01-01"..="2199-12-31").contains(&text.as_str()) {
        Ok(date)
    } else {
        Err(Fault::Range)
    }
}

/// `03:00` or `03:00:30`.
fn time_of_day(text: &str) -> Option<(LocalTime, u8)> {
    let (minute, seconds) = match text.len() {
        5 => (text, "00"),
        8 => (text.get(..5)?, text.get(5..)?.strip_prefix(':')?),
        _ => return None,
    };
    let seconds: u8 = seconds.bytes().all(|b| b.is_ascii_digit()).then(|| seconds.parse().ok())??;
    Some((minute.parse().ok()?, seconds)).filter(|_| seconds < 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(zone: &str, text: &str) -> Result<String, Fault> {
        Clock::new(zone).unwrap().instant(text).map(|instant| pipesynth_engine::utc_text(instant).unwrap())
    }

    #[test]
    fn dates_and_local_times_are_read_on_the_clock_of_the_zone() {
        assert_eq!(at("UTC", "2026-11-23").unwrap(), "2026-11-23T00:00:00Z");
        assert_eq!(at("Europe/Berlin", "2026-11-23").unwrap(), "2026-11-22T23:00:00Z");
        assert_eq!(at("Europe/Berlin", "2026-07-23T07:30").unwrap(), "2026-07-23T05:30:00Z");
        assert_eq!(at("Asia/Tokyo", "2026-07-23 07:30:15").unwrap(), "2026-07-22T22:30:15Z");
    }

    #[test]
    fn an_offset_stands_over_the_zone() {
        assert_eq!(at("Asia/Tokyo", "2026-11-23T03:00:00Z").unwrap(), "2026-11-23T03:00:00Z");
        assert_eq!(at("Asia/Tokyo", "2026-11-23T03:00:00+01:00").unwrap(), "2026-11-23T02:00:00Z");
    }

    #[test]
    fn a_time_that_the_clock_skips_is_none_and_one_that_it_repeats_is_the_first() {
        let berlin = "Europe/Berlin";
        assert_eq!(at(berlin, "2027-03-28T02:30"), Err(Fault::Skipped(berlin.into())));
        assert_eq!(at(berlin, "2027-03-28T03:00").unwrap(), "2027-03-28T01:00:00Z");
        assert_eq!(at(berlin, "2026-10-25T02:30").unwrap(), "2026-10-25T00:30:00Z");
    }

    #[test]
    fn a_day_begins_with_its_first_instant_even_where_midnight_is_skipped() {
        // 2026-04-24: Cairo's clocks go from 00:00 to 01:00.
        assert_eq!(at("Africa/Cairo", "2026-04-24").unwrap(), "2026-04-23T22:00:00Z");
    }

    #[test]
    fn a_day_later_is_the_same_time_on_the_clock() {
        let clock = Clock::new("Europe/Berlin").unwrap();
        let from = clock.instant("2027-03-27").unwrap();
        assert_eq!(clock.shown(clock.days_after(from, 1).unwrap()), "2027-03-28 00:00");
        assert_eq!(clock.days_after(from, 2).unwrap() - from, 47 * 3_600_000);
    }

    #[test]
    fn other_texts_are_no_times() {
        for text in [
            "",
            "today",
            "2026-02-30",
            "2026-11-23T",
            "2026-11-23T24:00",
            "2026-11-23T3:00",
            "2026-11-23T03:00:60",
            "03:00",
        ] {
            assert_eq!(at("UTC", text), Err(Fault::Malformed), "{text}");
        }
        for text in ["1066-10-14", "1970-12-31", "2200-01-01", "9999-12-31T23:00", "1970-01-01T00:00:00Z"] {
            assert_eq!(at("UTC", text), Err(Fault::Range), "{text}");
        }
    }
}
