//! Days as an expression names them, and a date → whether it is meant.

use jiff::civil::{Date, Weekday};
use pipesynth_contract::schedule::{Days, Values};

/// Whether a date is meant.
pub(super) fn contain(days: &Days, date: Date) -> bool {
    let day = unsigned(date.day());
    match days {
        Days::OfMonth { plain, near, last, last_weekday } => {
            plain.contains(day)
                || (*last && day == unsigned(date.days_in_month()))
                || (*last_weekday && nearest(date, date.days_in_month()) == Some(date.day()))
                || near_to(date, near)
        }
        Days::OfWeek { plain, last, nth } => {
            let of_week = of_week(date);
            plain.contains(of_week)
                || (last.contains(of_week) && day + 7 > unsigned(date.days_in_month()))
                || *nth == Some((of_week, (day - 1) / 7 + 1))
        }
    }
}

/// 1 for Sunday to 7 for Saturday.
fn of_week(date: Date) -> u16 {
    unsigned(date.weekday().to_sunday_one_offset())
}

/// Whether the date is the weekday nearest to one of these days. It is never more than two days away.
fn near_to(date: Date, days: &Values) -> bool {
    let day = date.day();
    (day.saturating_sub(2)..=day.saturating_add(2))
        .filter(|wanted| *wanted >= 1 && days.contains(unsigned(*wanted)))
        .any(|wanted| nearest(date, wanted) == Some(day))
}

/// The weekday nearest to a day of the month of `date`, inside that month: Friday for a Saturday and Monday for a Sunday, unless that
/// is in another month. `None` where the month has no such day.
fn nearest(date: Date, day: i8) -> Option<i8> {
    let length = date.days_in_month();
    let wanted = Date::new(date.year(), date.month(), day).ok()?;
    Some(match wanted.weekday() {
        Weekday::Saturday if day == 1 => 3,
        Weekday::Saturday => day - 1,
        Weekday::Sunday if day == length => day - 2,
        Weekday::Sunday => day + 1,
        _ => day,
    })
}

fn unsigned(value: i8) -> u16 {
    u16::from(value.unsigned_abs())
}
