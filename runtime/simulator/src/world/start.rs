//! A start → an execution: its name, its claim and turn by the production code, its end.

use std::sync::Arc;

use pipesynth_contract::Status;
use pipesynth_contract::claim::{Execution, MAX_WAIT_SECONDS, Turn, WAIT_SECONDS};
use pipesynth_contract::trigger::{CauseKind, ExecutionInput};
use pipesynth_engine::claim::{Known, Plan};
use pipesynth_engine::store::StoreError;
use pipesynth_engine::{Asks, Input, LogicalDate, RunKey, take_turn, utc_text};
use serde_json::{Map, Value, json};

use super::World;
use super::faults::Which;
use super::queue::Item;
use super::run::{RunState, Stage};
use crate::lots::{Lot, Seed};
use crate::record::{Cause, Reason, Run, What};
use crate::wiring::{ClockInput, Pipeline};

impl World<'_> {
    /// Plans the first instant of a schedule after another one, or from the beginning of time.
    pub(super) fn plan_clock(&mut self, at: usize, after: Option<u64>) {
        let clock = &self.deployment.clocks[at];
        let next = if clock.schedule.floats() {
            clock.schedule.clone().starting(self.scenario.from).next_after(after.unwrap_or_default())
        } else {
            clock.schedule.next_after(after.unwrap_or_default())
        };
        if let Some(next) = next {
            self.queue.push(next, Item::Clock(at));
        }
    }

    /// A schedule's instant has come.
    pub(super) fn clock(&mut self, at: usize) {
        let instant = self.now;
        let deployment = self.deployment;
        let clock = &deployment.clocks[at];
        self.plan_clock(at, Some(instant));
        let pipeline = &deployment.pipelines[clock.pipeline];
        let time = utc_text(instant).unwrap_or_default();
        let input: Arc<str> = match &clock.input {
            ClockInput::Scheduler(parts) => parts.join(&time).into(),
            ClockInput::Rule(arn, shape) => shape.apply(&tick(pipeline, arn, &time)).into(),
        };
        let Ok(date) = LogicalDate::of_millis(instant, &pipeline.zone) else { return };
        let seed = self.seed.text(pipeline.id.account()).text(pipeline.id.name()).number(instant);
        let late = seed.draw(Lot::Window, (0, clock.window));
        self.deliver_start(Which { pipeline: clock.pipeline, date, attempt: 1 }, seed, late, input);
    }

    /// A start reaches its machine, once or more often.
    pub(super) fn deliver_start(&mut self, which: Which, seed: Seed, late: u64, input: Arc<str>) {
        let pipeline = which.pipeline;
        let more = self.plan.more_starts(which);
        for copy in 0..=more {
            // A repeated delivery takes at least as long as another try does.
            let again = if copy == 0 {
                0
            } else {
                1_000 + seed.number(copy.into()).draw(Lot::Delivery, self.scenario.delivery)
            };
            let at = self.now.saturating_add(late).saturating_add(again);
            self.queue.push(at, Item::Start { pipeline, input: input.clone(), backfill: None });
        }
        if more > 0 {
            self.log(
                Some(pipeline),
                None,
                What::Fault(format!("the start is delivered {} times", u64::from(more) + 1)),
            );
        }
    }

    /// A machine is started.
    pub(super) fn start(&mut self, at: usize, input: Arc<str>, backfill: Option<usize>) -> Result<(), StoreError> {
        self.astray |= !self.share.has(at);
        let pipeline = &self.deployment.pipelines[at];
        let started = utc_text(self.now).unwrap_or_default();
        let (given, nothing) = (Input::of_text(input.clone()), ExecutionInput::default());
        let (read, malformed) = match given.known() {
            Ok(read) => (read, None),
            Err(why) => (&nothing, Some(format!("the execution's input is malformed: {why}"))),
        };
        let (name, arn) = self.name(pipeline, read);
        let execution = Execution { id: arn, name, start_time: started };
        let claim = pipeline.machine.claim.as_ref();
        let plan = match (malformed, claim) {
            (Some(why), Some(_)) => Err(why),
            (_, Some(claim)) => {
                let known = Known { params: &claim.params, steps: claim.steps.as_deref() };
                Plan::new(&claim.pipeline, &claim.zone, &execution, known, read)
            }
            (_, None) => {
                let known = Known { params: &Map::new(), steps: None };
                Plan::new(pipeline.id.name(), &Ok(pipeline.zone.clone()), &execution, known, read)
            }
        };
        let Execution { id, name, .. } = execution;
        let execution: Arc<str> = id.into();
        let (run_key, date) = match &plan {
            Ok(plan) => (plan.run_key.clone(), plan.date),
            Err(_) => (own_key(&name)?, LogicalDate::of_millis(self.now, &pipeline.zone).unwrap_or(LogicalDate::FIRST)),
        };
        let run = self.runs.len();
        self.record.runs.push(Run {
            pipeline: at,
            cause: self.cause(read, &run_key),
            execution: name,
            run_key: run_key.clone(),
            date,
            started: self.now,
            worked_from: None,
            ended: None,
            status: Status::Running,
            skipped: false,
            reason: None,
        });
        self.executions.insert(execution.clone(), run);
        self.of_pipeline[at].push(run);
        self.runs.push(RunState {
            pipeline: at,
            execution,
            input,
            seed: self.seed_of(&pipeline.id, &run_key),
            given: Some(given),
            life: 0,
            stage: Stage::Waiting,
            read: None,
            backfill,
        });
        self.emit(run, Status::Running, None);
        if let Err(why) = plan {
            self.log(Some(at), Some(run), What::Fault(format!("the claim refuses the input: {why}")));
            self.over_for(run, Status::Failed, Reason::InputRefused);
            return Ok(());
        }
        if claim.is_some() {
            let holder = self.store.claim(&pipeline.id, &run_key, &self.runs[run].execution)?;
            if holder != *self.runs[run].execution {
                self.skip(run, Stage::KeyTaken, Reason::KeyTaken);
                return Ok(());
            }
        }
        self.ask(run);
        Ok(())
    }

    /// A run that holds its key asks for its turn.
    pub(super) fn ask(&mut self, run: usize) {
        if self.record.runs[run].ended.is_some() {
            return;
        }
        let at = self.runs[run].pipeline;
        let turn = match &self.deployment.pipelines[at].machine.claim {
            Some(claim) if claim.concurrency != pipesynth_contract::options::Concurrency::Allow => {
                let lineup = self.lineups.remove(&at).unwrap_or_default();
                let asks = Asks { execution: &self.runs[run].execution, started: self.record.runs[run].started };
                let over = |arn: &str| -> Result<bool, ()> {
                    Ok(self.executions.get(arn).is_none_or(|run| self.record.runs[*run].ended.is_some()))
                };
                match take_turn(claim.concurrency, &lineup, asks, over) {
                    Ok((next, turn)) => {
                        self.lineups.insert(at, next);
                        let Some(turn) = turn else {
                            return self.over_for(run, Status::Failed, Reason::QueueFull);
                        };
                        turn
                    }
                    Err(()) => Turn::Wait,
                }
            }
            _ => Turn::Go,
        };
        match turn {
            Turn::Go => self.work(run),
            Turn::Skip => self.skip(run, Stage::GivenUp, Reason::GivenUp),
            Turn::Wait if self.now - self.record.runs[run].started >= MAX_WAIT_SECONDS * 1000 => {
                self.over_for(run, Status::Failed, Reason::WaitedTooLong)
            }
            Turn::Wait => self.queue.push(self.now + WAIT_SECONDS * 1000, Item::Ask(run)),
        }
    }

    /// The steps begin; their end is known from the scenario.
    pub(super) fn work(&mut self, run: usize) {
        self.runs[run].stage = Stage::Working;
        self.record.runs[run].worked_from.get_or_insert(self.now);
        let (range, _) = self.plan.behaviour(self.which(run));
        let takes = self.runs[run].seed.number(self.runs[run].life.into()).draw(Lot::Duration, range);
        let end = self.now.saturating_add(takes).min(self.time_limit(run));
        self.queue.push(end, Item::End(run, self.runs[run].life));
    }

    fn skip(&mut self, run: usize, stage: Stage, reason: Reason) {
        self.runs[run].stage = stage;
        self.record.runs[run].skipped = true;
        self.over_for(run, Status::Succeeded, reason);
    }

    /// The planned end of a run, if it is still the same life.
    pub(super) fn end(&mut self, run: usize, life: u32) {
        if self.runs[run].life != life || self.record.runs[run].ended.is_some() {
            return;
        }
        let outcome = if self.now >= self.time_limit(run) {
            self.record.runs[run].reason = self.limit(run).map(Reason::TimeLimit);
            Status::TimedOut
        } else if life > 0 {
            // A person has repaired it.
            Status::Succeeded
        } else {
            self.plan.behaviour(self.which(run)).1
        };
        self.over(run, outcome);
    }

    /// A run has ended, not for its steps.
    fn over_for(&mut self, run: usize, status: Status, reason: Reason) {
        self.record.runs[run].reason = Some(reason);
        self.over(run, status);
    }

    /// A run has ended: everybody is told.
    pub(super) fn over(&mut self, run: usize, status: Status) {
        let (now, pipeline) = (self.now, self.runs[run].pipeline);
        let record = &mut self.record.runs[run];
        (record.ended, record.status) = (Some(now), status);
        self.emit(run, status, Some(now));
        self.tell_end(run, status);
        if let Some(backfill) = self.runs[run].backfill {
            self.next_of_backfill(backfill, pipeline);
        }
    }

    /// A name that no execution of the machine has had, and its ARN.
    fn name(&self, pipeline: &Pipeline, input: &ExecutionInput) -> (String, String) {
        let key = input.run_key.as_deref().unwrap_or_default();
        let id = key.split_once('/').map_or("", |(_, rest)| rest).split('#').next().unwrap_or_default();
        let cause = input.trigger.as_ref().map(|trigger| trigger.kind).unwrap_or_default();
        let now = || compact(&utc_text(self.now).unwrap_or_default());
        let base = match cause {
            CauseKind::Schedule => ["schedule-", &compact(id)].concat(),
            CauseKind::Dependency => ["fired-", id].concat(),
            CauseKind::Manual => format!("manual-{}", now()),
            CauseKind::Rerun => format!("rerun-{}", now()),
            CauseKind::Backfill => format!("backfill-{}", input.logical_date.as_deref().unwrap_or_default()),
        };
        let arn = |name: &str| [pipeline.machine.execution.as_str(), name].concat();
        let first = arn(&base);
        if !self.executions.contains_key(first.as_str()) {
            return (base, first);
        }
        let others = (2..).map(|number: u64| format!("{base}-{number}")).map(|name| (arn(&name), name));
        let mut free = others.filter(|(arn, _)| !self.executions.contains_key(arn.as_str()));
        free.next().map(|(arn, name)| (name, arn)).unwrap_or_default()
    }

    /// Why a run starts, by what it was started with.
    fn cause(&self, input: &ExecutionInput, key: &RunKey) -> Cause {
        let trigger = input.trigger.as_ref();
        let firing = trigger.and_then(|trigger| self.firings.get(trigger.firing_id.as_deref()?));
        let repeated = input.rerun_of.as_deref().and_then(|arn| self.executions.get(arn));
        match (trigger.map(|trigger| trigger.kind).unwrap_or_default(), firing, repeated) {
            (CauseKind::Schedule, ..) => {
                let instant = key.scheduled().and_then(|text| pipesynth_engine::schedule::instant(text).ok());
                Cause::Schedule(instant.unwrap_or(self.now))
            }
            (CauseKind::Dependency, Some(firing), _) => Cause::Condition {
                firing_id: key.id().to_owned(),
                cause: firing.cause,
                parents: firing.parents.clone(),
                decided: firing.decided,
            },
            (CauseKind::Rerun, _, Some(run)) => Cause::Rerun(*run),
            (CauseKind::Backfill, ..) => Cause::Backfill,
            _ => Cause::Manual,
        }
    }
}

/// The key of a start whose input gives none that can be read.
fn own_key(name: &str) -> Result<RunKey, StoreError> {
    RunKey::of_execution(None, name).map_err(|fault| StoreError::Broken(fault.to_string()))
}

/// `2026-11-23T03:00:00Z` → `20261123T030000Z`: what an execution's name may hold.
fn compact(instant: &str) -> String {
    let mut text = String::with_capacity(instant.len());
    text.extend(instant.chars().filter(|c| !matches!(c, '-' | ':' | '.')));
    text
}

/// The event of a scheduled rule.
fn tick(pipeline: &Pipeline, rule: &str, time: &str) -> Value {
    json!({
        "version": "0", "id": "00000000-0000-0000-0000-000000000000", "detail-type": "Scheduled Event", "source": "aws.events",
        "account": pipeline.id.account(), "time": time, "region": pipeline.region, "resources": [rule], "detail": {},
    })
}
