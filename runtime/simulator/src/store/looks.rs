//! A pipeline's deadline and schedule → when a sweep may find something, even where nothing has arrived.
//!
//! A sweep asks three things of such a pipeline: whether an instant of its schedule has come (`operator: AND`), and whether today's or
//! the last hour's deadline has passed without a gate (`correlate: day`). Both become true at one instant, and a sweep answers them once:
//! until the next such instant it would change nothing. Deadlines of gates that hold something are in the index of due gates.

use std::sync::Arc;

use pipesynth_contract::PipelineId;
use pipesynth_contract::options::Correlate;
use pipesynth_engine::schedule::Schedule;
use pipesynth_engine::store::Child;
use pipesynth_engine::{LogicalDate, Zone};

use super::Tables;

impl Tables {
    /// A pipeline was registered: its first look is the next sweep.
    pub(super) fn plan_first_look(&mut self, id: &PipelineId, child: Option<&Arc<Child>>) {
        let due = child.is_some_and(|child| child.spec.as_ref().is_some_and(pipesynth_engine::Spec::needs_clock));
        self.plan_look(id, due.then_some(0));
    }

    fn plan_look(&mut self, id: &PipelineId, at: Option<u64>) {
        let old = std::mem::replace(&mut self.slot(id).look, at);
        old.map(|old| self.looks.remove(&(old, id.clone())));
        self.looks.extend(at.map(|at| (at, id.clone())));
    }

    /// Whose time has come by now: those the sweep is shown.
    pub(super) fn begin_look(&mut self, now: u64) {
        self.now.clear();
        while let Some((_, id)) = self.looks.first().filter(|(at, _)| *at <= now).cloned() {
            let child = self.slot(&id).child.clone();
            let next = child.as_ref().and_then(|child| next_look(child, now));
            self.plan_look(&id, next);
            self.now.extend(child);
        }
        self.now.sort_by(|a, b| a.id().cmp(b.id()));
    }
}

/// The first instant after `now` at which something may have changed.
fn next_look(child: &Child, now: u64) -> Option<u64> {
    deadline(child, now).into_iter().chain(instant(child, now)).min()
}

fn deadline(child: &Child, now: u64) -> Option<u64> {
    let executions = child.registered.trigger.executions.as_ref()?;
    let time = executions.deadline.filter(|_| executions.correlate == Correlate::Day)?;
    let zone: Zone = child.registered.timezone.parse().ok()?;
    let today = LogicalDate::of_millis(now, &zone).ok()?;
    let days = (0..3).filter_map(|days| today.plus_days(days).ok()?.at(time, &zone));
    days.filter(|at| *at > now).min()
}

fn instant(child: &Child, now: u64) -> Option<u64> {
    let schedule = child
        .registered
        .trigger
        .schedule
        .as_ref()
        .filter(|_| child.spec.as_ref().is_some_and(pipesynth_engine::Spec::has_clock))?;
    let schedule = Schedule::of(schedule).ok()?;
    if schedule.floats() {
        // It counts from the registration, which nothing here tells: every sweep may find an instant.
        return Some(now + 1);
    }
    schedule.next_after(now)
}
