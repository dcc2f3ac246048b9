//! What people do: runs by hand, reruns, backfills, stops, repairs.

use std::sync::Arc;

use pipesynth_contract::Status;
use pipesynth_contract::trigger::{Cause, CauseKind, ExecutionInput};
use pipesynth_engine::{Input, LogicalDate, RunKey, Source};

use super::World;
use super::queue::Item;
use super::run::Stage;
use crate::record::What;
use crate::scenario::Deed;

impl World<'_> {
    pub(super) fn act(&mut self, at: usize) {
        let action = &self.scenario.actions[at];
        let Some(pipeline) = self.deployment.position(&action.pipeline) else { return };
        let done = match &action.what {
            Deed::Run(date) => {
                self.begin_run(pipeline, input(None, *date, CauseKind::Manual), None);
                Ok(date.map_or_else(|| "started by hand".to_owned(), |date| format!("started by hand for {date}")))
            }
            Deed::Rerun(date) => self.rerun(pipeline, *date),
            Deed::Backfill(first, last) => Ok(self.backfill(pipeline, *first, *last)),
            Deed::Stop => self.stop(pipeline),
            Deed::Redrive => self.redrive(pipeline),
        };
        let words = done.unwrap_or_else(|vain| {
            self.record.vain.push((at, vain.clone()));
            vain
        });
        self.log(Some(pipeline), None, What::Action(words));
    }

    fn begin_run(&mut self, pipeline: usize, input: ExecutionInput, backfill: Option<usize>) {
        let text: Arc<str> = serde_json::to_string(&input).unwrap_or_default().into();
        self.queue.push(self.now, Item::Start { pipeline, input: text, backfill });
    }

    /// The last run of a date that did its work, or is about to.
    fn last_run(&self, pipeline: usize, date: Option<LogicalDate>) -> Option<usize> {
        let fits = |run: &&usize| {
            let record = &self.record.runs[**run];
            !record.skipped && date.is_none_or(|date| record.date == date)
        };
        self.of_pipeline[pipeline].iter().rev().find(fits).copied()
    }

    /// The next attempt of a run that nobody has taken.
    fn next_attempt(&self, pipeline: usize, key: &RunKey) -> Option<RunKey> {
        let runs = self.of_pipeline[pipeline].iter().map(|run| &self.record.runs[*run].run_key);
        runs.filter(|known| known.same_run(key)).max_by_key(|known| known.attempt())?.next_attempt()
    }

    /// What is repeated, or why nothing is.
    fn rerun(&mut self, pipeline: usize, date: Option<LogicalDate>) -> Result<String, String> {
        let of = date.map_or_else(String::new, |date| format!(" of {date}"));
        let Some(last) = self.last_run(pipeline, date) else { return Err(format!("there is no run{of} to repeat")) };
        let record = &self.record.runs[last];
        let (date, name) = (record.date, record.execution.clone());
        let Some(key) = self.next_attempt(pipeline, &record.run_key) else {
            return Err(format!("no attempt is left for `{name}`"));
        };
        let mut input = input(Some(key), Some(date), CauseKind::Rerun);
        input.rerun_of = Some(self.runs[last].execution.as_ref().into());
        let repeated = Input::of_text(self.runs[last].input.clone()).read().ok().and_then(|read| read.trigger);
        if let Some(cause) = input.trigger.as_mut() {
            // A repeat of a backfilled run is one.
            cause.backfill = repeated.is_some_and(|cause| cause.is_backfill());
        }
        self.begin_run(pipeline, input, None);
        Ok(format!("repeats `{name}` of {date}"))
    }

    fn backfill(&mut self, pipeline: usize, first: LogicalDate, last: LogicalDate) -> String {
        let dates = std::iter::successors(Some(first), |date| date.plus_days(1).ok());
        let dates = dates.take_while(|date| *date <= last).collect();
        self.backfills.push((pipeline, dates));
        self.next_of_backfill(self.backfills.len() - 1, pipeline);
        format!("backfills {first} to {last}")
    }

    /// The oldest date that is left: its run's next attempt, or its first.
    pub(super) fn next_of_backfill(&mut self, backfill: usize, pipeline: usize) {
        let Some(date) = self.backfills[backfill].1.pop_front() else { return };
        let known = self.last_run(pipeline, Some(date)).map(|run| self.record.runs[run].run_key.clone());
        let key = match known {
            Some(key) => self.next_attempt(pipeline, &key),
            None => self.scheduled(pipeline, date),
        };
        self.begin_run(pipeline, input(key, Some(date), CauseKind::Backfill), Some(backfill));
    }

    /// The key of the first scheduled instant with a logical date.
    fn scheduled(&self, pipeline: usize, date: LogicalDate) -> Option<RunKey> {
        let zone = &self.deployment.pipelines[pipeline].zone;
        let midnight = date.at(pipesynth_contract::options::LocalTime::new(0, 0)?, zone)?;
        let clocks =
            self.deployment.clocks.iter().filter(|clock| clock.pipeline == pipeline && !clock.schedule.floats());
        let next = clocks.filter_map(|clock| clock.schedule.next_after(midnight.saturating_sub(1))).min()?;
        let same = LogicalDate::of_millis(next, zone).is_ok_and(|found| found == date);
        let text = same.then(|| pipesynth_engine::utc_text(next)).flatten()?;
        RunKey::new(Source::Schedule, &text, 1).ok()
    }

    /// What is stopped, or why nothing is.
    fn stop(&mut self, pipeline: usize) -> Result<String, String> {
        let open = |run: &usize| self.record.runs[*run].ended.is_none();
        let open: Vec<usize> = self.of_pipeline[pipeline].iter().copied().filter(open).collect();
        for run in &open {
            self.over(*run, Status::Aborted);
        }
        if open.is_empty() {
            return Err("there is no open run to stop".to_owned());
        }
        Ok(match open.len() {
            1 => "stops 1 open run".to_owned(),
            n => format!("stops {n} open runs"),
        })
    }

    /// The same execution goes on from where it failed, and ends well; or why none does.
    fn redrive(&mut self, pipeline: usize) -> Result<String, String> {
        let bad = |run: &&usize| {
            matches!(self.record.runs[**run].status, Status::Failed | Status::TimedOut | Status::Aborted)
        };
        let Some(run) = self.of_pipeline[pipeline].iter().rev().find(bad).copied() else {
            return Err("there is no failed run to repair".to_owned());
        };
        self.runs[run].life += 1;
        let record = &mut self.record.runs[run];
        (record.ended, record.status, record.reason) = (None, Status::Running, None);
        let name = record.execution.clone();
        self.emit(run, Status::Running, None);
        if self.runs[run].stage == Stage::Working {
            self.work(run)
        } else {
            self.ask(run)
        }
        Ok(format!("repairs `{name}`"))
    }
}

fn input(key: Option<RunKey>, date: Option<LogicalDate>, kind: CauseKind) -> ExecutionInput {
    ExecutionInput {
        run_key: key.map(|key| key.to_string()),
        logical_date: date.map(|date| date.to_string()),
        trigger: Some(Cause { kind, ..Cause::default() }),
        ..ExecutionInput::default()
    }
}
