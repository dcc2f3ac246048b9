//! A scenario as written, and what the command line says over it → the scenario that is simulated.

use pipesynth_contract::Status;
use pipesynth_diag::{Diagnostic, Files, Place, Spanned, codes as common};
use pipesynth_pipeline::{Lower, check_timezone};
use pipesynth_simulator::scenario::{Behaviour, Expectation, Scenario};

use super::names::Names;
use super::span::{self, Chosen};
use super::spec::{ExpectSpec, OutcomeSpec, RunsSpec, ScenarioFile, StatusSpec};
use super::when::Clock;
use super::{actions, faults};
use crate::simulate::codes;

/// How long runs take where nothing is said: 30 minutes.
const DURATION: u64 = 30 * 60_000;
/// How long an event travels where nothing is said: a second.
const DELIVERY: u64 = 1_000;
/// Most entries of each list.
const MAX_ENTRIES: usize = 1_000;
/// Most runs of all backfills together.
pub(super) const MAX_BACKFILLED: u64 = 100_000;

/// A scenario that can be simulated, with what its report needs.
pub struct Lowered {
    /// The scenario, not to be simulated where errors were reported; `None` only after one was.
    pub scenario: Option<Scenario>,
    /// On which its times are read and shown.
    pub clock: Clock,
    /// Where the entries of `runs` stand, in the order of [`Scenario::behaviours`].
    pub behaviours: Vec<Place>,
    /// Where the actions stand, in the order of [`Scenario::actions`].
    pub actions: Vec<Place>,
    /// Where the faults stand, in the order of [`Scenario::faults`].
    pub faults: Vec<Place>,
    /// Where the expectations stand, in their order.
    pub expectations: Vec<Place>,
}

/// Carries what every part of the way needs.
pub(super) struct Lowering<'a, 's> {
    pub lower: &'a mut Lower<'s>,
    pub names: &'a Names<'a>,
    pub clock: Clock,
    /// The simulated span.
    pub span: (u64, u64),
    /// Whether the span was chosen on the command line.
    pub chosen: bool,
    /// How many runs the backfills have so far.
    pub backfilled: u64,
}

/// Checks a scenario; without a file it is one day in which all goes well. `now` is in milliseconds since 1970.
///
/// # Errors
/// What is wrong with the span that the command line chose, in one line.
pub fn lower(
    file: Option<&ScenarioFile>,
    chosen: &Chosen,
    now: u64,
    names: &Names<'_>,
    files: &Files,
    cx: &mut Lower<'_>,
) -> Result<Lowered, String> {
    let written = file.and_then(|file| file.timezone.as_ref());
    let timezone = written.and_then(|name| check_timezone(name, cx.sink)).unwrap_or_else(|| cx.timezone());
    let clock = Clock::new(&timezone).ok_or_else(|| format!("unknown time zone `{timezone}`"))?;
    let span = span::of(file, chosen, now, &clock, cx)?;
    let mut lowered = Lowered {
        scenario: None,
        clock: clock.clone(),
        behaviours: Vec::new(),
        actions: Vec::new(),
        faults: Vec::new(),
        expectations: Vec::new(),
    };
    // Without a span nothing can be outside of it.
    let (from, until) = span.unwrap_or((0, u64::MAX));
    let mut scenario = Scenario {
        from,
        until,
        seed: chosen.seed.unwrap_or(0),
        delivery: (DELIVERY, DELIVERY),
        duration: (DURATION, DURATION),
        behaviours: Vec::new(),
        actions: Vec::new(),
        faults: Vec::new(),
        expectations: Vec::new(),
    };
    if let Some(file) = file {
        let chosen_span = chosen.is_span();
        let mut cx = Lowering { lower: cx, names, clock, span: (from, until), chosen: chosen_span, backfilled: 0 };
        cx.file(file, chosen, files, &mut scenario, &mut lowered);
    }
    lowered.scenario = span.map(|_| scenario);
    Ok(lowered)
}

impl Lowering<'_, '_> {
    fn file(
        &mut self,
        file: &ScenarioFile,
        chosen: &Chosen,
        files: &Files,
        scenario: &mut Scenario,
        lowered: &mut Lowered,
    ) {
        if let Some(seed) = &file.seed {
            let seed = self.number(seed, "`seed`", 0, i64::MAX);
            scenario.seed = chosen.seed.or(seed.and_then(|seed| u64::try_from(seed).ok())).unwrap_or(0);
        }
        if let Some(delivery) = &file.delivery {
            scenario.delivery = self.durations(delivery).unwrap_or(scenario.delivery);
        }
        if let Some(duration) = &file.duration {
            scenario.duration = self.durations(duration).unwrap_or(scenario.duration);
        }
        for spec in self.first(&file.runs) {
            if let Some(behaviour) = self.behaviour(spec) {
                scenario.behaviours.push(behaviour);
                lowered.behaviours.push(spec.place);
            }
        }
        for spec in self.first(&file.actions) {
            if let Some(action) = actions::lower(spec, self) {
                scenario.actions.push(action);
                lowered.actions.push(spec.place);
            }
        }
        for spec in self.first(&file.faults) {
            if let Some(fault) = faults::lower(spec, self) {
                scenario.faults.push(fault);
                lowered.faults.push(spec.place);
            }
        }
        for spec in self.first(&file.expect) {
            if let Some(expectation) = self.expectation(spec, files) {
                scenario.expectations.push(expectation);
                lowered.expectations.push(spec.place);
            }
        }
    }

    /// As many entries of a list as are simulated.
    fn first<'l, T>(&mut self, list: &'l [Spanned<T>]) -> &'l [Spanned<T>] {
        if let Some(more) = list.get(MAX_ENTRIES) {
            let message = format!("at most {MAX_ENTRIES} entries are simulated, got {}", list.len());
            let help = "make a scenario file for each part; `--scenario` may be given several times";
            self.lower.error_help(codes::TOO_MUCH, more.place, message, help);
        }
        list.get(..MAX_ENTRIES).unwrap_or(list)
    }

    fn behaviour(&mut self, spec: &Spanned<RunsSpec>) -> Option<Behaviour> {
        let runs = self.runs(spec.pipeline.as_ref(), spec.dates.as_ref(), spec.attempt.as_ref());
        let duration = spec.duration.as_ref().map(|duration| self.durations(duration));
        if spec.duration.is_none() && spec.outcome.is_none() {
            self.says_nothing(spec.place, "neither `duration` nor `outcome` is given, so nothing changes");
        }
        let outcome = spec.outcome.as_ref().map(|outcome| outcome.value.into());
        Some(Behaviour { runs: runs?, duration: duration.flatten(), outcome })
    }

    fn expectation(&mut self, spec: &Spanned<ExpectSpec>, files: &Files) -> Option<Expectation> {
        let runs = self.runs(spec.pipeline.as_ref(), spec.dates.as_ref(), spec.attempt.as_ref());
        let count = spec.count.as_ref().map(|count| self.counts(count));
        let alerts = spec.alerts.as_ref().map(|alerts| self.counts(alerts));
        let not_before = spec.not_before.as_ref().map(|time| self.time(time));
        let not_after = spec.not_after.as_ref().map(|time| self.time(time));
        if let (Some(Some(before)), Some(Some(after)), Some(place)) = (not_before, not_after, &spec.not_after)
            && after < before
        {
            let message = "`notAfter` is before `notBefore`, so no run could be right";
            self.lower.error_help(
                codes::BACKWARDS,
                place.place,
                message,
                "write a later `notAfter`, or take one of them away",
            );
        }
        let nothing = spec.count.is_none() && spec.alerts.is_none() && spec.status.is_none();
        if nothing && spec.not_before.is_none() && spec.not_after.is_none() {
            let message = "nothing is expected: none of `count`, `notBefore`, `notAfter`, `status`, `alerts` is given";
            self.says_nothing(spec.place, message);
        }
        // A slip in its dates would else meet it: what is said of no run is true.
        let some = spec.status.is_some() || spec.not_before.is_some() || spec.not_after.is_some();
        let at_least_one = (some && spec.count.is_none()).then_some((1, u64::MAX));
        Some(Expectation {
            runs: runs?,
            count: count.flatten().or(at_least_one),
            not_before: not_before.flatten(),
            not_after: not_after.flatten(),
            status: spec.status.as_ref().map(|status| status.value.into()),
            alerts: alerts.flatten(),
            label: label(spec.place, files),
        })
    }

    /// An entry whose keys could not be read was reported and says enough.
    fn says_nothing(&mut self, place: Place, message: &str) {
        if !self.lower.sink.has_errors_in(place) {
            self.lower.error_help(codes::SAYS_NOTHING, place, message, "say it, or take the entry away");
        }
    }

    /// A number within bounds.
    pub fn number(&mut self, number: &Spanned<i64>, what: &str, least: i64, most: i64) -> Option<i64> {
        if (least..=most).contains(&number.value) {
            return Some(number.value);
        }
        let bounds = if most == i64::MAX { format!("at least {least}") } else { format!("{least} to {most}") };
        let message = format!("{what} must be {bounds}, got {}", number.value);
        self.lower
            .sink
            .push(Diagnostic::error(common::OUT_OF_RANGE, number.place, message).label(format!("allowed: {bounds}")));
        None
    }
}

/// `line 12: { pipeline: listings, count: 1 }`, on one line and not too long.
fn label(place: Place, files: &Files) -> String {
    const SHOWN: usize = 200;
    let written = files.slice(place);
    let lines: Vec<&str> = written.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let text = lines.join(if written.starts_with('{') { " " } else { ", " });
    let cut: String = text.chars().take(SHOWN).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("line {}: {cut}{more}", files.start(place).line)
}

impl From<OutcomeSpec> for Status {
    fn from(outcome: OutcomeSpec) -> Self {
        match outcome {
            OutcomeSpec::Succeeded => Self::Succeeded,
            OutcomeSpec::Failed => Self::Failed,
            OutcomeSpec::TimedOut => Self::TimedOut,
            OutcomeSpec::Aborted => Self::Aborted,
        }
    }
}

impl From<StatusSpec> for Status {
    fn from(status: StatusSpec) -> Self {
        match status {
            StatusSpec::Running => Self::Running,
            StatusSpec::Succeeded => Self::Succeeded,
            StatusSpec::Failed => Self::Failed,
            StatusSpec::TimedOut => Self::TimedOut,
            StatusSpec::Aborted => Self::Aborted,
        }
    }
}
