//! An occurrence and a leaf's offset → the key under which runs of different parents meet.

use jiff::Timestamp;
use pipesynth_contract::options::{Correlate, Offset};
use serde_json::{Map, Value};

use crate::{LogicalDate, Occurrence};

/// The key of `correlate: none`: all runs meet there.
pub const ALL: &str = "all";

/// Longest value of a `key:` path, in bytes: with the child's id it stays far below DynamoDB's 2,048 for a partition key.
pub const MAX_KEY: usize = 200;

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;
/// Milliseconds of an hour.
pub(crate) const HOUR: i64 = 3_600_000;

/// The key of an occurrence for a leaf with this offset; `Err` says why it has none.
///
/// `day`: the logical date, `2026-11-23`; `hour`: the hour in UTC of the scheduled instant, `2026-11-23T03Z`; `key:$.path`: the
/// scalar at that path of the execution's input, or of its `params`. A leaf with `offset: -1d` meets yesterday's run, so that run's
/// key is a day later.
pub fn correlation_key(
    correlate: &Correlate,
    offset: Option<Offset>,
    occurrence: &Occurrence,
) -> Result<String, &'static str> {
    match (correlate, offset) {
        (Correlate::None, None) => Ok(ALL.to_owned()),
        (Correlate::Day, offset) => day(occurrence.date, offset).map(|d| d.to_string()),
        (Correlate::Hour, offset) => hour(occurrence, offset),
        (Correlate::Key(path), None) => value_at(&occurrence.input, path),
        (Correlate::None | Correlate::Key(_), Some(_)) => Err("an offset needs `correlate: day` or `hour`"),
    }
}

fn day(date: LogicalDate, offset: Option<Offset>) -> Result<LogicalDate, &'static str> {
    match offset {
        None => Ok(date),
        Some(Offset::Days(days)) => date.plus_days(-days).map_err(|_| "the shifted date is outside the calendar"),
        Some(Offset::Hours(_)) => Err("an offset in hours needs `correlate: hour`"),
    }
}

fn hour(occurrence: &Occurrence, offset: Option<Offset>) -> Result<String, &'static str> {
    let instant = occurrence.instant.ok_or("the run goes back to no scheduled instant")?;
    let outside = "the shifted instant is outside the calendar";
    let shifted = i64::try_from(instant).map_err(|_| outside)?.checked_sub(span(offset)).ok_or(outside)?;
    let text = Timestamp::from_millisecond(shifted).map_err(|_| outside)?.to_string();
    let hour = text.get(..13).filter(|_| shifted >= 0).ok_or(outside)?;
    Ok(format!("{hour}Z"))
}

/// The length of an offset in milliseconds; a day has 24 hours here.
pub(crate) fn span(offset: Option<Offset>) -> i64 {
    match offset {
        None => 0,
        Some(Offset::Days(days)) => i64::from(days) * DAY,
        Some(Offset::Hours(hours)) => i64::from(hours) * HOUR,
    }
}

/// The scalar at `$.a.b`, as text.
fn value_at(input: &Map<String, Value>, path: &str) -> Result<String, &'static str> {
    let names = path.strip_prefix("$.").ok_or("the path does not begin with `$.`")?;
    let find = |root: &Map<String, Value>| {
        let (first, rest) = names.split_once('.').map_or((names, None), |(first, rest)| (first, Some(rest)));
        let value = root.get(first)?;
        rest.map_or(Some(value), |rest| rest.split('.').try_fold(value, |value, name| value.get(name))).cloned()
    };
    let params = || input.get("params").and_then(Value::as_object).and_then(find);
    let text = match find(input).or_else(params) {
        Some(Value::String(text)) => text,
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::Bool(flag)) => flag.to_string(),
        _ => return Err("the execution's input has no scalar at the path"),
    };
    if text.is_empty() || text.len() > MAX_KEY || text.chars().any(char::is_control) {
        return Err("the value at the path is empty, longer than 200 bytes or has control characters");
    }
    Ok(text)
}

/// The logical date that a key of `correlate: day` is.
pub(crate) fn date_of_key(correlate: &Correlate, key: &str) -> Option<LogicalDate> {
    if *correlate == Correlate::Day { key.parse().ok() } else { None }
}

/// The beginning of the hour that a key of `correlate: hour` is, in milliseconds since 1970.
pub(crate) fn instant_of_key(correlate: &Correlate, key: &str) -> Option<u64> {
    let hour = (*correlate == Correlate::Hour).then(|| key.strip_suffix('Z')).flatten()?;
    let instant: Timestamp = format!("{hour}:00:00Z").parse().ok()?;
    u64::try_from(instant.as_millisecond()).ok()
}
