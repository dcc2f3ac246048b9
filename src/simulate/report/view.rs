//! A record → what every way of writing it looks up: names, what a firing led to, what happened to a run.

use std::collections::{BTreeMap, BTreeSet};

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::Zone;
use pipesynth_simulator::record::{Cause, Entry, Record, Run, What};

use super::clock::Clock;

/// A record with its look-ups.
pub(super) struct View<'a> {
    pub record: &'a Record,
    pub clock: Clock<'a>,
    names: Vec<String>,
    positions: BTreeMap<&'a PipelineId, usize>,
    /// Firings that a run came of, or of which the log says why not.
    settled: BTreeSet<&'a str>,
}

impl<'a> View<'a> {
    pub fn new(record: &'a Record, zone: &'a Zone) -> Self {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        record.pipelines.iter().for_each(|p| *seen.entry(&p.name).or_default() += 1);
        let name = |pipeline: &pipesynth_simulator::record::Pipeline| match seen.get(pipeline.name.as_str()) {
            Some(1) => pipeline.name.clone(),
            _ => format!("{} {}", pipeline.name, pipeline.id.account()),
        };
        let started = record.runs.iter().filter_map(|run| match &run.cause {
            Cause::Condition { firing_id, .. } => Some(firing_id.as_str()),
            _ => None,
        });
        let stopped = record.log.iter().filter_map(|entry| match &entry.what {
            What::Dropped(firing) | What::Dead(firing) | What::Queued(firing) => Some(firing.as_str()),
            _ => None,
        });
        Self {
            record,
            clock: Clock::new(zone, record.from, record.until),
            names: record.pipelines.iter().map(name).collect(),
            positions: record.pipelines.iter().enumerate().map(|(at, p)| (&p.id, at)).collect(),
            settled: started.chain(stopped).collect(),
        }
    }

    /// The pipeline's name, with its account where several have that name.
    pub fn name(&self, pipeline: usize) -> &str {
        self.names.get(pipeline).map_or("?", String::as_str)
    }

    /// The same by identity; a pipeline that is not in the simulation has the identity itself.
    pub fn name_of(&self, id: &PipelineId) -> String {
        self.positions.get(id).map_or_else(|| id.to_string(), |at| self.name(*at).to_owned())
    }

    /// What a pipeline does where a run is open already.
    pub fn concurrency(&self, pipeline: Option<usize>) -> Option<Concurrency> {
        self.record.pipelines.get(pipeline?).map(|pipeline| pipeline.concurrency)
    }

    pub fn run(&self, run: usize) -> Option<&'a Run> {
        self.record.runs.get(run)
    }

    /// Whether something is said of a firing elsewhere: by its run, or by what became of it instead.
    pub fn is_settled(&self, firing: &str) -> bool {
        self.settled.contains(firing)
    }

    /// The run that an entry is about itself, rather than what it did to another pipeline.
    pub fn owner(&self, entry: &Entry) -> Option<usize> {
        let at = entry.run?;
        let run = self.run(at)?;
        entry.pipeline.is_none_or(|pipeline| pipeline == run.pipeline).then_some(at)
    }

    /// What is worth saying of a run beside its start and end, by the run's position.
    pub fn notes(&self, shown: impl Fn(&Entry) -> bool) -> BTreeMap<usize, Vec<&'a Entry>> {
        let mut notes: BTreeMap<usize, Vec<&Entry>> = BTreeMap::new();
        for entry in self.record.log.iter().filter(|entry| shown(entry)) {
            if let Some(run) = self.owner(entry) {
                notes.entry(run).or_default().push(entry);
            }
        }
        notes
    }
}

/// How many runs ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// In the order of [`Kind::ALL`].
    pub by_kind: [usize; 6],
}

/// What became of a run, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Failed,
    TimedOut,
    Aborted,
    Running,
    Succeeded,
    Skipped,
}

impl Kind {
    pub const ALL: [Kind; 6] =
        [Kind::Failed, Kind::TimedOut, Kind::Aborted, Kind::Running, Kind::Succeeded, Kind::Skipped];

    pub fn of(run: &Run) -> Self {
        if run.skipped {
            return Self::Skipped;
        }
        match run.status {
            Status::Failed => Self::Failed,
            Status::TimedOut => Self::TimedOut,
            Status::Aborted => Self::Aborted,
            Status::Running => Self::Running,
            Status::Succeeded => Self::Succeeded,
        }
    }

    /// One column wide.
    pub fn mark(self) -> char {
        match self {
            Self::Failed => '✗',
            Self::TimedOut => '◷',
            Self::Aborted => '■',
            Self::Running => '▷',
            Self::Succeeded => '✓',
            Self::Skipped => '⊘',
        }
    }

    /// The status as AWS writes it, and `SKIPPED`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => Status::Failed.as_str(),
            Self::TimedOut => Status::TimedOut.as_str(),
            Self::Aborted => Status::Aborted.as_str(),
            Self::Running => Status::Running.as_str(),
            Self::Succeeded => Status::Succeeded.as_str(),
            Self::Skipped => "SKIPPED",
        }
    }

    /// As in `3 failed`.
    pub fn counted(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::TimedOut => "timed out",
            Self::Aborted => "aborted",
            Self::Running => "still running",
            Self::Succeeded => "succeeded",
            Self::Skipped => "skipped",
        }
    }

    /// Whether it is what a person wants to see among many.
    pub fn is_exception(self) -> bool {
        !matches!(self, Self::Succeeded)
    }
}

impl Counts {
    pub fn of<'r>(runs: impl IntoIterator<Item = &'r Run>) -> Self {
        let mut counts = Self::default();
        runs.into_iter().for_each(|run| counts.add(Kind::of(run)));
        counts
    }

    pub fn add(&mut self, kind: Kind) {
        self.by_kind[kind as usize] += 1;
    }

    pub fn get(&self, kind: Kind) -> usize {
        self.by_kind[kind as usize]
    }

    pub fn all(&self) -> usize {
        self.by_kind.iter().sum()
    }

    /// `9 succeeded, 1 failed`: what there is, success first, then the worst.
    pub fn words(&self) -> String {
        let first = [Kind::Succeeded].into_iter().chain(Kind::ALL.into_iter().filter(|kind| *kind != Kind::Succeeded));
        let words =
            first.filter(|kind| self.get(*kind) > 0).map(|kind| format!("{} {}", self.get(kind), kind.counted()));
        words.collect::<Vec<_>>().join(", ")
    }
}

/// Totals of a record.
pub(super) struct Totals {
    pub counts: Counts,
    pub alerts: usize,
    pub verdicts_met: usize,
}

impl Totals {
    pub fn of(record: &Record) -> Self {
        Self {
            counts: Counts::of(&record.runs),
            alerts: record.log.iter().filter(|entry| matches!(entry.what, What::Alert { .. })).count(),
            verdicts_met: record.verdicts.iter().filter(|verdict| verdict.faults.is_empty()).count(),
        }
    }
}
