//! A run → why it started, in words.

use pipesynth_contract::claim::MAX_WAITING;
use pipesynth_contract::options::Concurrency;
use pipesynth_engine::{FiringCause, LogicalDate};
use pipesynth_simulator::record::{Cause, Reason, Run, Waiting};

use super::clock::duration;
use super::view::{Kind, View};

/// Parents that one sentence names.
const NAMED: usize = 6;
/// A run that starts later than this after its condition held has waited for something, in milliseconds.
const WAITED: u64 = 60_000;

/// `schedule 03:00`, `listings ✓ 03:30 and searches ✓ 05:30`, `rerun of 03:00 ✗`.
pub(super) fn why(view: &View<'_>, run: &Run) -> String {
    let day = view.clock.day(run.started);
    match &run.cause {
        Cause::Schedule(at) => format!("schedule {}", view.clock.time_seen(*at, day)),
        Cause::Manual => "by hand".to_owned(),
        Cause::Backfill => "backfill".to_owned(),
        Cause::Rerun(of) => match view.run(*of) {
            Some(of) => format!("rerun of {} {}", view.clock.time_seen(of.started, day), Kind::of(of).mark()),
            None => "rerun of a run that is not known".to_owned(),
        },
        Cause::Condition { cause, parents, decided, .. } => {
            let mut out = condition(view, run, *cause, parents, *decided);
            let waited = run.started.saturating_sub(*decided);
            if waited > WAITED {
                out.push_str(&format!(
                    ", decided {}, waited {}",
                    view.clock.time_seen(*decided, day),
                    duration(waited)
                ));
            }
            out
        }
    }
}

fn condition(view: &View<'_>, run: &Run, cause: FiringCause, parents: &[(usize, bool)], decided: u64) -> String {
    let told = |as_before: bool| -> Vec<String> {
        let these = parents.iter().filter(|(_, previous)| *previous == as_before);
        these.map(|(at, _)| parent(view, run, *at, decided)).collect()
    };
    let (new, before) = (told(false), told(true));
    let start = match cause {
        FiringCause::Executions => "",
        FiringCause::Rerun => "again: ",
        FiringCause::Deadline => "deadline passed",
    };
    let mut out = start.to_owned();
    match (cause, new.is_empty()) {
        (FiringCause::Deadline, true) if before.is_empty() => out.push_str(" without its parents"),
        (FiringCause::Deadline, false) => out.push_str(&format!(", with {}", listed(&new))),
        (_, true) if before.is_empty() => out.push_str("its condition holds"),
        (_, _) => out.push_str(&listed(&new)),
    }
    if !before.is_empty() {
        let with = if new.is_empty() { "" } else { ", with " };
        out.push_str(&format!("{with}{} as before", listed(&before)));
    }
    out
}

/// `listings ✓ 03:30`, with its attempt and logical date where they are not what one expects.
fn parent(view: &View<'_>, child: &Run, at: usize, decided: u64) -> String {
    let Some(run) = view.run(at) else { return "?".to_owned() };
    let day = view.clock.day(child.started);
    // A condition may wait for the start alone: the run was not over when it counted.
    let (kind, when) = match run.ended.filter(|ended| *ended <= decided) {
        Some(ended) => (Kind::of(run), ended),
        None => (Kind::Running, run.started),
    };
    let mut out = format!("{} {} {}", name_with_attempt(view, run), kind.mark(), view.clock.time_seen(when, day));
    if run.date != child.date {
        out.push_str(&format!(" of {}", run.date));
    }
    out
}

/// `listings`, `listings #2`.
pub(super) fn name_with_attempt(view: &View<'_>, run: &Run) -> String {
    let name = view.name(run.pipeline);
    match run.run_key.attempt() {
        1 => name.to_owned(),
        attempt => format!("{name} #{attempt}"),
    }
}

/// What tells a run from what the day's heading says: `for 2026-11-22`, `attempt 2`.
pub(super) fn marks(view: &View<'_>, run: &Run, day: LogicalDate) -> Vec<String> {
    let mut marks = Vec::new();
    if run.date != day {
        marks.push(format!("for {}", run.date));
    }
    if run.run_key.attempt() > 1 {
        marks.push(format!("attempt {}", run.run_key.attempt()));
    }
    marks.extend(turn(run));
    marks.extend(run.reason.map(|reason| ended(view, run, reason)));
    marks
}

/// How long a run waited for its turn, where that is worth saying.
fn turn(run: &Run) -> Option<String> {
    match run.worked_from {
        Some(worked) => {
            let waited = worked.saturating_sub(run.started);
            (waited > WAITED).then(|| format!("waited {} for its turn", duration(waited)))
        }
        None if run.ended.is_none() => Some("waits for its turn".to_owned()),
        None if run.reason.is_none() => Some("never had its turn".to_owned()),
        None => None,
    }
}

/// Why a run ended as it did, where that was not for its steps.
fn ended(view: &View<'_>, run: &Run, reason: Reason) -> String {
    match reason {
        Reason::KeyTaken => "its run key was taken".to_owned(),
        Reason::GivenUp => match view.concurrency(Some(run.pipeline)) {
            Some(Concurrency::Latest) => "gave up: a newer run waits (`concurrency: latest`)".to_owned(),
            Some(own) => format!("gave up: another run had its turn (`concurrency: {}`)", own.as_str()),
            None => "gave up: another run had its turn".to_owned(),
        },
        Reason::WaitedTooLong => "failed: waited a day for its turn".to_owned(),
        Reason::QueueFull => format!("failed: {MAX_WAITING} runs wait already"),
        Reason::TimeLimit(limit) => format!("timed out: the machine's limit of {}", duration(limit)),
        Reason::InputRefused => "failed: the claim refused its input".to_owned(),
    }
}

/// `has listings SUCCEEDED, waits for searches SUCCEEDED and its schedule`.
pub(super) fn half_met(view: &View<'_>, condition: &Waiting) -> String {
    const CLOCK: &str = "its schedule";
    let holds = condition.holds.iter().map(|(id, status)| match status {
        Some(status) => format!("{} {status}", view.name_of(id)),
        None => CLOCK.to_owned(),
    });
    let missing = condition.missing.iter().map(|(id, wanted)| match wanted.as_slice() {
        [] => CLOCK.to_owned(),
        wanted => {
            let wanted: Vec<&str> = wanted.iter().map(|status| status.as_str()).collect();
            format!("{} {}", view.name_of(id), wanted.join(" or "))
        }
    });
    let (holds, missing): (Vec<_>, Vec<_>) = (holds.collect(), missing.collect());
    let words = [("has", holds), ("waits for", missing)];
    let words = words.iter().filter(|(_, these)| !these.is_empty());
    words.map(|(word, these)| format!("{word} {}", listed(these))).collect::<Vec<_>>().join(", ")
}

/// `a, b and c`; of many the first ones and how many more.
pub(super) fn listed(words: &[String]) -> String {
    if words.len() > NAMED {
        let (first, more) = words.split_at(NAMED - 1);
        return format!("{} and {} more", first.join(", "), more.len());
    }
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
