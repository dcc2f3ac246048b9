//! A scenario, looked up by pipeline → how a run behaves, and what happens to its events.

use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::LogicalDate;

use crate::scenario::{Fault, Runs, Scenario};
use crate::wiring::Deployment;

/// What tells a run from others of its pipeline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Which {
    pub pipeline: usize,
    pub date: LogicalDate,
    pub attempt: u32,
}

/// Behaviours and faults that may concern each pipeline, in their order.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    scenario: &'a Scenario,
    behaviours: Vec<Vec<usize>>,
    faults: Vec<Vec<usize>>,
}

/// What happens to a status event on its way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub lost: bool,
    /// How many copies beside the first arrive.
    pub copies: u32,
    pub delay: u64,
}

/// Every pipeline that a scenario names and nobody deployed.
pub(crate) fn unknown(deployment: &Deployment, scenario: &Scenario) -> Vec<String> {
    let named = scenario.behaviours.iter().filter_map(|b| b.runs.pipeline.as_ref());
    let named = named.chain(scenario.actions.iter().map(|action| &action.pipeline));
    let named = named.chain(scenario.faults.iter().filter_map(|fault| runs(fault)?.pipeline.as_ref()));
    let named = named.chain(scenario.expectations.iter().filter_map(|e| e.runs.pipeline.as_ref()));
    let mut unknown: Vec<&PipelineId> = named.filter(|id| deployment.position(id).is_none()).collect();
    unknown.sort();
    unknown.dedup();
    unknown.into_iter().map(|id| format!("the scenario names pipeline `{id}`, which is not deployed")).collect()
}

fn runs(fault: &Fault) -> Option<&Runs> {
    match fault {
        Fault::Duplicate { runs, .. }
        | Fault::DuplicateStart { runs, .. }
        | Fault::Delay { runs, .. }
        | Fault::Lose { runs, .. } => Some(runs),
        Fault::Outage { .. } => None,
    }
}

/// Whether the dates and the attempt are those of the run.
pub(crate) fn concerns(runs: &Runs, date: LogicalDate, attempt: u32) -> bool {
    runs.dates.is_none_or(|(first, last)| first <= date && date <= last) && runs.attempt.is_none_or(|a| a == attempt)
}

impl<'a> Plan<'a> {
    pub fn new(deployment: &Deployment, scenario: &'a Scenario) -> Self {
        let by_pipeline = |all: &[Option<&Runs>]| {
            let mut lists = vec![Vec::new(); deployment.pipelines.len()];
            for (at, runs) in all.iter().enumerate() {
                let Some(runs) = runs else { continue };
                match &runs.pipeline {
                    None => lists.iter_mut().for_each(|list| list.push(at)),
                    Some(id) => lists
                        .get_mut(deployment.position(id).unwrap_or(usize::MAX))
                        .into_iter()
                        .for_each(|l| l.push(at)),
                }
            }
            lists
        };
        let behaviours: Vec<Option<&Runs>> = scenario.behaviours.iter().map(|b| Some(&b.runs)).collect();
        let faults: Vec<Option<&Runs>> = scenario.faults.iter().map(runs).collect();
        Self { scenario, behaviours: by_pipeline(&behaviours), faults: by_pipeline(&faults) }
    }

    /// The range of a run's duration, and how it ends. The last behaviour counts, field by field.
    pub fn behaviour(&self, run: Which) -> ((u64, u64), Status) {
        let own = self.behaviours[run.pipeline].iter().map(|at| &self.scenario.behaviours[*at]);
        let (mut duration, mut outcome) = (self.scenario.duration, Status::Succeeded);
        for behaviour in own.filter(|b| concerns(&b.runs, run.date, run.attempt)) {
            duration = behaviour.duration.unwrap_or(duration);
            outcome = behaviour.outcome.unwrap_or(outcome);
        }
        (duration, outcome)
    }

    /// What happens to an event.
    pub fn trouble(&self, run: Which, status: Status) -> Trouble {
        let mut trouble = Trouble::default();
        let same = |wanted: &Option<Status>| wanted.is_none_or(|wanted| wanted == status);
        for fault in self.faults_of(run) {
            match fault {
                Fault::Duplicate { status, times, .. } if same(status) => trouble.copies += times.saturating_sub(1),
                Fault::Delay { status, by, .. } if same(status) => trouble.delay = trouble.delay.saturating_add(*by),
                Fault::Lose { status, .. } if same(status) => trouble.lost = true,
                _ => {}
            }
        }
        trouble
    }

    /// How often a start is delivered beside the first time.
    pub fn more_starts(&self, run: Which) -> u32 {
        let more = self.faults_of(run).map(|fault| match fault {
            Fault::DuplicateStart { times, .. } => times.saturating_sub(1),
            _ => 0,
        });
        more.sum()
    }

    fn faults_of(&self, run: Which) -> impl Iterator<Item = &'a Fault> {
        let own = self.faults[run.pipeline].iter().map(|at| &self.scenario.faults[*at]);
        own.filter(move |fault| runs(fault).is_some_and(|runs| concerns(runs, run.date, run.attempt)))
    }
}
