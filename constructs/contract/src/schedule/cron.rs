//! The six fields of a cron expression → their values.

use super::Fault;
use super::days::Days;
use super::field::{Field, Values};
use super::piece::Piece;

const MINUTES: Field = Field { name: "minutes", low: 0, high: 59, words: &[], wraps: true, steps: true };
const HOURS: Field = Field { name: "hours", low: 0, high: 23, words: &[], wraps: true, steps: true };
const MONTHS: Field = Field {
    name: "month",
    low: 1,
    high: 12,
    words: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    wraps: true,
    steps: true,
};
const YEARS: Field = Field { name: "year", low: 1970, high: 2199, words: &[], wraps: false, steps: true };

/// A cron expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    /// 0 to 59.
    pub minutes: Values,
    /// 0 to 23.
    pub hours: Values,
    /// Which days of a month.
    pub days: Days,
    /// 1 to 12.
    pub months: Values,
    /// 1970 to 2199.
    pub years: Values,
}

impl Cron {
    /// Reads what stands between `cron(` and `)`. Every field that is wrong is told.
    pub fn parse(fields: &str) -> Result<Self, Vec<Fault>> {
        Self::read(Piece::new(fields))
    }

    pub(super) fn read(text: Piece<'_>) -> Result<Self, Vec<Fault>> {
        let fields = text.words();
        let [minutes, hours, of_month, month, of_week, year] = fields[..] else {
            let hint = match fields.len() {
                5 => "; the year is missing: add ` *`, and write `?` for one of the two day fields",
                _ => "",
            };
            return Err(vec![text.fault(format!(
                "a cron expression has six fields (minutes, hours, day of month, month, day of week, year), got {}{hint}",
                fields.len()
            ))]);
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
}

fn kept<T>(read: Result<T, Fault>, faults: &mut Vec<Fault>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}
