//! `15 minutes` → a distance between two starts.

use super::Fault;
use super::piece::Piece;
use crate::pipeline_id::excerpt;

const UNITS: [(&str, u64); 3] = [("minute", 60), ("hour", 3_600), ("day", 86_400)];

/// A distance between two starts. A day of it has 24 hours, whatever the clock does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    seconds: u64,
}

impl Rate {
    /// Reads what stands between `rate(` and `)`: a whole number from 1, and a unit, in the singular for 1 and only then: AWS refuses
    /// `rate(1 hours)` (EventBridge User Guide, "Rate expressions").
    pub fn parse(text: &str) -> Result<Self, Fault> {
        Self::read(Piece::new(text))
    }

    /// Seconds between two starts; at least 60.
    pub fn seconds(self) -> u64 {
        self.seconds
    }

    pub(super) fn read(text: Piece<'_>) -> Result<Self, Fault> {
        let form = || {
            let got = excerpt(text.text);
            text.fault(format!(
                "a rate is a number and a unit, such as `15 minutes`, `1 hour` or `2 days`, got `{got}`"
            ))
        };
        let words = text.words();
        let &[number, unit] = words.as_slice() else { return Err(form()) };
        let count = number.number().filter(|count| *count > 0).ok_or_else(form)?;
        let stem = unit.text.strip_suffix('s').unwrap_or(unit.text);
        let (_, seconds) = UNITS.iter().find(|(name, _)| *name == stem).ok_or_else(form)?;
        let right = if count == 1 { stem.to_owned() } else { format!("{stem}s") };
        if unit.text != right {
            return Err(unit.fault(format!("the unit of {count} must be `{right}`, got `{}`", unit.text)));
        }
        Ok(Self { seconds: u64::from(count) * seconds })
    }
}
