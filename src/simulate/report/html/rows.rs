//! Pipelines → rows: grouped by account, parents above their children as far as one order can do that.

use std::collections::{BTreeMap, BTreeSet};

use pipesynth_simulator::record::{Cause, Entry, Record};

use super::super::events;
use super::super::view::View;

/// Most bars of one pipeline under each other; more runs at the same time are drawn over each other.
const LANES: usize = 6;
/// Height of a lane, of the room for marks, and of the rest of a row, in pixels.
const LANE: usize = 16;
const MARKS: usize = 14;
const REST: usize = 8;
/// Height of an account's heading.
pub(super) const HEADING: usize = 26;

/// What stands in one row.
pub(super) struct Row<'a> {
    /// `None`: the platform, and what belongs to no pipeline.
    pub pipeline: Option<usize>,
    /// Positions of runs, each with its lane.
    pub runs: Vec<(usize, usize)>,
    pub marks: Vec<&'a Entry>,
    pub height: usize,
}

impl Row<'_> {
    /// The upper edge of a lane's bar.
    pub fn lane(lane: usize) -> usize {
        REST / 2 + lane * LANE + 1
    }

    /// The height of a bar.
    pub const BAR: usize = LANE - 3;
}

/// Rows below one heading; the platform's have none.
pub(super) struct Group<'a> {
    pub account: Option<&'a str>,
    pub rows: Vec<Row<'a>>,
}

/// All rows.
pub(super) fn groups<'a>(view: &View<'a>) -> Vec<Group<'a>> {
    let record = view.record;
    let count = record.pipelines.len();
    let mut rows: Vec<Row<'a>> = (0..=count)
        .map(|at| Row { pipeline: (at < count).then_some(at), runs: Vec::new(), marks: Vec::new(), height: 0 })
        .collect();
    for (at, run) in record.runs.iter().enumerate() {
        rows[run.pipeline.min(count)].runs.push((at, 0));
    }
    for entry in record.log.iter().filter(|entry| events::tone(view, entry).is_exception()) {
        rows[entry.pipeline.map_or(count, |at| at.min(count))].marks.push(entry);
    }
    for row in &mut rows {
        let lanes = lanes(record, &mut row.runs);
        row.height =
            REST + lanes.max(usize::from(row.marks.is_empty())) * LANE + if row.marks.is_empty() { 0 } else { MARKS };
    }
    let edges = edges(record);
    let (depth, family) = (depths(count, &edges), families(count, &edges));
    let platform = rows.pop().filter(|row| !row.runs.is_empty() || !row.marks.is_empty());
    let mut accounts: BTreeMap<&str, Vec<Row<'a>>> = BTreeMap::new();
    for (row, pipeline) in rows.into_iter().zip(&record.pipelines) {
        accounts.entry(pipeline.id.account()).or_default().push(row);
    }
    let place = |row: &Row<'_>| row.pipeline.and_then(|at| depth.get(at)).copied().unwrap_or(0);
    let mut groups: Vec<Group<'a>> = accounts
        .into_iter()
        .map(|(account, mut rows)| {
            let start = |row: &Row<'_>| row.runs.first().and_then(|(at, _)| view.run(*at)).map(|run| run.started);
            let family = |row: &Row<'_>| row.pipeline.and_then(|at| family.get(at)).copied();
            rows.sort_by_key(|row| (family(row), place(row), start(row).is_none(), start(row), row.pipeline));
            Group { account: Some(account), rows }
        })
        .collect();
    // By the mean depth, in thousandths: accounts that feed others stand above them.
    groups.sort_by_key(|group| group.rows.iter().map(place).sum::<usize>() * 1_000 / group.rows.len().max(1));
    if let Some(platform) = platform {
        groups.insert(0, Group { account: None, rows: vec![platform] });
    }
    groups
}

/// Gives each run the first lane that is free at its start, and tells how many there are.
fn lanes(record: &Record, runs: &mut [(usize, usize)]) -> usize {
    let mut free: Vec<u64> = Vec::new();
    for (at, lane) in runs {
        let Some(run) = record.runs.get(*at) else { continue };
        let end = run.ended.unwrap_or(record.until).max(run.started);
        match free.iter().position(|until| *until <= run.started) {
            Some(first) => *lane = first,
            None if free.len() < LANES => {
                free.push(0);
                *lane = free.len() - 1;
            }
            None => *lane = LANES - 1,
        }
        free[*lane] = free[*lane].max(end);
    }
    free.len()
}

/// Parent and child of all runs that started on each other, as positions of pipelines.
fn edges(record: &Record) -> BTreeSet<(usize, usize)> {
    let mut edges: BTreeSet<(usize, usize)> = BTreeSet::new();
    for run in &record.runs {
        let Cause::Condition { parents, .. } = &run.cause else { continue };
        let parents = parents.iter().filter_map(|(at, _)| record.runs.get(*at)).map(|parent| parent.pipeline);
        edges.extend(parents.filter(|parent| *parent != run.pipeline).map(|parent| (parent, run.pipeline)));
    }
    let count = record.pipelines.len();
    edges.retain(|(parent, child)| *parent < count && *child < count);
    edges
}

/// The first pipeline of all that hang together with each one: they stand together.
fn families(count: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<usize> {
    let mut first: Vec<usize> = (0..count).collect();
    // Each look shortens the way that it walks, so that ways stay short.
    let root = |first: &mut Vec<usize>, mut at: usize| {
        while first[at] != at {
            first[at] = first[first[at]];
            at = first[at];
        }
        at
    };
    for (parent, child) in edges {
        let (one, other) = (root(&mut first, *parent), root(&mut first, *child));
        first[one.max(other)] = one.min(other);
    }
    (0..count).map(|at| root(&mut first, at)).collect()
}

/// How many pipelines stand before each one on the longest way.
fn depths(count: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<usize> {
    let (mut children, mut waits) = (vec![Vec::new(); count], vec![0_usize; count]);
    for (parent, child) in edges {
        children[*parent].push(*child);
        waits[*child] += 1;
    }
    let mut depth = vec![0; count];
    let mut ready: Vec<usize> = (0..count).filter(|at| waits[*at] == 0).collect();
    while let Some(parent) = ready.pop() {
        for child in &children[parent] {
            depth[*child] = depth[*child].max(depth[parent] + 1);
            waits[*child] -= 1;
            if waits[*child] == 0 {
                ready.push(*child);
            }
        }
    }
    // What is left lies on a cycle or behind one: below everything else.
    let below = depth.iter().max().map_or(0, |most| most + 1);
    (0..count).map(|at| if waits[at] > 0 { below } else { depth[at] }).collect()
}
