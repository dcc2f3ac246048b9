//! A schedule's expression, zone and bounds → the instants at which EventBridge starts the pipeline.
//!
//! Instants are milliseconds since 1970, as everywhere in this crate. The logical date of one is [`crate::LogicalDate::of_millis`] in the
//! zone of the pipeline, which may differ from that of its schedule.
//!
//! Sources: EventBridge Scheduler User Guide, "Schedule types", and EventBridge User Guide, "Cron expressions". In a zone with daylight
//! saving, a local time that the clock skips is skipped; one that it repeats counts once, the first time. A day of `rate(…)` has 24
//! hours, whatever the clock does. `StartDate` and `EndDate` belong to the schedule, and are ignored for `at(…)` (API reference,
//! CreateSchedule). A rule is in UTC.
//!
//! Crates for cron exist, and none has these rules. croner 4, the nearest, starts a fixed time that is skipped right after the gap, runs
//! an hourly one in both passes of a repeated hour, and refuses `20-2`; cron and saffron are bound to chrono's zones. Such rules cannot
//! be set right from outside of a crate, so only the calendar and the zones come from one: jiff.

mod cron;
mod days;
mod field;
#[cfg(test)]
mod tests;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use pipesynth_contract::starts::{self, Engine};

use crate::logical_date::{TimeError, excerpt, read_instant};
use cron::Cron;

/// Most characters of an expression (EventBridge Scheduler API reference, `ScheduleExpression`).
const LONGEST: usize = 256;
const MINUTE: u64 = 60_000;

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
    Cron(Box<Cron>),
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
        let when = read(expression).map_err(|found| faults.extend(found)).ok();
        let found = TimeZoneDatabase::bundled().get(zone);
        let zone = found.map_err(|_| faults.push(TimeError::Zone(zone.to_owned()).to_string())).ok();
        match (when, zone) {
            (Some(when), Some(zone)) => Ok(Self { when, zone, start: None, end: None }),
            _ => Err(ScheduleError(faults)),
        }
    }

    /// The schedule of a pipeline as the central side knows it. A rule is in UTC, whatever zone stands there.
    pub fn of(schedule: &starts::Schedule) -> Result<Self, ScheduleError> {
        let zone = match schedule.engine {
            Engine::Scheduler => schedule.timezone.as_str(),
            Engine::Rule => "UTC",
        };
        Self::parse(&schedule.expression, zone)
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
    fn next_of_cron(&self, cron: &Cron, instant: u64) -> Option<u64> {
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

fn read(expression: &str) -> Result<When, Vec<String>> {
    if expression.len() > LONGEST {
        return Err(vec![format!("an expression has at most {LONGEST} characters, got {}", expression.len())]);
    }
    let inner = |kind: &str| expression.trim().strip_prefix(kind)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(fields) = inner("cron") {
        return Cron::read(fields).map(|cron| When::Cron(Box::new(cron)));
    }
    if let Some(text) = inner("rate") {
        let form = || {
            format!(
                "a rate is a number and a unit, such as `15 minutes`, `1 hour` or `2 days`, got `{}`",
                excerpt(text)
            )
        };
        return rate(text).map(When::Rate).ok_or_else(|| vec![form()]);
    }
    if let Some(text) = inner("at") {
        let form = || format!("expected a local time such as `2026-12-01T03:00:00`, got `{}`", excerpt(text));
        // Exactly that shape: a parser of dates would also take an offset, and leave it out.
        let read = if text.len() == 19 { text.parse().ok() } else { None };
        return read.map(When::At).ok_or_else(|| vec![form()]);
    }
    Err(vec![format!("expected `cron(...)`, `rate(...)` or `at(...)`, got `{}`", excerpt(expression))])
}

/// `15 minutes` → milliseconds. The unit stands in the singular for 1, and only then (EventBridge User Guide, "Rate expressions").
fn rate(text: &str) -> Option<u64> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let &[number, unit] = words.as_slice() else { return None };
    let count: u32 = if number.bytes().all(|b| b.is_ascii_digit()) { number.parse().ok()? } else { return None };
    let every = match (unit, count) {
        (_, 0) => return None,
        ("minute", 1) | ("minutes", 2..) => MINUTE,
        ("hour", 1) | ("hours", 2..) => 60 * MINUTE,
        ("day", 1) | ("days", 2..) => 24 * 60 * MINUTE,
        _ => return None,
    };
    Some(u64::from(count) * every)
}
