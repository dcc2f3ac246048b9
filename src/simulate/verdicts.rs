//! What became of a scenario's entries → findings at their lines.

use pipesynth_diag::{Diagnostic, Place, Sink};
use pipesynth_simulator::record::{Record, Run};
use pipesynth_simulator::scenario::{Fault, Runs, Scenario};

use super::codes;
use super::scenario::Lowered;

/// Reports every expectation that was not met, and, where `typos` is set, every entry that no run was like
/// and every action that found nothing to act on.
pub fn verdicts(record: &Record, scenario: &Scenario, lowered: &Lowered, typos: bool, sink: &mut Sink) {
    for (verdict, place) in record.verdicts.iter().zip(&lowered.expectations) {
        if let Some((first, others)) = verdict.faults.split_first() {
            let found = Diagnostic::error(codes::NOT_MET, *place, format!("expectation not met: {first}"));
            let found = if others.is_empty() { found } else { found.why(others.join("; ")) };
            sink.push(found);
        }
    }
    if !typos {
        return;
    }
    for (at, why) in &record.vain {
        if let Some(place) = lowered.actions.get(*at) {
            sink.push(Diagnostic::warning(codes::NO_RUN, *place, format!("{why}, so this changed nothing")));
        }
    }
    let behaviours = scenario.behaviours.iter().map(|behaviour| Some(&behaviour.runs)).zip(&lowered.behaviours);
    let faults = scenario.faults.iter().map(whose).zip(&lowered.faults);
    for (runs, place) in behaviours.chain(faults) {
        if let Some(runs) = runs.filter(|runs| !record.runs.iter().any(|run| concerns(runs, run, record))) {
            sink.push(no_run(runs, *place));
        }
    }
}

fn whose(fault: &Fault) -> Option<&Runs> {
    match fault {
        Fault::Duplicate { runs, .. }
        | Fault::DuplicateStart { runs, .. }
        | Fault::Delay { runs, .. }
        | Fault::Lose { runs, .. } => Some(runs),
        Fault::Outage { .. } => None,
    }
}

fn concerns(runs: &Runs, run: &Run, record: &Record) -> bool {
    let pipeline = record.pipelines.get(run.pipeline).map(|pipeline| &pipeline.id);
    runs.pipeline.as_ref().is_none_or(|id| Some(id) == pipeline)
        && runs.dates.is_none_or(|(first, last)| (first..=last).contains(&run.date))
        && runs.attempt.is_none_or(|attempt| attempt == run.run_key.attempt())
}

fn no_run(runs: &Runs, place: Place) -> Diagnostic {
    let pipeline = runs.pipeline.as_ref().map_or_else(|| "any pipeline".to_owned(), |id| format!("`{}`", id.name()));
    let dates = runs.dates.map(|(first, last)| match first == last {
        true => format!(" for {first}"),
        false => format!(" for {first} to {last}"),
    });
    let attempt = runs.attempt.map(|attempt| format!(", attempt {attempt}"));
    let message = format!(
        "no run of {pipeline}{}{} took place, so this changed nothing",
        dates.unwrap_or_default(),
        attempt.unwrap_or_default()
    );
    Diagnostic::warning(codes::NO_RUN, place, message)
        .help("`dates` are logical dates: those of the runs' scheduled instants in the pipeline's time zone")
}
