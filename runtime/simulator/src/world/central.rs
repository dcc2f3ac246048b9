//! What the central account does: status events → decisions, the clock → decisions, decisions → triggers and alerts.

use std::cell::RefCell;
use std::sync::Arc;

use pipesynth_contract::options::Concurrency;
use pipesynth_contract::{PipelineId, Status};
use pipesynth_engine::store::{self, Child, Ingest, Note, Sink, StoreError};
use pipesynth_engine::{Effect, Execution, Firing, Input, LogicalDate, Occurrence, Refused};

use super::queue::Item;
use super::{Decided, SWEEP, World};
use crate::record::What;

/// Takes what the dispatcher sends.
#[derive(Default)]
struct Outbox(RefCell<Vec<(Arc<Firing>, String)>>);

impl Sink for Outbox {
    fn send(&self, firing: &Arc<Firing>, child: &Child) -> Result<(), StoreError> {
        self.0.borrow_mut().push((firing.clone(), child.registered.region.clone()));
        Ok(())
    }
}

impl World<'_> {
    /// The trigger manager gets a status event out of its queue.
    pub(super) fn manage(&mut self, run: usize, status: Status, stop: Option<u64>) -> Result<(), StoreError> {
        let occurrence = match self.read(run, status, stop) {
            Ok(occurrence) => occurrence,
            Err(refused) => {
                let why = format!("the trigger manager refuses `{status}`: {refused}");
                self.log(Some(self.runs[run].pipeline), Some(run), What::Undelivered(why));
                return Ok(());
            }
        };
        let (mut work, mut notes) = (Ingest::new(occurrence), Vec::new());
        while !work.step(&*self.store, &mut notes)? {}
        let mut fired = Vec::new();
        for note in &notes {
            if let store::What::Fired(firing) = &note.what {
                fired.extend(self.deployment.position(&firing.child).map(|child| (child, firing.firing_id.clone())));
            }
        }
        self.take(notes);
        // The end of a run makes room for the next one.
        let own = self.runs[run].pipeline;
        if status.is_terminal() && self.deployment.pipelines[own].concurrency != Concurrency::Allow {
            self.dispatch(own, &[])?;
        }
        fired.into_iter().try_for_each(|(child, firing)| self.dispatch(child, &[firing]))
    }

    /// What is the same in all events of an execution is read with the first of them, and kept until its end.
    fn read(&mut self, run: usize, status: Status, stop: Option<u64>) -> Result<Occurrence, Refused> {
        let deployment = self.deployment;
        let own = self.runs[run].pipeline;
        let known = if status.is_terminal() { self.runs[run].read.take() } else { self.runs[run].read.clone() };
        let read = match known {
            Some(read) => *read,
            None => {
                let zone_of =
                    |id: &PipelineId| deployment.pipelines[deployment.position(id).unwrap_or(own)].zone.clone();
                let given = self.runs[run].given.take();
                let input = given.unwrap_or_else(|| Input::of_text(self.runs[run].input.clone()));
                let read = Execution::read_with(&self.view(run, status, stop).event(), &input, zone_of)?;
                if !status.is_terminal() {
                    self.runs[run].read = Some(read.clone().into());
                }
                read
            }
        };
        read.event(&self.view(run, status, stop).event(), self.now)
    }

    /// The sweeper looks at the clock, and sends again what was sent in vain. It does not run while the central account is out.
    pub(super) fn sweep(&mut self) -> Result<(), StoreError> {
        self.queue.push(self.now + SWEEP, Item::Sweep);
        let central = &self.deployment.central.account;
        if self
            .outages
            .iter()
            .any(|outage| outage.account == central && (outage.from..outage.until).contains(&self.now))
        {
            return Ok(());
        }
        if !self.store.looks(self.now) {
            return Ok(());
        }
        let notes = store::sweep(&*self.store, self.now)?;
        self.take(notes);
        for child in self.store.unsettled()? {
            if let Some(at) = self.deployment.position(&child) {
                self.dispatch(at, &[])?;
            }
        }
        Ok(())
    }

    /// The dispatcher sends what `concurrency` lets in.
    fn dispatch(&mut self, at: usize, new: &[String]) -> Result<(), StoreError> {
        let sink = Outbox::default();
        let notes = store::dispatch(&*self.store, &sink, &self.deployment.pipelines[at].id, self.now)?;
        let settled = |note: &Note| match &note.what {
            store::What::Sent(id) | store::What::Dropped(id) => Some(id.clone()),
            _ => None,
        };
        let gone: Vec<String> = notes.iter().filter_map(settled).collect();
        self.take(notes);
        for id in new.iter().filter(|id| !gone.contains(id)) {
            self.log(Some(at), None, What::Queued(id.clone()));
        }
        for (firing, region) in sink.0.into_inner() {
            self.put(&firing, &region);
        }
        Ok(())
    }

    /// What the production code has to tell → the log, and people.
    fn take(&mut self, notes: Vec<Note>) {
        let mut gate: Option<(usize, Arc<str>)> = None;
        for note in notes {
            let Some(at) = self.deployment.position(&note.child) else { continue };
            let alert = note.is_alert();
            let (what, date) = match note.what {
                store::What::Gate(key, effect) => {
                    if gate.as_ref().is_none_or(|(child, known)| *child != at || *known != key) {
                        self.record.decisions += 1;
                        gate = Some((at, key.clone()));
                    }
                    let date = match &effect {
                        Effect::DeadlineMissed { date } | Effect::GivenUp { date } => Some(*date),
                        _ if alert => key.parse::<LogicalDate>().ok(),
                        _ => None,
                    };
                    (What::Gate(key, effect), date)
                }
                store::What::Fired(firing) => {
                    let id = firing.firing_id.clone();
                    self.firings.insert(id.clone(), self.decided(&firing));
                    (What::Fired(id), None)
                }
                store::What::NoKey(why) => (What::NoKey(why.to_owned()), None),
                store::What::Sent(_) => continue,
                store::What::Dropped(id) => (What::Dropped(id), None),
                // Nothing is renamed within a simulation.
                store::What::LeftBehind(firing) => (What::Dropped(firing.firing_id.clone()), Some(firing.date)),
                store::What::Dead(id) => {
                    let date = self.firings.get(&id).map(|firing| firing.date);
                    (What::Dead(id), date)
                }
            };
            if alert {
                self.tell(at, None, date, about(&what));
            }
            self.log(Some(at), None, what);
        }
    }

    /// What a run's cause will tell of its firing.
    fn decided(&self, firing: &Firing) -> Decided {
        let parent =
            |used: &pipesynth_engine::Used| Some((*self.executions.get(&used.token.execution)?, used.previous));
        Decided {
            cause: firing.cause,
            date: firing.date,
            parents: firing.used.iter().filter_map(parent).collect(),
            decided: self.now,
        }
    }

    /// Tells people what a pipeline's run has come to.
    pub(super) fn tell_end(&mut self, run: usize, status: Status) {
        let record = &self.record.runs[run];
        let at = record.pipeline;
        // The rule's pattern knows the status alone; that a run was skipped, the notifier reads in its output.
        if self.deployment.pipelines[at].told.contains(&status) && !record.skipped {
            let about = format!("{} of {} ended {status}", self.deployment.pipelines[at].display_name, record.date);
            self.tell(at, Some(run), None, about);
        }
    }

    fn tell(&mut self, at: usize, run: Option<usize>, date: Option<LogicalDate>, about: String) {
        let pipeline = &self.deployment.pipelines[at];
        // What is about no run comes from the central account, by a rule of its own.
        let heard = run.is_some() || pipeline.noticed;
        let targets = if heard { pipeline.targets.clone() } else { Vec::new() };
        if !targets.is_empty() {
            self.told.push((at, run, date));
        }
        self.log(Some(at), run, What::Alert { about, targets });
    }
}

/// In words.
fn about(what: &What) -> String {
    match what {
        What::Gate(key, effect) => match effect {
            Effect::Expired { leaf, .. } => {
                format!("a run of {} has waited too long for the others (key {key})", leaf.parent)
            }
            Effect::DeadlineMissed { date } => format!("the deadline of {date} is missed"),
            Effect::GivenUp { date } => format!("the deadline of {date} is missed, the date is given up"),
            Effect::ChainDropped { chain } => format!("a chain of {} pipelines leads back or is too long", chain.len()),
            _ => format!("the condition of key {key}"),
        },
        What::NoKey(why) => format!("a parent's run cannot be matched: {why}"),
        What::Dead(id) => format!("the start {id} was sent in vain and is given up"),
        _ => String::new(),
    }
}
