//! A machine's paths → findings where a cluster that was asked for may be left behind, by abstract interpretation.
//!
//! What is known of the run's cluster on the way into a state is one of three:
//!
//! | | a cluster |
//! |---|---|
//! | `Free` | was never asked for, or an attempt was made to terminate it; what an attempt misses is the reaper's (aws.md: five layers) |
//! | `Live` | may exist |
//! | `Sought` | was looked for among all that run; whether there is one stands in a variable that a Choice has to ask |
//!
//! Any state of type Task, Parallel or Map may fail. An error that no `Catch` takes ends the machine, as Fail does.

use std::collections::{BTreeMap, VecDeque};

use pipesynth_core::Json;

use super::{Integration, followers, inner, kind, list, states, takes_all};
use crate::codes;
use crate::document::Document;
use crate::finding::Findings;

/// What is known of the cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cluster {
    Free,
    Live,
    Sought,
}
use Cluster::{Free, Live, Sought};

/// Where a walk through a scope may come out.
#[derive(Default)]
struct Outcome {
    /// By its ends.
    ends: BTreeMap<Cluster, Vec<String>>,
    /// By an error that nothing within takes, or a Fail.
    fails: BTreeMap<Cluster, Vec<String>>,
}

/// The variable with the cluster's id, as the states that terminate write it, and the text of a Choice that asks for it.
const ASKS: &str = "$clusterId != 'none'";

/// Checks a machine.
pub(super) fn check(document: &Document<'_>, machine: &str, definition: &Json<'_>, findings: &mut Findings) {
    let outcome = walk(document, definition, Free, &[]);
    for (cluster, path) in outcome.ends.iter().chain(&outcome.fails) {
        let path = path.join("` → `");
        let what = match cluster {
            Free => continue,
            Live => "a cluster may still run, and nothing tried to terminate it",
            Sought => "a cluster may have been found, and nothing asked whether it was",
        };
        findings.say(codes::COMPUTE, machine, format!("on the path `{path}` {what}"));
    }
    for (name, state) in states(definition) {
        let Some(integration) = Integration::of(document, state) else { continue };
        if !(integration.frees() || integration.finds()) {
            continue;
        }
        if integration.finds() && !pages(definition, name) {
            let message = format!("state `{name}` reads the first page of clusters alone: nothing leads back to it");
            findings.say(codes::COMPUTE, machine, message);
        }
        for (key, why) in [("Retry", "is tried once only"), ("Catch", "would hide how the run came out if it failed")] {
            if !list(state, key).any(takes_all) {
                let message =
                    format!("state `{name}`, which frees the cluster, {why}: it needs `{key}` of `States.ALL`");
                findings.say(codes::COMPUTE, machine, message);
            }
        }
    }
}

/// True where Choices alone lead from a state back to it, page by page.
fn pages(scope: &Json<'_>, name: &str) -> bool {
    let mut seen = Vec::new();
    let mut open: Vec<&str> = followers(&scope["States"][name]).collect();
    while let Some(next) = open.pop() {
        if next == name {
            return true;
        }
        let state = &scope["States"][next];
        if kind(state) == "Choice" && !seen.contains(&next) {
            seen.push(next);
            open.extend(followers(state));
        }
    }
    false
}

/// Walks a machine or a branch from its start, entered with `cluster` after `path`. Each state is seen once per value.
fn walk(document: &Document<'_>, scope: &Json<'_>, cluster: Cluster, path: &[String]) -> Outcome {
    let mut outcome = Outcome::default();
    let mut seen: BTreeMap<(&str, Cluster), ()> = BTreeMap::new();
    let mut open: VecDeque<(&str, Cluster, Vec<String>)> = VecDeque::new();
    if let Some(start) = scope["StartAt"].as_str() {
        open.push_back((start, cluster, path.to_vec()));
    }
    while let Some((name, cluster, mut path)) = open.pop_front() {
        let state = &scope["States"][name];
        if seen.insert((name, cluster), ()).is_some() {
            continue;
        }
        path.push(name.to_owned());
        let step = step(document, state, cluster, &path);
        for (cluster, inside) in step.fails {
            failed(state, cluster, inside, &mut open, &mut outcome);
        }
        for (cluster, inside) in step.ends {
            let nexts = after(state, cluster);
            if nexts.is_empty() {
                let way = if kind(state) == "Fail" { &mut outcome.fails } else { &mut outcome.ends };
                way.entry(cluster).or_insert(inside);
            } else {
                open.extend(nexts.into_iter().map(|(next, cluster)| (next, cluster, inside.clone())));
            }
        }
    }
    outcome
}

/// What one state does: how it may end and how it may fail, with the path so far.
fn step(document: &Document<'_>, state: &Json<'_>, cluster: Cluster, path: &[String]) -> Outcome {
    let mut outcome = Outcome::default();
    let (after, error) = match Integration::of(document, state) {
        Some(call) if call.creates() => (Live, Some(Live)),
        Some(call) if call.frees() => (Free, Some(Free)),
        Some(call) if call.finds() && cluster != Free => (Sought, Some(Free)),
        Some(_) => (cluster, Some(cluster)),
        None => (cluster, (kind(state) == "Task").then_some(cluster)),
    };
    let mut branches = inner(state).peekable();
    if branches.peek().is_none() {
        outcome.ends.insert(after, path.to_vec());
        outcome.fails.extend(error.map(|cluster| (cluster, path.to_vec())));
        return outcome;
    }
    for branch in branches {
        let inside = walk(document, branch, cluster, path);
        for (cluster, path) in inside.ends {
            outcome.ends.entry(cluster).or_insert(path);
        }
        for (cluster, path) in inside.fails {
            outcome.fails.entry(cluster).or_insert(path);
        }
    }
    // What one branch leaves behind, no other branch's end takes away.
    if outcome.ends.len() > 1 {
        outcome.ends.remove(&Free);
    }
    outcome
}

/// An error goes to each `Catch` that may take it, and out where none takes all.
fn failed<'a>(
    state: &'a Json<'a>,
    cluster: Cluster,
    path: Vec<String>,
    open: &mut VecDeque<(&'a str, Cluster, Vec<String>)>,
    outcome: &mut Outcome,
) {
    for catch in list(state, "Catch") {
        open.extend(catch["Next"].as_str().map(|next| (next, cluster, path.clone())));
    }
    if !list(state, "Catch").any(takes_all) {
        outcome.fails.entry(cluster).or_insert(path);
    }
}

/// Where a state leads, and what is known then. A Choice that asks for the cluster's id splits what was sought.
fn after<'a>(state: &'a Json<'a>, cluster: Cluster) -> Vec<(&'a str, Cluster)> {
    let asks = |choice: &Json<'_>| choice["Condition"].as_str().is_some_and(|text| text.contains(ASKS));
    if cluster != Sought || !list(state, "Choices").any(asks) {
        return followers(state).map(|next| (next, cluster)).collect();
    }
    // Other choices go on looking; only where none of them holds, and it was asked, is there no cluster.
    let choices = list(state, "Choices").filter_map(|choice| {
        let cluster = if asks(choice) { Live } else { Sought };
        Some((choice["Next"].as_str()?, cluster))
    });
    choices.chain(state["Default"].as_str().map(|next| (next, Free))).collect()
}
