//! A scenario: how long runs take, how they end, what people do, what goes wrong, and what must come of it.
//!
//! Plain data; the file that it is read from has its own room in the command line. Times are milliseconds since 1970, durations milliseconds.

use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::LogicalDate;

/// Everything that is given to a simulation beside the templates.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// The first instant: schedules fire from here on, this one included.
    pub from: u64,
    /// The last instant, not included. Runs that are open then stay open.
    pub until: u64,
    /// Of everything drawn by lot: durations out of a range, delays.
    pub seed: u64,
    /// How long a status event is on its way to the central account, and a trigger back: from, to.
    pub delivery: (u64, u64),
    /// Every run's duration where no behaviour says otherwise: from, to.
    pub duration: (u64, u64),
    /// How runs behave; of those that match a run the last one counts, field by field.
    pub behaviours: Vec<Behaviour>,
    /// What people do.
    pub actions: Vec<Action>,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// What must come of it.
    pub expectations: Vec<Expectation>,
}

/// Which runs something is about. Every part that is given must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Runs {
    /// All pipelines without one.
    pub pipeline: Option<PipelineId>,
    /// Logical dates, first and last, both included.
    pub dates: Option<(LogicalDate, LogicalDate)>,
    /// The attempt in the run key, from 1.
    pub attempt: Option<u32>,
}

/// How runs behave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behaviour {
    /// Which runs.
    pub runs: Runs,
    /// From, to; both the same for a fixed one.
    pub duration: Option<(u64, u64)>,
    /// A terminal status.
    pub outcome: Option<Status>,
}

/// Something that a person does.
#[derive(Debug, Clone, PartialEq)]
pub struct Action {
    /// When.
    pub at: u64,
    /// To which pipeline.
    pub pipeline: PipelineId,
    /// What.
    pub what: Deed,
}

/// What a person does to a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Starts it by hand, for a logical date where one is given.
    Run(Option<LogicalDate>),
    /// Repeats its last run of a logical date (without one: its last run) as the next attempt.
    Rerun(Option<LogicalDate>),
    /// Runs it for each of these logical dates, the oldest first, as `pipesynth backfill` does.
    Backfill(LogicalDate, LogicalDate),
    /// Aborts its open runs.
    Stop,
    /// Repairs its last failed run in place (`RedriveExecution`): the same execution ends again, with a new stop date.
    Redrive,
}

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The status events of these runs arrive so many times.
    Duplicate {
        /// Which runs.
        runs: Runs,
        /// Of this status only.
        status: Option<Status>,
        /// How many times in all.
        times: u32,
    },
    /// The start of these runs is delivered so many times: by the scheduler or the rule.
    DuplicateStart {
        /// Which runs.
        runs: Runs,
        /// How many times in all.
        times: u32,
    },
    /// The status events of these runs are so much longer on their way; later ones overtake them.
    Delay {
        /// Which runs.
        runs: Runs,
        /// Of this status only.
        status: Option<Status>,
        /// How much longer.
        by: u64,
    },
    /// The status events of these runs never arrive.
    Lose {
        /// Which runs.
        runs: Runs,
        /// Of this status only.
        status: Option<Status>,
    },
    /// Events to and from an account (without one: the central account) wait for the end of an outage.
    Outage {
        /// 12 digits; `None` for the central account.
        account: Option<String>,
        /// From.
        from: u64,
        /// To, not included.
        until: u64,
    },
}

/// What must come of it. Where it does not, the simulation has failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// Which runs. Runs that found their key taken (`skipped`) never count.
    pub runs: Runs,
    /// How many runs there must be: from, to.
    pub count: Option<(u64, u64)>,
    /// All of them start at or after this.
    pub not_before: Option<u64>,
    /// All of them start at or before this; with no run it has failed, too.
    pub not_after: Option<u64>,
    /// All of them have ended in this status.
    pub status: Option<Status>,
    /// How often somebody is told about these runs or this pipeline: from, to.
    pub alerts: Option<(u64, u64)>,
    /// What the report quotes: the line in the file, such as `expect[2]`, and its text.
    pub label: String,
}
