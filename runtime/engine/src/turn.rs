//! An execution that asks for its turn, and who has it → go, wait or give up: `concurrency` for every kind of start.
//!
//! The central side lets firings in by its [`crate::Lane`]; this is the same rule at the run itself, in the account, where starts by
//! schedule and by hand come too. Nobody gives a turn back: the next one takes it when the execution that has it is over.

use std::collections::VecDeque;

use pipesynth_contract::claim::{MAX_WAITING, Turn};
use pipesynth_contract::options::Concurrency;
use serde::{Deserialize, Serialize};

use crate::TimeError;
use crate::logical_date::read_instant;

/// Who has the turn of a pipeline, and who waits for it. Executions are ARNs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lineup {
    /// One more with each change: the condition of a store's write.
    pub ver: u64,
    /// The execution that runs, or ran last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Executions that wait, the first to come first.
    #[serde(skip_serializing_if = "VecDeque::is_empty")]
    pub waiting: VecDeque<String>,
    /// When the newest execution that ran or waited under `latest` started, in milliseconds since 1970, and which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<(u64, String)>,
}

/// An execution that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asks<'a> {
    /// Its ARN.
    pub execution: &'a str,
    /// Its start, in milliseconds since 1970.
    pub started: u64,
}

/// Decides for the execution `me`; asking again is safe. `over` says whether an execution has ended: it is asked about the holder and
/// about those that wait before `me`, for they may have been aborted. The lineup is to be written, under the condition of its version,
/// where its `ver` has changed. No turn: [`MAX_WAITING`] executions wait already.
pub fn take_turn<E>(
    concurrency: Concurrency,
    lineup: &Lineup,
    me: Asks<'_>,
    mut over: impl FnMut(&str) -> Result<bool, E>,
) -> Result<(Lineup, Option<Turn>), E> {
    let name = me.execution;
    if concurrency == Concurrency::Allow || lineup.holder.as_deref() == Some(name) {
        return Ok((lineup.clone(), Some(Turn::Go)));
    }
    let mut next = lineup.clone();
    if concurrency == Concurrency::Latest {
        let mine = (me.started, name.to_owned());
        if lineup.newest.as_ref().is_some_and(|newest| mine < *newest) {
            return Ok((next, Some(Turn::Skip)));
        }
        next.newest = Some(mine);
        // Whoever waits is older, and learns of it when it asks.
        next.waiting.retain(|other| other == name);
    }
    let free = lineup.holder.as_deref().map_or(Ok(true), &mut over)?;
    if free {
        while let Some(first) = next.waiting.front().filter(|first| *first != name) {
            if !over(first)? {
                break;
            }
            next.waiting.pop_front();
        }
    }
    let first = next.waiting.front().is_none_or(|first| first == name);
    let answer = if free && first {
        next.waiting.pop_front();
        next.holder = Some(name.to_owned());
        Some(Turn::Go)
    } else if concurrency == Concurrency::Skip {
        Some(Turn::Skip)
    } else if next.waiting.iter().any(|other| other == name) {
        Some(Turn::Wait)
    } else {
        next.line_up(name, over)?
    };
    if next != *lineup {
        next.ver = lineup.ver + 1;
    }
    Ok((next, answer))
}

/// An execution's `StartTime` (RFC 3339) in milliseconds since 1970.
pub fn started_at(start_time: &str) -> Result<u64, TimeError> {
    Ok(u64::try_from(read_instant(start_time)?.as_millisecond()).unwrap_or_default())
}

impl Lineup {
    /// At the end of the line, unless it is full of executions that still wait.
    fn line_up<E>(&mut self, me: &str, mut over: impl FnMut(&str) -> Result<bool, E>) -> Result<Option<Turn>, E> {
        if self.waiting.len() >= MAX_WAITING {
            let mut alive = VecDeque::new();
            for other in std::mem::take(&mut self.waiting) {
                if !over(&other)? {
                    alive.push_back(other);
                }
            }
            self.waiting = alive;
        }
        if self.waiting.len() >= MAX_WAITING {
            return Ok(None);
        }
        self.waiting.push_back(me.to_owned());
        Ok(Some(Turn::Wait))
    }
}

#[cfg(test)]
#[path = "turn_tests.rs"]
mod tests;
