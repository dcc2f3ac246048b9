//! What happened in a simulation: runs, and a log of everything else, in the order of time.
//!
//! Times are milliseconds since 1970. Pipelines and runs are named by their position.

use std::sync::Arc;

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::{FiringCause, LogicalDate, RunKey};

/// The result of a simulation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Record {
    /// The span.
    pub from: u64,
    /// Its end, not included.
    pub until: u64,
    /// All pipelines, sorted.
    pub pipelines: Vec<Pipeline>,
    /// All runs, by their start.
    pub runs: Vec<Run>,
    /// Everything else, by time.
    pub log: Vec<Entry>,
    /// Conditions that hold something at the end, and what they still wait for.
    pub waiting: Vec<Waiting>,
    /// Actions that found nothing to act on: positions in [`crate::scenario::Scenario::actions`], and why in words.
    pub vain: Vec<(usize, String)>,
    /// What became of the expectations, in their order.
    pub verdicts: Vec<Verdict>,
    /// How many events were put on a bus.
    pub events: u64,
    /// How many decisions were taken.
    pub decisions: u64,
}

/// A pipeline of the simulation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// The pipeline.
    pub id: PipelineId,
    /// As its owner writes it.
    pub name: String,
    /// IANA name of the zone of its logical dates.
    pub timezone: String,
    /// What it does where a run is open already.
    pub concurrency: Concurrency,
}

/// A run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Position in [`Record::pipelines`].
    pub pipeline: usize,
    /// The execution's name.
    pub execution: String,
    /// Its run key, with the attempt.
    pub run_key: RunKey,
    /// Its logical date.
    pub date: LogicalDate,
    /// Why it started.
    pub cause: Cause,
    /// When.
    pub started: u64,
    /// When its turn came and its steps began; `None` where that never was.
    pub worked_from: Option<u64>,
    /// When it ended; `None` where it is open at the end.
    pub ended: Option<u64>,
    /// How; `RUNNING` where it is open at the end.
    pub status: Status,
    /// Whether it did nothing: it found its key taken, or `concurrency` gave it up.
    pub skipped: bool,
    /// Why it ended as it did, where that was not for its steps.
    pub reason: Option<Reason>,
}

/// Why a run ended as it did, where that was not for its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Skipped: another execution had its run key.
    KeyTaken,
    /// Skipped: the pipeline's `concurrency` gave it up for another run.
    GivenUp,
    /// Failed: it waited for its turn as long as a run may ([`pipesynth_contract::claim::MAX_WAIT_SECONDS`]).
    WaitedTooLong,
    /// Failed: as many runs waited already as may ([`pipesynth_contract::claim::MAX_WAITING`]).
    QueueFull,
    /// Timed out: the machine's `TimeoutSeconds`, here in milliseconds.
    TimeLimit(u64),
    /// Failed: the claim refused the execution's input.
    InputRefused,
}

/// Why a run started.
#[derive(Debug, Clone, PartialEq)]
pub enum Cause {
    /// Its schedule, at this instant.
    Schedule(u64),
    /// Its condition.
    Condition {
        /// The firing.
        firing_id: String,
        /// Why the gate fired.
        cause: FiringCause,
        /// The parents' runs that it fired on: positions in [`Record::runs`], and whether an earlier firing had used it too.
        parents: Vec<(usize, bool)>,
        /// When it was decided.
        decided: u64,
    },
    /// A person.
    Manual,
    /// A person: the next attempt of this run.
    Rerun(usize),
    /// A backfill.
    Backfill,
}

/// Something that happened beside the runs' starts and ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When.
    pub at: u64,
    /// To which pipeline; `None` for the platform.
    pub pipeline: Option<usize>,
    /// The run it is about, if any.
    pub run: Option<usize>,
    /// What.
    pub what: What,
}

/// What can happen beside the runs' starts and ends.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// Something happened to the pipeline's gate, told by the engine: the correlation key and the effect in words.
    Gate(Arc<str>, pipesynth_engine::Effect),
    /// The condition held: a firing was decided.
    Fired(String),
    /// A firing was dropped by `concurrency`.
    Dropped(String),
    /// A firing was sent in vain and given up.
    Dead(String),
    /// A firing waits for the end of an open run (`concurrency: queue`).
    Queued(String),
    /// A run has no correlation key for a leaf.
    NoKey(String),
    /// An event that no rule takes: who put it on which bus.
    Undelivered(String),
    /// A fault of the scenario did its work: in words.
    Fault(String),
    /// Somebody is told: about what, and where (`SLACK data-pipeline-alerts`, `EMAIL team@example.com`).
    Alert {
        /// About what, in words.
        about: String,
        /// Where it goes.
        targets: Vec<String>,
    },
    /// A person did something, in words.
    Action(String),
}

/// A condition that is half met at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Position in [`Record::pipelines`].
    pub pipeline: usize,
    /// The correlation key.
    pub key: String,
    /// The parents whose runs make their part true, with the runs' statuses; `None`: the pipeline's own schedule.
    pub holds: Vec<(PipelineId, Option<Status>)>,
    /// The parents that it waits for, with the statuses that would do; none: the pipeline's own schedule.
    pub missing: Vec<(PipelineId, Vec<Status>)>,
}

/// What became of an expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// [`crate::scenario::Expectation::label`].
    pub label: String,
    /// Why it is not met; empty where it is.
    pub faults: Vec<String>,
}
