//! An expectation and what happened → whether it is met, and if not why.

use pipesynth_engine::{LogicalDate, utc_text};

use super::World;
use super::faults::concerns;
use crate::record::{Run, Verdict};
use crate::scenario::{Expectation, Runs};

impl World<'_> {
    pub(super) fn judge(&self, expected: &Expectation) -> Verdict {
        let pipeline = expected.runs.pipeline.as_ref().and_then(|id| self.deployment.position(id));
        let runs: Vec<&Run> = match pipeline {
            Some(at) => self.of_pipeline[at].iter().map(|run| &self.record.runs[*run]).collect(),
            None => self.record.runs.iter().collect(),
        };
        let runs: Vec<&Run> = runs.into_iter().filter(|run| counts(&expected.runs, run)).collect();
        let mut faults = Vec::new();
        if let Some(range) = expected.count {
            faults.extend(outside("run", runs.len(), range));
        }
        self.times(expected, &runs, &mut faults);
        if let Some(wanted) = expected.status {
            for run in runs.iter().filter(|run| run.status != wanted) {
                faults.push(format!("{} is {}, expected {wanted}", self.named(run), run.status));
            }
        }
        if let Some(range) = expected.alerts {
            faults.extend(outside("alert", self.alerts(&expected.runs, pipeline), range));
        }
        Verdict { label: expected.label.clone(), faults }
    }

    fn times(&self, expected: &Expectation, runs: &[&Run], faults: &mut Vec<String>) {
        if let Some(first) = expected.not_before {
            for run in runs.iter().filter(|run| run.started < first) {
                faults.push(format!(
                    "{} starts at {}, expected not before {}",
                    self.named(run),
                    text(run.started),
                    text(first)
                ));
            }
        }
        if let Some(last) = expected.not_after {
            for run in runs.iter().filter(|run| run.started > last) {
                faults.push(format!(
                    "{} starts at {}, expected not after {}",
                    self.named(run),
                    text(run.started),
                    text(last)
                ));
            }
            if runs.is_empty() {
                faults.push(format!("there is no run, expected one not after {}", text(last)));
            }
        }
    }

    /// How often somebody is told about such runs, or about the pipeline where nothing has run.
    fn alerts(&self, runs: &Runs, pipeline: Option<usize>) -> usize {
        let fits = |(at, run, date): &&(usize, Option<usize>, Option<LogicalDate>)| {
            pipeline.is_none_or(|pipeline| pipeline == *at)
                && match run {
                    Some(run) => counts(runs, &self.record.runs[*run]),
                    None => {
                        runs.dates.is_none_or(|(first, last)| date.is_some_and(|date| first <= date && date <= last))
                    }
                }
        };
        self.told.iter().filter(fits).count()
    }

    fn named(&self, run: &Run) -> String {
        format!("`{}` of {} for {}", run.execution, self.deployment.pipelines[run.pipeline].display_name, run.date)
    }
}

fn counts(runs: &Runs, run: &Run) -> bool {
    !run.skipped && concerns(runs, run.date, run.run_key.attempt())
}

fn outside(what: &str, got: usize, (from, to): (u64, u64)) -> Option<String> {
    let got = u64::try_from(got).unwrap_or(u64::MAX);
    if (from..=to).contains(&got) {
        return None;
    }
    let s = |n: u64| if n == 1 { "" } else { "s" };
    let wanted = match (from, to) {
        (from, to) if from == to => from.to_string(),
        (from, u64::MAX) => format!("at least {from}"),
        (from, to) => format!("{from} to {to}"),
    };
    Some(format!("{got} {what}{}, expected {wanted}", s(got)))
}

fn text(millis: u64) -> String {
    utc_text(millis).unwrap_or_else(|| format!("{millis} ms"))
}
