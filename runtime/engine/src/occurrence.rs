//! One status of one run of a parent → what a gate compares, holds and hands on.

use std::cmp::Ordering;
use std::sync::Arc;

use pipesynth_contract::{PipelineId, Status};
use serde::{Deserialize, Serialize};

use crate::{Input, LogicalDate, RunKey};

/// What the central side is told about a run: one status of it.
///
/// Times are milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Occurrence {
    /// The pipeline that ran; for [`Origin::Clock`] the pipeline whose schedule it is.
    pub parent: PipelineId,
    /// `runKey` of the execution's input, with the attempt.
    pub run_key: RunKey,
    /// The execution's ARN; empty for [`Origin::Clock`].
    pub execution: Arc<str>,
    /// What happened.
    pub status: Status,
    /// `stopDate`, for `RUNNING` `startDate`.
    pub at: u64,
    /// `startDate`.
    pub started: u64,
    /// The run's logical date.
    pub date: LogicalDate,
    /// The scheduled instant that the run goes back to, its own or handed down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instant: Option<u64>,
    /// The execution ARN that the run repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rerun_of: Option<String>,
    /// Whether `pipesynth backfill` started it, or a run that it goes back to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backfill: bool,
    /// Whether its output says that it did nothing: it found its run key taken, or `concurrency` gave it up.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skipped: bool,
    /// Whether it held its run key and was given up by `concurrency`. Only with `skipped`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub given_up: bool,
    /// The pipelines that led to it, by the longest way.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub chain: Chain,
    /// The execution's input, for `correlate: key:$.path`.
    #[serde(default, skip_serializing_if = "Input::is_nothing")]
    pub input: Input,
    /// A run, or an instant of a schedule.
    #[serde(default)]
    pub origin: Origin,
}

/// The pipelines that led to a run, the first first.
pub type Chain = Arc<[PipelineId]>;

fn is_empty(chain: &Chain) -> bool {
    chain.is_empty()
}

/// Where an occurrence comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A run of a parent.
    #[default]
    Run,
    /// An instant of the child's own schedule, for `operator: AND`.
    Clock,
}

impl Occurrence {
    /// The instant of a child's own schedule that is joined to its condition by `operator: AND`. `date` is that of the instant in
    /// the schedule's time zone.
    pub fn clock(child: PipelineId, run_key: RunKey, instant: u64, date: LogicalDate) -> Self {
        Self {
            parent: child,
            run_key,
            execution: "".into(),
            status: Status::Succeeded,
            at: instant,
            started: instant,
            date,
            instant: Some(instant),
            rerun_of: None,
            backfill: false,
            skipped: false,
            given_up: false,
            chain: Chain::default(),
            input: Input::default(),
            origin: Origin::Clock,
        }
    }

    /// Whether it takes its run key for its execution in the run log: neither a run that did nothing nor an instant of a schedule does,
    /// else the run that has the key would count as a duplicate.
    pub fn holds_its_key(&self) -> bool {
        !self.skipped && self.origin == Origin::Run
    }

    /// Its place in the total order.
    pub fn mark(&self) -> Mark {
        Mark { at: self.at, execution: self.execution.clone(), status: self.status }
    }

    /// What the total order compares: time, then execution, then status.
    pub(crate) fn order(&self) -> (u64, &str, Status) {
        (self.at, &self.execution, self.status)
    }

    /// What a leaf keeps of it. `rerun`: whether it repeats a run that the gate has fired on.
    pub(crate) fn token(&self, rerun: bool) -> Token {
        Token {
            at: self.at,
            execution: self.execution.clone(),
            status: self.status,
            run_key: self.run_key.clone(),
            date: self.date,
            instant: self.instant,
            rerun,
            backfill: self.backfill,
            chain: self.chain.clone(),
        }
    }
}

/// A place in the total order of a parent's occurrences.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// Milliseconds since 1970.
    pub at: u64,
    /// Execution ARN.
    pub execution: Arc<str>,
    /// The status.
    pub status: Status,
}

impl Mark {
    pub(crate) fn order(&self) -> (u64, &str, Status) {
        (self.at, &self.execution, self.status)
    }
}

impl Ord for Mark {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order().cmp(&other.order())
    }
}

impl PartialOrd for Mark {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// An occurrence that a leaf holds, or that a firing used.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Milliseconds since 1970.
    pub at: u64,
    /// Execution ARN; empty for an instant of the child's schedule.
    pub execution: Arc<str>,
    /// The status.
    pub status: Status,
    /// The run.
    pub run_key: RunKey,
    /// Its logical date.
    pub date: LogicalDate,
    /// The scheduled instant it goes back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instant: Option<u64>,
    /// Whether it repeats a run that the gate had fired on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rerun: bool,
    /// Whether it is a backfilled run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backfill: bool,
    /// The pipelines that led to it.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub chain: Chain,
}

impl Token {
    pub(crate) fn order(&self) -> (u64, &str, Status) {
        (self.at, &self.execution, self.status)
    }

    pub(crate) fn into_mark(self) -> Mark {
        Mark { at: self.at, execution: self.execution, status: self.status }
    }
}

/// What the run log says about an occurrence, given who holds its identity: (pipeline, run key, status).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The first of its identity.
    New,
    /// Seen before, or an execution that was redriven: it goes through the gates, which are idempotent.
    Again,
    /// Another execution with the same run key: it starts nobody.
    Duplicate,
}

/// Judges an occurrence by the execution ARN that first came with the same pipeline, run key and status.
pub fn admission(holder: Option<&str>, execution: &str) -> Admission {
    match holder {
        None => Admission::New,
        Some(holder) if holder == execution => Admission::Again,
        Some(_) => Admission::Duplicate,
    }
}
