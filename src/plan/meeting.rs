//! Keys of `correlate` over all pipelines → an error where parents never share an hour, a warning where a parent's run has no value.

use std::collections::BTreeSet;

use pipesynth_contract::expression::{Leaf, Node};
use pipesynth_contract::options::{Correlate, Offset};
use pipesynth_contract::schedule::Expression;
use pipesynth_diag::{Diagnostic, Place, Sink};
use pipesynth_engine::{Local, Zone};
use pipesynth_pipeline::PipelinePlan;
use pipesynth_pipeline::triggers::executions::{ExecutionsPlan, Parent};

use super::codes;
use super::dependencies::{Dependencies, Link};

/// `2026-01-01T00:00:00Z` in milliseconds, and how many days from then on a zone's clocks are looked at: they go round once a year.
const FROM: u64 = 1_767_225_600_000;
const DAYS: u64 = 366;

/// What every scheduled run has in its input (`SCHEDULER_INPUT` of the contract), beside `params`, which it has not.
const SCHEDULED: [&str; 3] = ["runKey", "logicalDate", "trigger"];

/// Reports what can be told from the parents' schedules.
pub(super) fn check(dependencies: &Dependencies<'_>, sink: &mut Sink) {
    for (planned, links) in dependencies.pipelines.iter().zip(&dependencies.links) {
        let Some(executions) = &planned.plan.trigger.executions else { continue };
        match &executions.condition.correlate {
            Correlate::Hour => {
                let found = no_common_hour(dependencies, &planned.plan, executions, links);
                found.into_iter().for_each(|found| sink.push(found));
            }
            Correlate::Key(path) => no_value(dependencies, executions, links, path, sink),
            Correlate::Day | Correlate::None => {}
        }
    }
}

/// The parents that are needed in any case, and the own schedule with `operator: AND`, where each has fixed times of the day: without an
/// hour that all of them have, they never meet.
fn no_common_hour(
    dependencies: &Dependencies<'_>,
    plan: &PipelinePlan,
    executions: &ExecutionsPlan,
    links: &[Link],
) -> Option<Diagnostic> {
    let own = if plan.trigger.waits_for_both() { fixed_hours(plan, None) } else { None };
    let mut common = own.clone();
    for leaf in needed(&executions.condition.condition) {
        let Some(parent) = executions.parents.iter().find(|parent| parent.leaf == *leaf) else { continue };
        let Some(found) = links.iter().find(|link| link.place == parent.name.place) else { continue };
        let of_parent = &dependencies.pipelines[found.parent].plan;
        // Runs that others start are of whatever hour theirs are.
        if of_parent.trigger.executions.is_some() {
            continue;
        }
        let Some(hours) = fixed_hours(of_parent, leaf.offset) else { continue };
        let both: BTreeSet<i64> = common.as_ref().map_or_else(|| hours.clone(), |c| c & &hours);
        if both.is_empty() {
            return Some(finding(dependencies.name(found.parent), parent, executions.options.correlate));
        }
        common = Some(both);
    }
    None
}

fn finding(name: &str, parent: &Parent, correlate: Option<Place>) -> Diagnostic {
    let message = format!("`{name}` never runs in the same hour as the others, and `correlate: hour` is written");
    let found = Diagnostic::error(codes::IMPOSSIBLE, parent.name.place, message)
        .why("runs meet by the hour of their scheduled times, so the pipeline would wait for what never comes")
        .help("write `correlate: day`, or an `offset` in hours at this parent");
    match correlate {
        Some(place) => found.related(place, "the hour is asked for here"),
        None => found,
    }
}

/// The leaves without which the condition never holds.
fn needed(node: &Node) -> Vec<&Leaf> {
    match node {
        Node::Leaf(leaf) => vec![leaf],
        Node::AllOf { all_of } => {
            let optional = |node: &&Node| matches!(node, Node::Leaf(leaf) if leaf.optional);
            all_of.iter().filter(|node| !optional(node)).flat_map(needed).collect()
        }
        Node::AnyOf { .. } => Vec::new(),
    }
}

/// The hours of the day in UTC in which a `cron` may start it, over all seasons; moved as an offset moves its runs. `None` for another
/// kind of schedule.
fn fixed_hours(plan: &PipelinePlan, offset: Option<Offset>) -> Option<BTreeSet<i64>> {
    let schedule = plan.trigger.schedule.as_ref()?.contract();
    let Ok(Expression::Cron(cron)) = Expression::parse(&schedule.expression) else { return None };
    let zone: Zone = schedule.timezone.parse().ok()?;
    let clocks: BTreeSet<i64> = (0..DAYS)
        .filter_map(|day| Local::of_millis(FROM + day * 86_400_000, &zone))
        .map(|local| i64::from(local.offset) / 60)
        .collect();
    let moved = match offset {
        Some(Offset::Hours(hours)) => i64::from(hours),
        Some(Offset::Days(_)) | None => 0,
    };
    let mut hours = BTreeSet::new();
    for hour in (0..24).filter(|hour| cron.hours.contains(*hour)) {
        for minute in (0..60).filter(|minute| cron.minutes.contains(*minute)) {
            let local = i64::from(hour) * 60 + i64::from(minute);
            hours.extend(clocks.iter().map(|clock| ((local - clock).div_euclid(60) - moved).rem_euclid(24)));
        }
    }
    Some(hours)
}

/// A run that a schedule starts has none of the values that people give.
fn no_value(dependencies: &Dependencies<'_>, executions: &ExecutionsPlan, links: &[Link], path: &str, sink: &mut Sink) {
    let first = path.trim_start_matches("$.").split('.').next().unwrap_or_default();
    if SCHEDULED.contains(&first) {
        return;
    }
    for link in links {
        let parent = &dependencies.pipelines[link.parent].plan;
        let Some(schedule) = parent.trigger.schedule.as_ref().filter(|_| !parent.trigger.waits_for_both()) else {
            continue;
        };
        let name = dependencies.name(link.parent);
        let message = format!("scheduled runs of `{name}` are never met: their input has no value at `{path}`");
        let found = Diagnostic::warning(codes::NO_KEY, executions.options.correlate.unwrap_or(link.place), message)
            .related(schedule.expression_place, "the schedule is here")
            .why("a schedule starts a run with its run key, logical date and cause; defaults of `params` are no part of the input")
            .help("write `correlate: day`, or start the parent with this value in its input");
        sink.push(found);
    }
}
