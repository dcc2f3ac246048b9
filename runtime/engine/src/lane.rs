//! A child's open runs and its firings that wait → which start now, which wait on, which are dropped.
//!
//! It orders a child's firings among themselves; among all kinds of starts the run's turn decides ([`crate::take_turn`]).
//! The store writes the lane and what becomes of the firings in one transaction, so a firing is let in once, however often it is sent.

use std::borrow::Borrow;
use std::collections::{BTreeMap, VecDeque};

use pipesynth_contract::options::Concurrency;
use serde::{Deserialize, Serialize};

use crate::{Firing, Occurrence, RunKey, Source};

/// How many ended runs a lane remembers, so that a late `RUNNING`, its own or a duplicate's, does not open one again.
const REMEMBERED: usize = 32;

/// A run that has been open for so long, in milliseconds, no longer keeps firings waiting: 25 hours. Its end may have been lost, and a
/// firing that is sent too early waits in the account, where a run waits a day at most.
pub const OPEN_AT_MOST: u64 = 25 * 3_600_000;

/// The open runs of one child that firings started.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Lane {
    /// One more with each change: the condition of a store's write.
    pub ver: u64,
    /// The life of the child that it belongs to: a pipeline that was deleted and comes back has no open runs.
    #[serde(skip_serializing_if = "crate::gate::is_zero")]
    pub incarnation: u64,
    /// Run keys of starts that were sent or runs that were seen, and have not ended; with the time they were let in or began, in
    /// milliseconds since 1970.
    pub open: BTreeMap<RunKey, u64>,
    /// Run keys that ended last, the newest last.
    pub ended: VecDeque<RunKey>,
}

/// What happens to the firings of a child that wait.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Admission {
    /// The lane with the starts in it.
    pub lane: Lane,
    /// Ids of firings to send now.
    pub send: Vec<String>,
    /// Ids of firings that will never be sent.
    pub drop: Vec<String>,
}

/// Decides about the firings of one child that have not been let in, the oldest first, at the time `now` in milliseconds since 1970.
/// Those that stand in no list wait on.
pub fn admit<F: Borrow<Firing>>(concurrency: Concurrency, lane: Lane, waiting: &[F], now: u64) -> Admission {
    let mut answer = Admission { lane, ..Admission::default() };
    answer.lane.open.retain(|_, since| now < since.saturating_add(OPEN_AT_MOST));
    let free = answer.lane.open.is_empty();
    match concurrency {
        Concurrency::Allow => waiting.iter().for_each(|f| answer.send.push(f.borrow().firing_id.clone())),
        Concurrency::Queue => waiting.iter().take(usize::from(free)).for_each(|f| answer.enter(f.borrow(), now)),
        Concurrency::Latest => {
            if let Some((newest, older)) = waiting.split_last() {
                answer.drop.extend(older.iter().map(|f| f.borrow().firing_id.clone()));
                if free {
                    answer.enter(newest.borrow(), now);
                }
            }
        }
        Concurrency::Skip => {
            let (first, rest) = waiting.split_at(usize::from(free).min(waiting.len()));
            first.iter().for_each(|f| answer.enter(f.borrow(), now));
            answer.drop.extend(rest.iter().map(|f| f.borrow().firing_id.clone()));
        }
    }
    answer
}

impl Admission {
    fn enter(&mut self, firing: &Firing, now: u64) {
        self.lane.open.insert(firing.run_key(), now);
        self.lane.ver += 1;
        self.send.push(firing.firing_id.clone());
    }
}

impl Lane {
    /// The lane for this life of the child: one of an earlier life is empty.
    pub fn of_life(self, incarnation: u64) -> Self {
        if self.incarnation >= incarnation { self } else { Self { ver: self.ver, incarnation, ..Self::default() } }
    }

    /// Takes note of a run of the child that a firing started; says whether the lane changed. Other runs are not counted: where they
    /// meet, [`crate::take_turn`] decides in the account, and a firing must stand in that line to have its turn. The end of a run that
    /// found its key taken ends nothing: the run that holds the key goes on. One that was given up has ended like any other.
    pub fn observe(&mut self, own: &Occurrence) -> bool {
        if own.run_key.source() != Source::Dependency || (own.skipped && !own.given_up) {
            return false;
        }
        let changed = if own.status.is_terminal() {
            let new = !self.ended.contains(&own.run_key);
            if new {
                self.ended.push_back(own.run_key.clone());
                if self.ended.len() > REMEMBERED {
                    self.ended.pop_front();
                }
            }
            self.open.remove(&own.run_key).is_some() || new
        } else {
            let opens = !self.ended.contains(&own.run_key) && !self.open.contains_key(&own.run_key);
            if opens {
                self.open.insert(own.run_key.clone(), own.started);
            }
            opens
        };
        self.ver += u64::from(changed);
        changed
    }

    /// Frees the place of a start that never became a run.
    pub fn give_up(&mut self, key: &RunKey) -> bool {
        let changed = self.open.remove(key).is_some();
        self.ver += u64::from(changed);
        changed
    }
}
