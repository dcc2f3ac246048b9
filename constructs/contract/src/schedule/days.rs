//! The two day fields of a cron expression → which days of a month they mean.

use super::Fault;
use super::field::{Field, Values};
use super::piece::Piece;

const OF_MONTH: Field = Field { name: "day of month", low: 1, high: 31, words: &[], wraps: true, steps: true };
const OF_WEEK: Field = Field {
    name: "day of week",
    low: 1,
    high: 7,
    words: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    wraps: true,
    steps: false,
};

/// Which days an expression means. EventBridge takes one of the two fields; the other is `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Days {
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
    pub(super) fn read(of_month: Piece<'_>, of_week: Piece<'_>) -> Result<Self, Fault> {
        match (of_month.text, of_week.text) {
            ("?", "?") => Err(of_week.fault("day of month and day of week are both `?`; one of them must say the day")),
            (_, "?") => read_of_month(of_month),
            ("?", _) => read_of_week(of_week),
            _ => {
                let message =
                    "day of month or day of week must be `?`; EventBridge refuses an expression that says both";
                Err(of_week.fault(message))
            }
        }
    }
}

fn read_of_month(field: Piece<'_>) -> Result<Days, Fault> {
    let (mut plain, mut near) = (Values::none(OF_MONTH.low), Values::none(OF_MONTH.low));
    let (mut last, mut last_weekday) = (false, false);
    for member in field.members() {
        match (member.text, member.strip_suffix('W')) {
            ("L", _) => last = true,
            ("LW", _) => last_weekday = true,
            (_, Some(day)) => near.insert(OF_MONTH.value(day, member)?),
            (_, None) => OF_MONTH.member(member, &mut plain)?,
        }
    }
    Ok(Days::OfMonth { plain, near, last, last_weekday })
}

fn read_of_week(field: Piece<'_>) -> Result<Days, Fault> {
    let (mut plain, mut last) = (Values::none(OF_WEEK.low), Values::none(OF_WEEK.low));
    if let Some((day, nth)) = field.split_once('#') {
        if field.text.contains(',') {
            return Err(field.fault("`#` must stand alone; EventBridge refuses it in a list"));
        }
        let number = nth.number().and_then(|n| u16::try_from(n).ok()).filter(|n| (1..=5).contains(n));
        let Some(number) = number else {
            return Err(
                field.fault(format!("behind `#` must stand which one of the month, 1 to 5, got `{}`", nth.text))
            );
        };
        return Ok(Days::OfWeek { plain, last, nth: Some((OF_WEEK.value(day, field)?, number)) });
    }
    for member in field.members() {
        match member.strip_suffix('L') {
            // The last day of the week.
            Some(day) if day.text.is_empty() => plain.insert(OF_WEEK.high),
            Some(day) => last.insert(OF_WEEK.value(day, member)?),
            None => OF_WEEK.member(member, &mut plain)?,
        }
    }
    Ok(Days::OfWeek { plain, last, nth: None })
}
