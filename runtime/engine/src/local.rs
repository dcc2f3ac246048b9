//! An instant → what a clock shows in a zone, and its text in UTC: how times are told to people and to programs.

use std::fmt;

use jiff::Timestamp;

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
    Some(Timestamp::from_millisecond(i64::try_from(millis).ok()?).ok()?.to_string())
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
