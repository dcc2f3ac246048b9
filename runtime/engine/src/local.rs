//! An instant → what a clock shows in a zone, and its text in UTC: how times are told to people and to programs.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::logical_date::{two_digits, write_date};
use crate::{LogicalDate, Zone};

/// What a clock in a zone shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Local {
    /// The day.
    pub date: LogicalDate,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// By how many seconds the clock is before UTC; negative west of Greenwich.
    pub offset: i32,
}

impl Local {
    /// Of an instant in milliseconds since 1970; `None` outside the years 1970 to 9999.
    pub fn of_millis(millis: u64, zone: &Zone) -> Option<Self> {
        let date = LogicalDate::of_millis(millis, zone).ok()?;
        let instant = Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()?.to_zoned_datetime(zone.0.clone());
        let part = |number: i8| u8::try_from(number).ok();
        Some(Self {
            date,
            hour: part(instant.hour())?,
            minute: part(instant.minute())?,
            second: part(instant.second())?,
            offset: instant.offset().seconds(),
        })
    }
}

impl fmt::Display for Local {
    /// `2026-11-23 03:05`, with seconds where they are not 0.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:02}:{:02}", self.date, self.hour, self.minute)?;
        if self.second == 0 { Ok(()) } else { write!(f, ":{:02}", self.second) }
    }
}

impl Zone {
    /// Its name in the tz database, such as `Europe/Berlin`.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

/// An instant in milliseconds since 1970 as RFC 3339 in UTC: `2026-11-23T03:00:00Z`. `None` outside the calendar.
pub fn utc_text(millis: u64) -> Option<String> {
    let instant = Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()?;
    let local = Offset::UTC.to_datetime(instant);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    write_date(&mut text, local.date());
    for (at, number) in [(11, local.hour()), (14, local.minute()), (17, local.second())] {
        two_digits(&mut text[at..at + 2], u16::from(number.unsigned_abs()));
    }
    // As many digits of the fraction as it has.
    let fraction = u16::try_from(millis % 1000).ok()?;
    two_digits(&mut text[20..22], fraction / 10);
    text[22] = b'0' + (fraction % 10).to_le_bytes()[0];
    let zeros = text[20..23].iter().rev().take_while(|digit| **digit == b'0').count();
    let end = if zeros == 3 { 19 } else { 23 - zeros };
    text[end] = b'Z';
    Some(std::str::from_utf8(&text[..=end]).ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(millis: u64, zone: &str) -> Option<(String, i32)> {
        Local::of_millis(millis, &zone.parse().unwrap()).map(|local| (local.to_string(), local.offset))
    }

    #[test]
    fn a_clock_shows_the_day_and_time_of_its_zone_and_the_repeated_hour_twice() {
        // 2026-10-25: Berlin goes back from 03:00 to 02:00 at 01:00 UTC.
        let back = 1_792_890_000_000;
        assert_eq!(utc_text(back).as_deref(), Some("2026-10-25T01:00:00Z"));
        assert_eq!(shown(back - 1_800_000, "Europe/Berlin"), Some(("2026-10-25 02:30".to_owned(), 7_200)));
        assert_eq!(shown(back + 1_800_000, "Europe/Berlin"), Some(("2026-10-25 02:30".to_owned(), 3_600)));
        assert_eq!(shown(back + 5_000, "America/New_York"), Some(("2026-10-24 21:00:05".to_owned(), -14_400)));
    }

    #[test]
    fn an_instant_is_written_and_read_as_the_calendar_does() {
        for millis in (0..253_402_200_000_000).step_by(97_654_321_987).chain([1, 10, 120, 999, 1_000, 951_782_400_000])
        {
            for millis in [millis, millis / 10 * 10, millis / 1_000 * 1_000] {
                let instant = Timestamp::from_millisecond(i64::try_from(millis).unwrap()).unwrap();
                let text = utc_text(millis).unwrap();
                assert_eq!(text, instant.to_string());
                assert_eq!(crate::logical_date::read_instant(&text), Ok(instant));
                assert_eq!(crate::logical_date::plain(&text).is_some(), millis % 1_000 == 0);
                let date = LogicalDate::of_millis(millis, &"UTC".parse().unwrap()).unwrap();
                assert_eq!(date.to_string(), text[..10]);
            }
        }
        for text in ["2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01 00:00:00Z"] {
            assert_eq!(crate::logical_date::plain(text), None, "{text}");
        }
    }

    #[test]
    fn instants_outside_the_calendar_have_no_text() {
        assert_eq!(utc_text(u64::MAX), None);
        assert_eq!(shown(u64::MAX, "UTC"), None);
        assert_eq!(shown(0, "America/New_York"), None, "1969 there");
    }

    #[test]
    fn a_zone_knows_its_name() {
        for name in ["UTC", "Europe/Berlin", "Asia/Kolkata"] {
            assert_eq!(name.parse::<Zone>().unwrap().name(), name);
        }
    }
}
