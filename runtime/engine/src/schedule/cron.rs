//! The six fields of a cron expression → the local times that they mean.

use jiff::civil::{Date, DateTime};

use super::days::Days;
use super::field::{Field, Values};

const MINUTES: Field = Field { name: "minutes", low: 0, high: 59, words: &[], wraps: true };
const HOURS: Field = Field { name: "hours", low: 0, high: 23, words: &[], wraps: true };
const MONTHS: Field = Field {
    name: "month",
    low: 1,
    high: 12,
    words: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    wraps: true,
};
const YEARS: Field = Field { name: "year", low: 1970, high: 2199, words: &[], wraps: false };

/// A cron expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cron {
    minutes: Values,
    hours: Values,
    days: Days,
    months: Values,
    years: Values,
}

impl Cron {
    /// Reads what stands between `cron(` and `)`. Every field that is wrong is told.
    pub fn read(text: &str) -> Result<Self, Vec<String>> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, of_month, month, of_week, year] = fields[..] else {
            return Err(vec![format!(
                "a cron expression has six fields (minutes, hours, day of month, month, day of week, year), got {}",
                fields.len()
            )]);
        };
        let mut faults = Vec::new();
        let minutes = kept(MINUTES.read(minutes), &mut faults);
        let hours = kept(HOURS.read(hours), &mut faults);
        let days = kept(Days::read(of_month, of_week), &mut faults);
        let months = kept(MONTHS.read(month), &mut faults);
        let years = kept(YEARS.read(year), &mut faults);
        match (minutes, hours, days, months, years) {
            (Some(minutes), Some(hours), Some(days), Some(months), Some(years)) => {
                Ok(Self { minutes, hours, days, months, years })
            }
            _ => Err(faults),
        }
    }

    /// The first local time that is meant and is `from` or later; the seconds of `from` are not looked at. `None` after the last year.
    pub fn at_or_after(&self, from: DateTime) -> Option<DateTime> {
        let day = self.day(from.date())?;
        let (hour, minute) = (small(from.hour()), small(from.minute()));
        if day == from.date()
            && let Some((hour, minute)) = self.time(hour, minute)
        {
            return at(day, hour, minute);
        }
        let day = if day == from.date() { self.day(day.tomorrow().ok()?)? } else { day };
        let (hour, minute) = self.time(0, 0)?;
        at(day, hour, minute)
    }

    /// The first time of a day that is this or later.
    fn time(&self, hour: u16, minute: u16) -> Option<(u16, u16)> {
        let next = self.hours.at_or_after(hour)?;
        if next == hour
            && let Some(minute) = self.minutes.at_or_after(minute)
        {
            return Some((hour, minute));
        }
        let next = if next == hour { self.hours.at_or_after(hour + 1)? } else { next };
        Some((next, self.minutes.at_or_after(0)?))
    }

    /// The first day that is meant and is `from` or later. At most 230 years of 12 months are looked at, days only in months that count.
    fn day(&self, from: Date) -> Option<Date> {
        let first_year = u16::try_from(from.year()).ok()?;
        let mut year = self.years.at_or_after(first_year)?;
        loop {
            let begin = Date::new(i16::try_from(year).ok()?, 1, 1).ok()?.max(from);
            if let Some(day) = self.day_in_year(begin) {
                return Some(day);
            }
            year = self.years.at_or_after(year + 1)?;
        }
    }

    /// The first day that is meant from a date to the end of its year.
    fn day_in_year(&self, from: Date) -> Option<Date> {
        let mut month = small(from.month());
        loop {
            month = self.months.at_or_after(month)?;
            let begin = Date::new(from.year(), i8::try_from(month).ok()?, 1).ok()?.max(from);
            let days = begin.day()..=begin.days_in_month();
            let mut dates = days.filter_map(|day| Date::new(begin.year(), begin.month(), day).ok());
            if let Some(day) = dates.find(|date| self.days.contain(*date)) {
                return Some(day);
            }
            month += 1;
        }
    }
}

fn kept<T>(read: Result<T, String>, faults: &mut Vec<String>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}

fn at(day: Date, hour: u16, minute: u16) -> Option<DateTime> {
    Some(day.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0))
}

/// Parts of dates and times are never negative.
fn small(value: i8) -> u16 {
    u16::from(value.unsigned_abs())
}
