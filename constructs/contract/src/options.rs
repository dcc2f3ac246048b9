//! The options of a start condition ↔ their text (`24h`, `-1d`, `key:$.country`, `07:00`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ContractError;
use crate::lenient::serde_as_text;
use crate::pipeline_id::excerpt;

/// How long a parent's occurrence stays valid: `none`, or whole hours, minutes or seconds (`24h`, `90m`, `45s`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Within {
    /// It never expires.
    None,
    /// It expires after this many seconds.
    Seconds(u64),
}

impl Within {
    /// The default of a condition with an AND: 24 hours.
    pub const DAY: Within = Within::Seconds(86_400);
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Within::None => f.write_str("none"),
            Within::Seconds(s) if *s > 0 && s % 3600 == 0 => write!(f, "{}h", s / 3600),
            Within::Seconds(s) if *s > 0 && s % 60 == 0 => write!(f, "{}m", s / 60),
            Within::Seconds(s) => write!(f, "{s}s"),
        }
    }
}

impl FromStr for Within {
    type Err = ContractError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "none" {
            return Ok(Within::None);
        }
        let unit = match text.as_bytes().last() {
            Some(b'h') => 3600,
            Some(b'm') => 60,
            Some(b's') => 1,
            _ => 0,
        };
        let number = text.get(..text.len().saturating_sub(1)).and_then(digits);
        number
            .and_then(|n| n.checked_mul(unit))
            .filter(|s| *s > 0)
            .map(Within::Seconds)
            .ok_or_else(|| expected("`none` or a time such as `24h`, `90m` or `45s`", text))
    }
}

/// Which runs of the parents belong together (decisions: `correlate`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Correlate {
    /// Any run with any run: the newest of each.
    None,
    /// Runs of the same logical date.
    #[default]
    Day,
    /// Runs of the same hour.
    Hour,
    /// Runs whose execution input has the same value at this JSONPath (`key:$.country`).
    Key(String),
}

impl Correlate {
    /// Whether a key lies within one logical date: what a schedule joined by AND can be met in.
    pub fn is_of_a_date(&self) -> bool {
        matches!(self, Correlate::Day | Correlate::Hour)
    }
}

impl fmt::Display for Correlate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Correlate::None => f.write_str("none"),
            Correlate::Day => f.write_str("day"),
            Correlate::Hour => f.write_str("hour"),
            Correlate::Key(path) => write!(f, "key:{path}"),
        }
    }
}

impl FromStr for Correlate {
    type Err = ContractError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "none" => Ok(Correlate::None),
            "day" => Ok(Correlate::Day),
            "hour" => Ok(Correlate::Hour),
            _ => match text.strip_prefix("key:") {
                Some(path) if path.starts_with("$.") && path.len() > 2 => Ok(Correlate::Key(path.to_owned())),
                _ => Err(expected("`none`, `day`, `hour` or `key:$.path`", text)),
            },
        }
    }
}

/// By how much a parent's logical time is moved before it meets the others: `-1d`, `-2h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offset {
    /// Whole days.
    Days(i32),
    /// Whole hours (with `correlate: hour`).
    Hours(i32),
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Offset::Days(n) => write!(f, "{n}d"),
            Offset::Hours(n) => write!(f, "{n}h"),
        }
    }
}

impl FromStr for Offset {
    type Err = ContractError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = || expected("an offset such as `-1d` or `-2h`", text);
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let number = rest.get(..rest.len().saturating_sub(1)).and_then(digits);
        let number = number.and_then(|n| i32::try_from(n).ok()).filter(|n| *n <= 10_000);
        let amount = sign * number.ok_or_else(fault)?;
        match rest.as_bytes().last() {
            Some(b'd') => Ok(Offset::Days(amount)),
            Some(b'h') => Ok(Offset::Hours(amount)),
            _ => Err(fault()),
        }
    }
}

/// A local wall-clock time in 24 hours: `07:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime {
    hour: u8,
    minute: u8,
}

impl LocalTime {
    /// `None` unless `hour` is 0 to 23 and `minute` 0 to 59.
    pub fn new(hour: u8, minute: u8) -> Option<Self> {
        (hour < 24 && minute < 60).then_some(Self { hour, minute })
    }

    /// 0 to 23.
    pub fn hour(self) -> u8 {
        self.hour
    }

    /// 0 to 59.
    pub fn minute(self) -> u8 {
        self.minute
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

impl FromStr for LocalTime {
    type Err = ContractError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let two = |part: &str| (part.len() == 2).then(|| digits(part)).flatten().and_then(|n| u8::try_from(n).ok());
        text.split_once(':')
            .and_then(|(hour, minute)| Self::new(two(hour)?, two(minute)?))
            .ok_or_else(|| expected("a time of day such as `07:00`", text))
    }
}

serde_as_text!(Within);
serde_as_text!(Correlate);
serde_as_text!(Offset);
serde_as_text!(LocalTime);

/// What happens when the deadline passes and the condition does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnMiss {
    /// The owners are told.
    Notify,
    /// The pipeline starts all the same.
    Fire,
    /// This logical date is given up.
    Skip,
}

/// What a newer run of a parent does after the child has run for the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnRerun {
    /// The child runs again.
    #[default]
    Refire,
    /// Nothing.
    Ignore,
}

/// What an open newer run of a parent does to a condition that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WhileRunning {
    /// Nothing: the child starts.
    #[default]
    Ignore,
    /// The child waits until it is over.
    Hold,
}

/// What a parent's backfilled run does to the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backfill {
    /// Nothing.
    #[default]
    None,
    /// It counts like any other run.
    Follow,
}

/// What happens to a start while an earlier run of the pipeline is still going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Concurrency {
    /// They run side by side.
    Allow,
    /// The new start waits its turn.
    #[default]
    Queue,
    /// Of those that wait only the newest is kept.
    Latest,
    /// The new start is dropped.
    Skip,
}

impl Concurrency {
    /// The word in YAML and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Concurrency::Allow => "allow",
            Concurrency::Queue => "queue",
            Concurrency::Latest => "latest",
            Concurrency::Skip => "skip",
        }
    }
}

fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

fn expected(what: &str, got: &str) -> ContractError {
    ContractError::new(format!("expected {what}, got `{}`", excerpt(got)))
}

#[cfg(test)]
#[path = "options_tests.rs"]
mod tests;
