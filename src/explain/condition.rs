//! A condition → a tree of sentences, and its options in words.

use pipesynth_contract::expression::{Leaf, Node};
use pipesynth_contract::options::{Backfill, Correlate, OnMiss, OnRerun, WhileRunning, Within};
use pipesynth_contract::starts::Executions;

use crate::graph::{Graph, words};

/// A sentence and what stands under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// `all of`, `any of`, or `listings (Account_A_ID) is SUCCEEDED`.
    pub words: String,
    /// The members of a group.
    pub members: Vec<Tree>,
}

/// As deep as the condition, which the file's own nesting bounds at 64.
pub(super) fn tree(graph: &Graph, node: &Node) -> Tree {
    let group = |words: &str, members: &[Node]| Tree {
        words: words.to_owned(),
        members: members.iter().map(|member| tree(graph, member)).collect(),
    };
    match node {
        Node::AllOf { all_of } => group("all of", all_of),
        Node::AnyOf { any_of } => group("any of", any_of),
        Node::Leaf(leaf) => Tree { words: sentence(graph, leaf), members: Vec::new() },
    }
}

fn sentence(graph: &Graph, leaf: &Leaf) -> String {
    // A former name has no node of its own: it stands for the pipeline that was called so.
    let parent = graph.named(leaf.account.as_deref(), &leaf.name);
    let name = parent.map_or(leaf.name.as_str(), |node| &node.display_name);
    let account = parent.map_or(leaf.account.as_deref().unwrap_or("any account"), words::account);
    let statuses: Vec<&str> = leaf.status.iter().map(|status| status.as_str()).collect();
    let mut parts = vec![format!("{name} ({account}) is {}", statuses.join(" or "))];
    parts.extend(leaf.offset.map(|offset| format!("of {offset}")));
    parts.extend(leaf.within.map(|within| format!("within {within}")));
    parts.extend(leaf.optional.then(|| "optional".to_owned()));
    parts.join(", ")
}

/// Every effective option as a sentence, with the key that sets it.
pub(super) fn options(executions: &Executions) -> Vec<String> {
    let together = match &executions.correlate {
        Correlate::None => "the newest runs count, whatever their date".to_owned(),
        Correlate::Day => "runs of one logical date belong together".to_owned(),
        Correlate::Hour => "runs of one hour belong together".to_owned(),
        Correlate::Key(path) => format!("runs with one value of `{path}` in their input belong together"),
    };
    let mut lines = vec![format!("{together} (correlate: {})", executions.correlate)];
    lines.push(match executions.within {
        Within::None => "a parent's run counts without limit (within: none)".to_owned(),
        within => format!("a parent's run counts for {within} (within)"),
    });
    lines.push(match executions.on_rerun {
        OnRerun::Refire => "a newer run of a parent starts it again (onRerun: refire)".to_owned(),
        OnRerun::Ignore => "a newer run of a parent does not start it again (onRerun: ignore)".to_owned(),
    });
    if let Some(deadline) = executions.deadline {
        let missed = match executions.on_miss {
            Some(OnMiss::Fire) => "it starts all the same (onMiss: fire)",
            Some(OnMiss::Skip) => "this logical date is given up (onMiss: skip)",
            Some(OnMiss::Notify) | None => "its owners are told (onMiss: notify)",
        };
        lines.push(format!("if it has not started by {deadline}, {missed}"));
    }
    if executions.while_running == WhileRunning::Hold {
        lines.push("it waits while a newer run of a parent is open (whileRunning: hold)".to_owned());
    }
    if executions.backfill == Backfill::Follow {
        lines.push("a parent's backfilled run counts like any other (backfill: follow)".to_owned());
    }
    lines
}
