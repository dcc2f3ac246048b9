//! An execution while it goes, and what AWS knows of it.

use std::sync::Arc;

use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::{Execution, Input, RunKey};

use super::World;
use super::faults::Which;
use super::views::StatusView;
use crate::lots::Seed;

/// An execution, beside its [`crate::record::Run`].
#[derive(Debug)]
pub(crate) struct RunState {
    pub pipeline: usize,
    /// ARN.
    pub execution: Arc<str>,
    /// What the machine was started with.
    pub input: Arc<str>,
    /// The same as the claim has read it, until the first event is read.
    pub given: Option<Input>,
    /// The seed of what is drawn for it: the same for every execution with its key.
    pub seed: Seed,
    /// One more each time it is begun, stopped or repaired: an end that was planned before no longer counts.
    pub life: u32,
    /// What it has done so far.
    pub stage: Stage,
    /// What the trigger manager has read of it.
    pub read: Option<Box<Execution>>,
    /// The backfill that goes on when it is over.
    pub backfill: Option<usize>,
}

/// How far an execution is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It has not got its turn.
    Waiting,
    /// It does its work, or did.
    Working,
    /// It found its key taken.
    KeyTaken,
    /// It held its key, and `concurrency` gave it up.
    GivenUp,
}

impl World<'_> {
    /// What tells it from other runs of its pipeline.
    pub(super) fn which(&self, run: usize) -> Which {
        let record = &self.record.runs[run];
        Which { pipeline: record.pipeline, date: record.date, attempt: record.run_key.attempt() }
    }

    /// The seed of what is drawn for a run: the same for every execution with its key.
    pub(super) fn seed_of(&self, id: &PipelineId, key: &RunKey) -> Seed {
        self.seed.text(id.account()).text(id.name()).text(key.id()).number(key.attempt().into())
    }

    /// When Step Functions ends it at the latest.
    pub(super) fn time_limit(&self, run: usize) -> u64 {
        self.limit(run).map_or(u64::MAX, |limit| self.record.runs[run].started.saturating_add(limit))
    }

    /// The machine's time limit in milliseconds.
    pub(super) fn limit(&self, run: usize) -> Option<u64> {
        self.deployment.pipelines[self.runs[run].pipeline].machine.limit
    }

    /// The run with a status, as an event shows it.
    pub(super) fn view(&self, run: usize, status: Status, stop: Option<u64>) -> StatusView<'_> {
        let (record, state) = (&self.record.runs[run], &self.runs[run]);
        let pipeline = &self.deployment.pipelines[record.pipeline];
        let skipped = pipeline.machine.claim.as_ref().map(|claim| &claim.skipped);
        let output = match (state.stage, skipped) {
            (Stage::KeyTaken, Some([taken, _])) => taken,
            (Stage::GivenUp, Some([_, given_up])) => given_up,
            _ => "{}",
        };
        StatusView {
            at: record.pipeline,
            pipeline,
            execution: &state.execution,
            name: &record.execution,
            status,
            started: record.started,
            stopped: stop,
            input: &state.input,
            output,
        }
    }
}
