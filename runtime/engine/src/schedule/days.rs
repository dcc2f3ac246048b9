//! The two day fields of a cron expression → which days of a month they mean.

use jiff::civil::{Date, Weekday};

use super::field::{Field, Values, number};

const OF_MONTH: Field = Field { name: "day of month", low: 1, high: 31, words: &[], wraps: true };
const OF_WEEK: Field = Field {
    name: "day of week",
    low: 1,
    high: 7,
    words: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    wraps: true,
};

/// Which days an expression means. EventBridge takes one of the two fields; the other is `?`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Days {
    /// Day of month.
    OfMonth {
        /// Numbers.
        plain: Values,
        /// `15W`: for each number, the weekday nearest to that day in the same month. A month without that day has none.
        near: Values,
        /// `L`.
        last: bool,
        /// `LW`: the last weekday of the month.
        last_weekday: bool,
    },
    /// Day of week, 1 for Sunday.
    OfWeek {
        /// Numbers.
        plain: Values,
        /// `6L`: the last such day of the month.
        last: Values,
        /// `6#3`: the third such day of the month, where there is one.
        nth: Option<(u16, u16)>,
    },
}

impl Days {
    /// Reads the fields day of month and day of week.
    pub fn read(of_month: &str, of_week: &str) -> Result<Self, String> {
        match (of_month, of_week) {
            ("?", "?") => Err("day of month and day of week are both `?`; one of them says the day".to_owned()),
            (text, "?") => read_of_month(text),
            ("?", text) => read_of_week(text),
            _ => {
                Err("day of month or day of week must be `?`; EventBridge refuses an expression that says both".into())
            }
        }
    }

    /// Whether a date is meant.
    pub fn contain(&self, date: Date) -> bool {
        let day = unsigned(date.day());
        match self {
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
}

fn read_of_month(text: &str) -> Result<Days, String> {
    let (mut plain, mut near) = (Values::none(OF_MONTH.low), Values::none(OF_MONTH.low));
    let (mut last, mut last_weekday) = (false, false);
    for part in text.split(',') {
        match part {
            "L" => last = true,
            "LW" => last_weekday = true,
            _ => match part.strip_suffix('W') {
                Some(day) => near.insert(OF_MONTH.value(day, part)?),
                None => OF_MONTH.part(part, &mut plain)?,
            },
        }
    }
    Ok(Days::OfMonth { plain, near, last, last_weekday })
}

fn read_of_week(text: &str) -> Result<Days, String> {
    let (mut plain, mut last) = (Values::none(OF_WEEK.low), Values::none(OF_WEEK.low));
    if let Some((day, nth)) = text.split_once('#') {
        if text.contains(',') {
            return Err(format!("`{text}`: `#` stands alone, EventBridge refuses it in a list"));
        }
        let nth = number(nth).filter(|n| (1..=5).contains(n)).ok_or_else(|| OF_WEEK.fault(text))?;
        return Ok(Days::OfWeek { plain, last, nth: Some((OF_WEEK.value(day, text)?, nth)) });
    }
    for part in text.split(',') {
        match part.strip_suffix('L') {
            // The last day of the week.
            Some("") => plain.insert(OF_WEEK.high),
            Some(day) => last.insert(OF_WEEK.value(day, part)?),
            None => OF_WEEK.part(part, &mut plain)?,
        }
    }
    Ok(Days::OfWeek { plain, last, nth: None })
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
