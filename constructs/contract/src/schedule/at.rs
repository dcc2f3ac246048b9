//! `2026-12-01T03:00:00` → the parts of one local time.

use super::Fault;
use super::piece::Piece;
use crate::pipeline_id::excerpt;

/// One local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Of the Gregorian calendar, 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to the last day of the month.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

/// Position, shape: `0` is a digit, anything else itself.
const SHAPE: &[u8] = b"0000-00-00T00:00:00";

impl At {
    /// Reads what stands between `at(` and `)`: exactly `yyyy-mm-ddThh:mm:ss` (EventBridge Scheduler User Guide, "One-time schedules"),
    /// without an offset or a zone.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Self::read(Piece::new(text))
    }

    pub(super) fn read(text: Piece<'_>) -> Result<Self, Fault> {
        let fault =
            || text.fault(format!("expected a local time such as `2026-12-01T03:00:00`, got `{}`", excerpt(text.text)));
        parts(text.text).filter(At::exists).ok_or_else(fault)
    }

    fn exists(&self) -> bool {
        let leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let days = match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        (1..=days).contains(&self.day) && self.hour < 24 && self.minute < 60 && self.second < 60
    }
}

fn parts(text: &str) -> Option<At> {
    let shaped = |(got, shape): (u8, &u8)| if *shape == b'0' { got.is_ascii_digit() } else { got == *shape };
    if text.len() != SHAPE.len() || !text.bytes().zip(SHAPE).all(shaped) {
        return None;
    }
    let part = |from: usize| text.get(from..from + 2)?.parse().ok();
    Some(At {
        year: text.get(..4)?.parse().ok()?,
        month: part(5)?,
        day: part(8)?,
        hour: part(11)?,
        minute: part(14)?,
        second: part(17)?,
    })
}
