//! A schedule's expression, zone and bounds → the instants at which EventBridge starts the pipeline.
//!
//! Instants are milliseconds since 1970, as everywhere in this crate. The logical date of one is [`crate::LogicalDate::of_millis`] in the
//! zone of the pipeline, which may differ from that of its schedule.
//!
//! What an expression says is read by [`pipesynth_contract::schedule`]; here is its calendar. Source: EventBridge Scheduler User Guide,
//! "Schedule types". In a zone with daylight saving, a local time that the clock skips is skipped; one that it repeats counts once, the first time. A day of `rate(…)` has 24
//! hours, whatever the clock does. `StartDate` and `EndDate` belong to the schedule, and are ignored for `at(…)` (API reference,
//! CreateSchedule). A rule is in UTC.
//!
//! Crates for cron exist, and none has these rules. croner 4, the nearest, starts a fixed time that is skipped right after the gap, runs
//! an hourly one in both passes of a repeated hour, and refuses `20-2`; cron and saffron are bound to chrono's zones. Such rules cannot
//! be set right from outside of a crate, so only the calendar and the zones come from one: jiff.

mod cron;
mod days;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use pipesynth_contract::schedule::{At, Expression};
use pipesynth_contract::starts::{self, Engine};

use crate::logical_date::{TimeError, read_instant};
use cron::Times;

/// When a pipeline starts by itself.
#[derive(Debug, Clone)]
pub struct Schedule {
    when: When,
    zone: TimeZone,
    start: Option<u64>,
    end: Option<u64>,
}

#[derive(Debug, Clone, PartialEq)]
enum When {
    Cron(Box<Times>),
    /// Milliseconds between two starts.
    Rate(u64),
    /// A local time.
    At(DateTime),
}

/// An expression or zone that EventBridge would not take, with everything that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleError(Vec<String>);

impl ScheduleError {
    /// What is wrong, one sentence each; never empty.
    pub fn faults(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for ScheduleError {}

impl Schedule {
    /// Reads `cron(0 3 * * ? *)`, `rate(2 hours)` or `at(2026-12-01T03:00:00)` in a zone of the tz database.
    pub fn parse(expression: &str, zone: &str) -> Result<Self, ScheduleError> {
        let mut faults = Vec::new();
        let read = Expression::parse(expression);
        let read = read.map_err(|found| faults.extend(found.into_iter().map(|fault| fault.message))).ok();
        let when = read.and_then(|expression| compiled(&expression));
        let found = TimeZoneDatabase::bundled().get(zone);
        let zone = found.map_err(|_| faults.push(TimeError::Zone(zone.to_owned()).to_string())).ok();
        match (when, zone) {
            (Some(when), Some(zone)) => Ok(Self { when, zone, start: None, end: None }),
            _ => Err(ScheduleError(faults)),
        }
    }

    /// The schedule of a pipeline as the central side knows it, with its bounds. A rule is in UTC, whatever zone stands there.
    pub fn of(schedule: &starts::Schedule) -> Result<Self, ScheduleError> {
        let zone = match schedule.engine {
            Engine::Scheduler => schedule.timezone.as_str(),
            Engine::Rule => "UTC",
        };
        let bound = |text: &Option<String>| text.as_deref().map(instant).transpose();
        let (start, end) = (bound(&schedule.start), bound(&schedule.end));
        let faults = [&start, &end].into_iter().filter_map(|bound| Some(bound.as_ref().err()?.to_string())).collect();
        match (Self::parse(&schedule.expression, zone), start, end) {
            (Ok(parsed), Ok(start), Ok(end)) => Ok(Self { start, end, ..parsed }),
            (Err(fault), ..) => Err(fault),
            (Ok(_), ..) => Err(ScheduleError(faults)),
        }
    }

    /// The same schedule from an instant on. A rate has its first start at that instant.
    pub fn starting(self, start: u64) -> Self {
        Self { start: Some(start), ..self }
    }

    /// The same schedule up to an instant, which still counts.
    pub fn ending(self, end: u64) -> Self {
        Self { end: Some(end), ..self }
    }

    /// Whether it is a rate without a start: it counts from the moment at which AWS makes the schedule, which nobody knows before.
    pub fn floats(&self) -> bool {
        matches!(self.when, When::Rate(_)) && self.start.is_none()
    }

    /// The first start after an instant; `None` where there is none any more. A rate that floats is counted from `instant`.
    pub fn next_after(&self, instant: u64) -> Option<u64> {
        let next = match &self.when {
            When::At(local) => return self.instant(*local).filter(|at| *at > instant),
            When::Rate(every) => self.next_of_rate(*every, instant)?,
            When::Cron(cron) => self.next_of_cron(cron, instant)?,
        };
        (self.end.is_none_or(|end| next <= end)).then_some(next)
    }

    /// All starts after an instant, in order. A cron expression ends with the year 2199; a rate need not end.
    pub fn after(&self, instant: u64) -> impl Iterator<Item = u64> + '_ {
        std::iter::successors(self.next_after(instant), |instant| self.next_after(*instant))
    }

    /// An instant as its zone's clock shows it, with the offset: `2026-11-24T03:00:00+01:00`.
    pub fn local(&self, instant: u64) -> Option<String> {
        let at = timestamp(instant)?;
        let text = at.display_with_offset(self.zone.to_offset(at)).to_string();
        Some(if self.zone == TimeZone::UTC { at.to_string() } else { text })
    }

    fn next_of_rate(&self, every: u64, instant: u64) -> Option<u64> {
        match self.start {
            None => instant.checked_add(every),
            Some(start) if instant < start => Some(start),
            Some(start) => start.checked_add(((instant - start) / every).checked_add(1)?.checked_mul(every)?),
        }
    }

    /// Later local times are later instants, those in gaps left out and the second pass of repeated ones too. So the search begins at
    /// the local time of `instant` and goes up until the clock shows it and the instant is late enough.
    fn next_of_cron(&self, cron: &Times, instant: u64) -> Option<u64> {
        // One before the start, which itself counts.
        let instant = self.start.and_then(|start| start.checked_sub(1)).map_or(instant, |before| before.max(instant));
        let mut local = cron.at_or_after(self.zone.to_datetime(timestamp(instant)?))?;
        loop {
            match self.instant(local) {
                Some(at) if at > instant => return Some(at),
                _ => local = cron.at_or_after(local.checked_add(jiff::SignedDuration::from_mins(1)).ok()?)?,
            }
        }
    }

    /// The instant of a local time; the first one where the clock repeats it, `None` where the clock skips it.
    fn instant(&self, local: DateTime) -> Option<u64> {
        let (AmbiguousOffset::Unambiguous { offset } | AmbiguousOffset::Fold { before: offset, .. }) =
            self.zone.to_ambiguous_timestamp(local).offset()
        else {
            return None;
        };
        u64::try_from(offset.to_timestamp(local).ok()?.as_millisecond()).ok()
    }
}

/// An instant of RFC 3339, with `Z` or an offset, in milliseconds since 1970.
pub fn instant(text: &str) -> Result<u64, TimeError> {
    let millis = read_instant(text)?.as_millisecond();
    u64::try_from(millis).map_err(|_| TimeError::Range(text.to_owned()))
}

fn timestamp(instant: u64) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(instant).ok()?).ok()
}

/// An expression, ready for arithmetic. A time of the grammar is one of the calendar, so there is always one.
fn compiled(expression: &Expression) -> Option<When> {
    Some(match expression {
        Expression::Cron(cron) => When::Cron(Box::new(Times((**cron).clone()))),
        Expression::Rate(rate) => When::Rate(rate.seconds() * 1_000),
        Expression::At(at) => When::At(local(at)?),
    })
}

fn local(at: &At) -> Option<DateTime> {
    let small = |value: u8| i8::try_from(value).ok();
    let year = i16::try_from(at.year).ok()?;
    let (month, day) = (small(at.month)?, small(at.day)?);
    DateTime::new(year, month, day, small(at.hour)?, small(at.minute)?, small(at.second)?, 0).ok()
}
