//! A cron expression → the local times that it means.

use jiff::civil::{Date, DateTime};
use pipesynth_contract::schedule::Cron;

use super::days;

/// The walk over the local times of a cron expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Times(pub Cron);

impl Times {
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
        let next = self.0.hours.at_or_after(hour)?;
        if next == hour
            && let Some(minute) = self.0.minutes.at_or_after(minute)
        {
            return Some((hour, minute));
        }
        let next = if next == hour { self.0.hours.at_or_after(hour + 1)? } else { next };
        Some((next, self.0.minutes.at_or_after(0)?))
    }

    /// The first day that is meant and is `from` or later. At most 230 years of 12 months are looked at, days only in months that count.
    fn day(&self, from: Date) -> Option<Date> {
        let first_year = u16::try_from(from.year()).ok()?;
        let mut year = self.0.years.at_or_after(first_year)?;
        loop {
            let begin = Date::new(i16::try_from(year).ok()?, 1, 1).ok()?.max(from);
            if let Some(day) = self.day_in_year(begin) {
                return Some(day);
            }
            year = self.0.years.at_or_after(year + 1)?;
        }
    }

    /// The first day that is meant from a date to the end of its year.
    fn day_in_year(&self, from: Date) -> Option<Date> {
        let mut month = small(from.month());
        loop {
            month = self.0.months.at_or_after(month)?;
            let begin = Date::new(from.year(), i8::try_from(month).ok()?, 1).ok()?.max(from);
            let days = begin.day()..=begin.days_in_month();
            let mut dates = days.filter_map(|day| Date::new(begin.year(), begin.month(), day).ok());
            if let Some(day) = dates.find(|date| days::contain(&self.0.days, *date)) {
                return Some(day);
            }
            month += 1;
        }
    }
}

fn at(day: Date, hour: u16, minute: u16) -> Option<DateTime> {
    Some(day.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0))
}

/// Parts of dates and times are never negative.
fn small(value: i8) -> u16 {
    u16::from(value.unsigned_abs())
}
