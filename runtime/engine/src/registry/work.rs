//! A registration or deletion on its way, step by step: read the graph's version, read what the rules ask for, write once.

use std::hash::{Hash, Hasher};

use pipesynth_contract::PipelineId;
use pipesynth_contract::registration::Registration;

use super::plan::Plan;
use super::view::{Stop, View, Want};
use super::{Outcome, Refused, RegisterError, add, remove};
use crate::store::{Committed, Registry, StoreError};

/// After this many lost races in a row a registration goes back to its caller.
pub const MAX_TRIES: u32 = 50;

/// A step reads or writes one thing, so that everything that may come in between can be tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    task: Task,
    stage: Stage,
    view: View,
    outcome: Outcome,
    tries: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Task {
    Register(Box<Registration>, u64),
    Deregister(PipelineId, bool),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    Graph,
    /// What the rules ask for; the last is the next.
    Read(Vec<Want>),
    Write(Box<Plan>),
    /// A refusal counts only if the graph did not change while it was read.
    Refuse(Refused),
}

impl Work {
    /// The registration of a pipeline at the time `now`, in milliseconds since 1970.
    pub fn register(registration: Registration, now: u64) -> Self {
        let id = registration.id.clone();
        Self::new(Task::Register(Box::new(registration), now), &id)
    }

    /// The deletion of a pipeline.
    pub fn deregister(id: PipelineId, force: bool) -> Self {
        Self::new(Task::Deregister(id.clone(), force), &id)
    }

    fn new(task: Task, id: &PipelineId) -> Self {
        Self { task, stage: Stage::Graph, view: View::default(), outcome: Outcome::of(id), tries: 0 }
    }

    /// Does all that is left.
    pub fn run(mut self, store: &dyn Registry) -> Result<Outcome, RegisterError> {
        loop {
            if let Some(outcome) = self.step(store)? {
                return Ok(outcome);
            }
        }
    }

    /// Does the next step; what came of it all, when there is none left.
    pub fn step(&mut self, store: &dyn Registry) -> Result<Option<Outcome>, RegisterError> {
        match std::mem::replace(&mut self.stage, Stage::Graph) {
            Stage::Graph => {
                self.view = View::new(store.graph_version()?);
                Ok(self.think())
            }
            Stage::Read(mut wants) => {
                if let Some(want) = wants.pop() {
                    self.view.read(store, want)?;
                }
                if wants.is_empty() {
                    return Ok(self.think());
                }
                self.stage = Stage::Read(wants);
                Ok(None)
            }
            Stage::Write(plan) => match plan.change.as_ref().map_or(Ok(Committed::Done), |c| store.apply(c))? {
                Committed::Done => {
                    self.tries = 0;
                    self.outcome.join(plan.outcome, plan.change.is_some());
                    Ok((!plan.more).then(|| self.outcome.clone()))
                }
                Committed::Conflict | Committed::Gone => self.again(),
            },
            Stage::Refuse(refused) if store.graph_version()? == self.view.graph => Err(RegisterError::Refused(refused)),
            Stage::Refuse(_) => self.again(),
        }
    }

    /// Asks the rules.
    fn think(&mut self) -> Option<Outcome> {
        let answer = match &self.task {
            Task::Register(registration, now) => add(&self.view, registration, *now),
            Task::Deregister(id, force) => remove(&self.view, id, *force),
        };
        self.stage = match answer {
            Err(Stop::Wants(wants)) => Stage::Read(wants),
            Err(Stop::Refused(refused)) => Stage::Refuse(refused),
            Ok(plan) if plan.change.is_none() => {
                self.outcome.join(plan.outcome, false);
                return Some(self.outcome.clone());
            }
            Ok(plan) => Stage::Write(Box::new(plan)),
        };
        None
    }

    fn again(&mut self) -> Result<Option<Outcome>, RegisterError> {
        self.tries += 1;
        if self.tries < MAX_TRIES { Ok(None) } else { Err(StoreError::Contended.into()) }
    }
}

impl Hash for Work {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.task {
            Task::Register(registration, now) => (&registration.id, now).hash(state),
            Task::Deregister(id, force) => (id, force).hash(state),
        }
        match &self.stage {
            Stage::Graph => 0.hash(state),
            Stage::Read(wants) => wants.hash(state),
            Stage::Write(plan) => plan.change.as_ref().map(|c| (c.graph, &c.entries, &c.link, &c.unlink)).hash(state),
            Stage::Refuse(refused) => refused.hash(state),
        }
        (&self.view, self.tries).hash(state);
    }
}
