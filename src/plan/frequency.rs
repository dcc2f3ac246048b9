//! How often parents run → an error where a child counts one run a day and its file does not say that this is meant.
//!
//! Runs meet by the key of `correlate`, by default the logical date. A second scheduled run of a parent for one date is no rerun of the
//! first: whether the child should run by the hour, once a day, or after each of them is not guessed.

use std::collections::VecDeque;

use pipesynth_contract::expression::Node;
use pipesynth_contract::schedule::Expression;
use pipesynth_diag::{Diagnostic, Sink};
use pipesynth_engine::{LogicalDate, Zone, schedule::Schedule};
use pipesynth_pipeline::PipelinePlan;

use super::dependencies::{Dependencies, Link};
use super::{Planned, codes};
use crate::graph::words;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// How many starts are looked at: more than the days of a leap year, for times that differ from day to day only where clocks change.
const STARTS: usize = 400;

/// Reports each parent that runs more often than the condition that names it counts.
pub(super) fn check(dependencies: &Dependencies<'_>, sink: &mut Sink) {
    let sources = sources(dependencies);
    for (planned, links) in dependencies.pipelines.iter().zip(&dependencies.links) {
        let plan = &planned.plan;
        let Some(executions) = plan.trigger.executions.as_ref().filter(|e| !e.repeats_are_meant) else { continue };
        let all = executions.condition.condition.has_and() || plan.trigger.waits_for_both();
        own_schedule(plan).into_iter().for_each(|found| sink.push(found));
        for link in links {
            if let Some(source) = sources[link.parent] {
                sink.push(finding(dependencies, link, source, all));
            }
        }
    }
}

/// For each pipeline that runs more than once a day: the one whose schedule makes it so, by position. It is handed down from parents to
/// those that start after each of their runs.
fn sources(dependencies: &Dependencies<'_>) -> Vec<Option<usize>> {
    let mut children = vec![Vec::new(); dependencies.links.len()];
    for (child, links) in dependencies.links.iter().enumerate() {
        if each_parent_starts(&dependencies.pipelines[child].plan) {
            links.iter().for_each(|link| children[link.parent].push(child));
        }
    }
    let own = |(at, planned): (usize, &Planned)| {
        (!planned.plan.trigger.waits_for_both() && twice_a_day(&planned.plan)).then_some(at)
    };
    let mut sources: Vec<Option<usize>> = dependencies.pipelines.iter().enumerate().map(own).collect();
    let mut queue: VecDeque<usize> = sources.iter().flatten().copied().collect();
    while let Some(parent) = queue.pop_front() {
        for child in &children[parent] {
            if sources[*child].is_none() {
                sources[*child] = sources[parent];
                queue.push_back(*child);
            }
        }
    }
    sources
}

/// Whether a run of any one of its parents starts it, whatever the others do.
fn each_parent_starts(plan: &PipelinePlan) -> bool {
    let condition = plan.trigger.executions.as_ref().map(|e| &e.condition.condition);
    !plan.trigger.waits_for_both() && condition.is_some_and(|condition: &Node| !condition.has_and())
}

/// Whether its own schedule starts it twice for one logical date.
fn twice_a_day(plan: &PipelinePlan) -> bool {
    let Some(schedule) = &plan.trigger.schedule else { return false };
    match Expression::parse(&schedule.expression) {
        Ok(Expression::Rate(rate)) => rate.seconds() < DAY,
        Ok(Expression::Cron(cron)) if cron.hours.len() * cron.minutes.len() > 1 => {
            let (Ok(schedule), Ok(zone)) = (Schedule::of(&schedule.contract()), plan.timezone.parse::<Zone>()) else {
                return false;
            };
            let dates = schedule.after(0).take(STARTS).map(|instant| LogicalDate::of_millis(instant, &zone).ok());
            let dates: Vec<Option<LogicalDate>> = dates.collect();
            dates.windows(2).any(|pair| pair[0].is_some() && pair[0] == pair[1])
        }
        _ => false,
    }
}

/// With `operator: AND` the pipeline's own schedule is one more thing that the condition counts once a day.
fn own_schedule(plan: &PipelinePlan) -> Option<Diagnostic> {
    let schedule = plan.trigger.schedule.as_ref().filter(|_| plan.trigger.waits_for_both() && twice_a_day(plan))?;
    let message = format!("the schedule comes more than once a day: {}", words::schedule(&schedule.contract()));
    let why = "with `operator: AND` it belongs to the condition, which counts runs of one logical date together: the pipeline would start at \
               the first time at which all parents have run, and need all of them again for a later one";
    Some(
        Diagnostic::error(codes::TOO_OFTEN, schedule.expression_place, message)
            .why(why)
            .help("write `correlate: hour` in `executions` to run for each hour, or `correlate: day` if that is meant"),
    )
}

fn finding(dependencies: &Dependencies<'_>, link: &Link, source: usize, all: bool) -> Diagnostic {
    let name = dependencies.name(link.parent);
    let through = if source == link.parent { String::new() } else { format!(" with `{}`", dependencies.name(source)) };
    let schedule = dependencies.pipelines[source].plan.trigger.schedule.as_ref();
    let when = schedule.map(|s| words::schedule(&s.contract())).unwrap_or_default();
    let (why, help) = match all {
        true => (
            "runs of one logical date belong together: the pipeline would start when all its parents have run, with the newest run of this \
             one, and need all of them again before it starts another time",
            "write `correlate: hour` to run for each hour, or `correlate: day` if that is meant",
        ),
        false => (
            "the pipeline would start after each of them, several times for one logical date",
            "write `correlate: hour` to run for each hour, or `correlate: day` if several runs of one date are meant; to run once a day, wait \
             for a parent that does",
        ),
    };
    let message = format!("`{name}` runs more than once a day{through}: {when}");
    let found = Diagnostic::error(codes::TOO_OFTEN, link.place, message)
        .why(why)
        .help(help)
        .help("`onRerun: refire` or `onRerun: ignore` says that this is meant, too, and changes nothing else here");
    match schedule {
        Some(schedule) => found.related(schedule.expression_place, "the schedule is here"),
        None => found,
    }
}
