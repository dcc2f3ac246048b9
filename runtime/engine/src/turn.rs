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

/// How many executions that must give up are remembered; each asks again within a minute.
const REMEMBERED: usize = 32;

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
    /// Executions that `latest` has told to give up, the newest last.
    #[serde(skip_serializing_if = "VecDeque::is_empty")]
    pub dropped: VecDeque<String>,
}

/// Decides for the execution `me`; asking again is safe. `over` says whether an execution has ended: it is asked about the holder and
/// about those that wait before `me`, for they may have been aborted. The lineup is to be written, under the condition of its version,
/// where its `ver` has changed. No turn: [`MAX_WAITING`] executions wait already.
pub fn take_turn<E>(
    concurrency: Concurrency,
    lineup: &Lineup,
    me: &str,
    mut over: impl FnMut(&str) -> Result<bool, E>,
) -> Result<(Lineup, Option<Turn>), E> {
    let is_me = |other: &String| other == me;
    let mut next = lineup.clone();
    let answer = if concurrency == Concurrency::Allow || lineup.holder.as_deref() == Some(me) {
        Some(Turn::Go)
    } else if lineup.dropped.iter().any(is_me) {
        Some(Turn::Skip)
    } else if !lineup.holder.as_deref().map_or(Ok(true), &mut over)? {
        next.line_up(concurrency, me)
    } else {
        while let Some(first) = next.waiting.front().filter(|first| *first != me) {
            if concurrency == Concurrency::Queue && !over(first)? {
                break;
            }
            next.pop_first(concurrency);
        }
        match next.waiting.front() {
            Some(first) if first != me => next.line_up(concurrency, me),
            _ => next.enter(me),
        }
    };
    if next != *lineup {
        next.ver = lineup.ver + 1;
    }
    Ok((next, answer))
}

/// Seconds from an execution's `StartTime` (RFC 3339) to `now`, in milliseconds since 1970.
pub fn waited(start_time: &str, now: u64) -> Result<u64, TimeError> {
    let start = u64::try_from(read_instant(start_time)?.as_millisecond()).unwrap_or_default();
    Ok(now.saturating_sub(start) / 1000)
}

impl Lineup {
    fn enter(&mut self, me: &str) -> Option<Turn> {
        self.waiting.retain(|other| other != me);
        self.holder = Some(me.to_owned());
        Some(Turn::Go)
    }

    fn line_up(&mut self, concurrency: Concurrency, me: &str) -> Option<Turn> {
        if concurrency == Concurrency::Skip {
            return Some(Turn::Skip);
        }
        if !self.waiting.iter().any(|other| other == me) {
            while concurrency == Concurrency::Latest && !self.waiting.is_empty() {
                self.pop_first(concurrency);
            }
            if self.waiting.len() >= MAX_WAITING {
                return None;
            }
            self.waiting.push_back(me.to_owned());
        }
        Some(Turn::Wait)
    }

    /// Of those that `latest` pushes aside each must learn of it when it asks again.
    fn pop_first(&mut self, concurrency: Concurrency) {
        let first = self.waiting.pop_front().filter(|_| concurrency == Concurrency::Latest);
        self.dropped.extend(first);
        while self.dropped.len() > REMEMBERED {
            self.dropped.pop_front();
        }
    }
}

#[cfg(test)]
#[path = "turn_tests.rs"]
mod tests;
