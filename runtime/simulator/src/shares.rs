//! Pipelines that have nothing to do with each other → worlds that run at the same time; what they record → one record.
//!
//! Pipelines that wait for each other, directly or through others, are a group. Groups share nothing: what is drawn by lot depends on
//! nothing but the run it is drawn for, and `concurrency` is each pipeline's own. What they do at one instant is recorded group by group,
//! so that the record does not tell how many worlds there were.

use std::num::NonZeroUsize;
use std::panic::resume_unwind;
use std::thread;

use pipesynth_contract::PipelineId;

use crate::record::{Cause, Entry, Record, Run};
use crate::scenario::{Fault, Scenario};
use crate::store::Indexed;
use crate::table::Table;
use crate::wiring::Deployment;
use crate::world::{self, Ended};

/// Which pipelines a world is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share<'a> {
    /// For each pipeline: its group.
    groups: &'a [usize],
    /// How many worlds there are, and which of them this is.
    of: usize,
    at: usize,
}

impl<'a> Share<'a> {
    /// Everything.
    pub fn all(groups: &'a [usize]) -> Self {
        Self { groups, of: 1, at: 0 }
    }

    /// Whether it is about a pipeline, by position.
    pub fn has(self, pipeline: usize) -> bool {
        self.groups.get(pipeline).is_some_and(|group| group % self.of == self.at)
    }
}

/// Lets a scenario happen, in as many worlds as may be. `Err` has every fault of the scenario.
pub(crate) fn simulate(
    deployment: &Deployment,
    scenario: &Scenario,
    workers: NonZeroUsize,
) -> Result<Record, Vec<String>> {
    let groups = groups(deployment);
    let most = groups.iter().max().map_or(1, |last| last + 1);
    let of = if are_apart(scenario) { workers.get().min(most) } else { 1 };
    let ended = if of > 1 { at_once(deployment, scenario, &groups, of) } else { None };
    let ended = match ended {
        Some(ended) => ended,
        None => vec![world::simulate(deployment, scenario, Box::<Indexed>::default(), Share::all(&groups))?],
    };
    Ok(join(deployment, scenario, &groups, ended))
}

/// Events that wait for the end of an outage arrive one after the other, and what is expected of all pipelines is about all of them.
fn are_apart(scenario: &Scenario) -> bool {
    scenario.faults.iter().all(|fault| !matches!(fault, Fault::Outage { .. }))
        && scenario.expectations.iter().all(|expected| expected.runs.pipeline.is_some())
}

/// A world for each share. `None` where one has a fault, or where a rule starts what is not in its share: one world is to tell that.
pub(crate) fn at_once(deployment: &Deployment, scenario: &Scenario, groups: &[usize], of: usize) -> Option<Vec<Ended>> {
    thread::scope(|scope| {
        let worlds: Vec<_> = (0..of)
            .map(|at| {
                let share = Share { groups, of, at };
                scope.spawn(move || world::simulate(deployment, scenario, Box::<Indexed>::default(), share))
            })
            .collect();
        let ended = worlds.into_iter().map(|world| world.join().unwrap_or_else(|panic| resume_unwind(panic)));
        let ended: Vec<_> = ended.collect();
        ended.into_iter().map(|ended| ended.ok().filter(|ended| !ended.astray)).collect()
    })
}

/// For each pipeline its group, counted from the first pipeline on.
pub(crate) fn groups(deployment: &Deployment) -> Vec<usize> {
    let (mut known, mut above) = (Table::<PipelineId, usize>::default(), Vec::new());
    let mut node = |id: PipelineId, above: &mut Vec<usize>| {
        *known.entry(id).or_insert_with(|| {
            above.push(above.len());
            above.len() - 1
        })
    };
    let own: Vec<usize> = deployment.pipelines.iter().map(|pipeline| node(pipeline.id.clone(), &mut above)).collect();
    for registration in &deployment.registrations {
        let child = node(registration.id.clone(), &mut above);
        let condition = registration.trigger.executions.iter().flat_map(|executions| executions.condition.leaves());
        let account = registration.id.account();
        let parents =
            condition.filter_map(|leaf| PipelineId::new(leaf.account.as_deref().unwrap_or(account), &leaf.name).ok());
        for other in parents.chain(registration.renamed_from.clone()) {
            let other = node(other, &mut above);
            let (a, b) = (top(&mut above, child), top(&mut above, other));
            above[a.max(b)] = a.min(b);
        }
    }
    let mut numbers = Table::<usize, usize>::default();
    own.into_iter()
        .map(|pipeline| {
            let next = numbers.len();
            *numbers.entry(top(&mut above, pipeline)).or_insert(next)
        })
        .collect()
}

/// The first of those that a pipeline is with; the way to it gets shorter.
fn top(above: &mut [usize], mut at: usize) -> usize {
    while above[at] != at {
        above[at] = above[above[at]];
        at = above[at];
    }
    at
}

/// When, in which group, in which world, and where in its record.
type Place = (u64, usize, usize, usize);

fn join(deployment: &Deployment, scenario: &Scenario, groups: &[usize], ended: Vec<Ended>) -> Record {
    let of = ended.len();
    let group = |pipeline: Option<usize>| pipeline.and_then(|at| groups.get(at)).copied().unwrap_or(usize::MAX);
    let mut joined = Record { from: scenario.from, until: scenario.until, ..Record::default() };
    joined.pipelines = world::pipelines(deployment);
    let (mut runs, mut log) = (Vec::<(Place, Run)>::new(), Vec::<(Place, Entry)>::new());
    let mut now_at: Vec<Vec<usize>> = Vec::new();
    let mut verdicts = Vec::new();
    for (world, Ended { record, .. }) in ended.into_iter().enumerate() {
        now_at.push(vec![0; record.runs.len()]);
        runs.extend(
            record
                .runs
                .into_iter()
                .enumerate()
                .map(|(n, run)| ((run.started, group(Some(run.pipeline)), world, n), run)),
        );
        log.extend(
            record.log.into_iter().enumerate().map(|(n, entry)| ((entry.at, group(entry.pipeline), world, n), entry)),
        );
        joined.waiting.extend(record.waiting);
        joined.vain.extend(record.vain);
        verdicts.push(record.verdicts);
        joined.events += record.events;
        joined.decisions += record.decisions;
    }
    runs.sort_unstable_by_key(|(place, _)| *place);
    log.sort_unstable_by_key(|(place, _)| *place);
    for (new, ((_, _, world, old), _)) in runs.iter().enumerate() {
        now_at[*world][*old] = new;
    }
    for ((_, _, world, _), mut run) in runs {
        match &mut run.cause {
            Cause::Condition { parents, .. } => parents.iter_mut().for_each(|(at, _)| *at = now_at[world][*at]),
            Cause::Rerun(at) => *at = now_at[world][*at],
            Cause::Schedule(_) | Cause::Manual | Cause::Backfill => {}
        }
        joined.runs.push(run);
    }
    for ((_, _, world, _), mut entry) in log {
        entry.run = entry.run.map(|at| now_at[world][at]);
        joined.log.push(entry);
    }
    joined.waiting.sort_by_key(|waiting| waiting.pipeline);
    joined.vain.sort_by_key(|(at, _)| (scenario.actions.get(*at).map(|action| action.at), *at));
    for (at, expected) in scenario.expectations.iter().enumerate() {
        let own = expected.runs.pipeline.as_ref().and_then(|id| deployment.position(id));
        let world = own.and_then(|own| (0..of).find(|at| Share { groups, of, at: *at }.has(own))).unwrap_or(0);
        joined.verdicts.extend(verdicts.get(world).and_then(|verdicts| verdicts.get(at)).cloned());
    }
    joined
}
