//! The order of the file, `parallel` and `dependsOn` → which steps each step waits for, laid out.

use std::ops::Range;

use pipesynth_diag::{Diagnostic, Spanned, codes as common, quoted};

use super::{StepEntry, StepSpec};
use crate::codes;
use crate::flow::{self, Flow};
use crate::lower::Lower;

/// EMR runs at most so many steps of a cluster at once (Amazon EMR API, `StepConcurrencyLevel`).
const SIDE_BY_SIDE: usize = 256;

/// A step and its place among the others.
struct Node<'a> {
    step: &'a StepSpec,
    /// Which entry of `steps` it stands in.
    entry: usize,
    /// The steps of the entry before.
    before: Range<usize>,
    /// The steps that it waits for, by their index.
    after: Vec<usize>,
}

/// Lays the steps out. `whole` is false where some of them could not be read: then nobody is said to be missing.
/// `None` only after an error was reported.
pub(super) fn flow(entries: &[StepEntry], whole: bool, cx: &mut Lower<'_>) -> Option<Flow> {
    let all = || entries.iter().flat_map(StepEntry::steps);
    let count = all().count();
    if entries.iter().all(|entry| entry.steps().len() < 2) && all().all(|step| step.depends_on.is_none()) {
        return Some(Flow::chain(count));
    }
    if let Some(beyond) = all().nth(SIDE_BY_SIDE) {
        let message = format!("{count} steps; with `parallel` or `dependsOn` a pipeline has at most {SIDE_BY_SIDE}");
        let help = "make several pipelines of them, of which one waits for the other";
        cx.error_help(common::OUT_OF_RANGE, beyond.name.place, message, help);
        return None;
    }
    let mut nodes = nodes(entries);
    let mut good = true;
    for index in 0..nodes.len() {
        let after = waits(index, &nodes, whole, cx);
        good &= after.is_some();
        nodes[index].after = after.unwrap_or_default();
    }
    if !good || circle(&nodes, cx) {
        return None;
    }
    Some(flow::layout(&nodes.into_iter().map(|node| node.after).collect::<Vec<_>>()))
}

fn nodes(entries: &[StepEntry]) -> Vec<Node<'_>> {
    let mut nodes: Vec<Node<'_>> = Vec::new();
    let mut before = 0..0;
    for (entry, written) in entries.iter().enumerate().filter(|(_, entry)| !entry.steps().is_empty()) {
        let start = nodes.len();
        let node = |step| Node { step, entry, before: before.clone(), after: Vec::new() };
        nodes.extend(written.steps().iter().map(node));
        before = start..nodes.len();
    }
    nodes
}

/// The steps that one step waits for: those that it names, else those of the entry before its own.
fn waits(index: usize, nodes: &[Node<'_>], whole: bool, cx: &mut Lower<'_>) -> Option<Vec<usize>> {
    let node = &nodes[index];
    let Some(named) = &node.step.depends_on else { return Some(node.before.clone().collect()) };
    let mut after: Vec<usize> = Vec::new();
    let mut good = true;
    for name in &named.value {
        match one(index, name, nodes) {
            Ok(other) if after.contains(&other) => {
                let message = format!("`{}` waits for `{name}` twice", node.step.name);
                cx.error_help(codes::DUPLICATE_NAME, name.place, message, "keep one of them");
                good = false;
            }
            Ok(other) => after.push(other),
            Err(None) => {
                good = false;
                if whole {
                    unknown(name, nodes, cx);
                }
            }
            Err(Some((message, help))) => {
                cx.error_help(codes::BAD_ORDER, name.place, message, help);
                good = false;
            }
        }
    }
    good.then_some(after)
}

/// The index of the step called `name`, as one that step `index` can wait for; else what is wrong and what to do, or nothing where
/// there is no such step.
fn one(index: usize, name: &Spanned<String>, nodes: &[Node<'_>]) -> Result<usize, Option<(String, &'static str)>> {
    let own = &nodes[index];
    let other = nodes.iter().position(|n| n.step.name.value == name.value).ok_or(None)?;
    if other == index {
        return Err(Some((format!("step `{name}` waits for itself"), "take its own name out of `dependsOn`")));
    }
    if nodes[other].entry == own.entry {
        let message = format!("`{}` waits for `{name}`, and both stand in one `parallel` group", own.step.name);
        return Err(Some((message, "take one of them out of the group: the steps of a group run side by side")));
    }
    Ok(other)
}

fn unknown(name: &Spanned<String>, nodes: &[Node<'_>], cx: &mut Lower<'_>) {
    let near = cx.did_you_mean(name, nodes.iter().map(|n| n.step.name.value.as_str()));
    let message = format!("the pipeline has no step {}", quoted(name));
    let found = Diagnostic::error(codes::BAD_ORDER, name.place, message)
        .help_if(near)
        .help("`dependsOn` names steps of this pipeline; another pipeline is waited for by `trigger.executions`");
    cx.sink.push(found);
}

/// Looks for steps that wait for each other, and reports the first circle.
fn circle(nodes: &[Node<'_>], cx: &mut Lower<'_>) -> bool {
    // Who waits for nobody that is left goes, again and again; who stays is in a circle or waits for one.
    let mut left: Vec<bool> = vec![true; nodes.len()];
    let mut open: Vec<usize> = nodes.iter().map(|node| node.after.len()).collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        node.after.iter().for_each(|other| children[*other].push(index));
    }
    let mut free: Vec<usize> = (0..nodes.len()).filter(|n| open[*n] == 0).collect();
    while let Some(step) = free.pop() {
        left[step] = false;
        for child in &children[step] {
            open[*child] -= 1;
            if open[*child] == 0 {
                free.push(*child);
            }
        }
    }
    let Some(mut step) = left.iter().position(|l| *l) else { return false };
    let mut way: Vec<usize> = Vec::new();
    while !way.contains(&step) {
        way.push(step);
        // Everyone who is left waits for someone who is left.
        step = nodes[step].after.iter().copied().find(|other| left[*other]).unwrap_or(step);
    }
    way.drain(..way.iter().position(|n| *n == step).unwrap_or(0));
    report(&way, nodes, cx);
    true
}

/// `way` is a circle: each waits for the next, the last for the first.
fn report(way: &[usize], nodes: &[Node<'_>], cx: &mut Lower<'_>) {
    let first = way.iter().enumerate().min_by_key(|(_, step)| **step).map_or(0, |(at, _)| at);
    let way: Vec<&Node<'_>> = way.iter().cycle().skip(first).take(way.len()).map(|n| &nodes[*n]).collect();
    let names: Vec<String> = way.iter().chain(way.first()).map(|node| format!("`{}`", node.step.name)).collect();
    let message = format!("steps wait for each other in a circle: {}", names.join(" → "));
    // A circle cannot be made of the file's order alone: somebody in it names the next one.
    let named = way.iter().zip(way.iter().cycle().skip(1)).find_map(|(node, next)| {
        node.step.depends_on.as_ref()?.value.iter().find(|name| name.value == next.step.name.value)
    });
    let place = named.or(way.first().map(|node| &node.step.name)).map(|name| name.place);
    let Some(place) = place else { return };
    let mut found = Diagnostic::error(codes::BAD_ORDER, place, message);
    if way.iter().any(|node| node.step.depends_on.is_none()) {
        found = found.why("a step without `dependsOn` waits for the entry before it");
    }
    cx.sink.push(found.help("take one of them out of `dependsOn`; `dependsOn: []` lets a step start at once"));
}
