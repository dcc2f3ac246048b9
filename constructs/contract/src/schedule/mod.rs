//! `cron(0 3 * * ? *)`, `rate(2 hours)`, `at(2026-12-01T03:00:00)` → what EventBridge understands by them, or what is wrong and where.
//!
//! The one grammar of schedules: the validator shows its faults in the user's file, and the decision engine does its arithmetic on what is
//! read here. Days of a calendar and time zones are the engine's; here are only the texts.
//!
//! Sources: EventBridge Scheduler User Guide, "Schedule types", and EventBridge User Guide, "Setting a schedule pattern for scheduled
//! rules", whose tables of fields are the same. Where they leave something open, the narrower reading holds, for an expression that AWS
//! refuses stops a deploy: day of week takes no `/`, `#` stands alone, `L` has no step, years do not run backwards.

mod at;
mod cron;
mod days;
mod field;
mod piece;
mod rate;
#[cfg(test)]
mod tests;

use std::ops::Range;

pub use at::At;
pub use cron::Cron;
pub use days::Days;
pub use field::Values;
pub use rate::Rate;

use crate::pipeline_id::excerpt;
use piece::Piece;

/// Most characters of an expression (EventBridge Scheduler API reference, `ScheduleExpression`).
pub const LONGEST: usize = 256;

/// What starts a pipeline by the clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// Local times of a calendar.
    Cron(Box<Cron>),
    /// A distance.
    Rate(Rate),
    /// One local time.
    At(At),
}

/// Something that EventBridge would not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, in one line.
    pub message: String,
    /// Where, in bytes of the text that was read; on character boundaries.
    pub range: Range<usize>,
}

impl Expression {
    /// Reads an expression with its word and parentheses. Tells every fault it can; there is at least one.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let whole = Piece::new(text);
        if text.len() > LONGEST {
            let message = format!("an expression has at most {LONGEST} characters, got {}", text.len());
            return Err(vec![whole.fault(message)]);
        }
        if let Some(inner) = whole.inside("cron") {
            return Cron::read(inner).map(|cron| Self::Cron(Box::new(cron)));
        }
        if let Some(inner) = whole.inside("rate") {
            return Rate::read(inner).map(Self::Rate).map_err(|fault| vec![fault]);
        }
        if let Some(inner) = whole.inside("at") {
            return At::read(inner).map(Self::At).map_err(|fault| vec![fault]);
        }
        let message = format!("expected `cron(...)`, `rate(...)` or `at(...)`, got `{}`", excerpt(text));
        Err(vec![whole.fault(message)])
    }
}
