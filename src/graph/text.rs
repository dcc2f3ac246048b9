//! The graph → a list for terminals: every pipeline with what starts it and whom it feeds, parents before children.

use std::collections::BTreeSet;
use std::fmt::Write;

use pipesynth_contract::starts::Operator;

use super::{Edge, Found, Graph, Node, words};

/// Names of children that one line lists; the children themselves list all their parents.
const SHOWN: usize = 8;

/// Writes the list.
pub(super) fn write(graph: &Graph) -> String {
    let (into, children) = (graph.into(), graph.children());
    let mut out = summary(graph);
    for (position, node) in graph.nodes.iter().enumerate() {
        out.push('\n');
        entry(&mut out, graph, node, &into[position], &children[position]);
    }
    out
}

/// `3 pipelines in 3 accounts, 2 dependencies`, and what is not as it should be.
fn summary(graph: &Graph) -> String {
    let found = graph.nodes.iter().filter(|n| n.found.is_some());
    let accounts: BTreeSet<_> = found.clone().map(|n| &n.account).collect();
    let mut out = format!(
        "{} in {}, {}\n",
        words::count(found.count(), "pipeline", "pipelines"),
        words::count(accounts.len(), "account", "accounts"),
        words::count(graph.edges.len(), "dependency", "dependencies")
    );
    let missing = graph.nodes.iter().filter(|n| n.found.is_none()).count();
    if missing > 0 {
        out.push_str(&format!(
            "{} named by conditions and not found\n",
            words::count(missing, "pipeline", "pipelines")
        ));
    }
    let cyclic = graph.nodes.iter().filter(|n| n.in_cycle).count();
    if cyclic > 0 {
        out.push_str(&format!("{cyclic} pipelines wait for each other in a cycle\n"));
    }
    out
}

fn entry(out: &mut String, graph: &Graph, node: &Node, into: &[&Edge], children: &[usize]) {
    let mut head = vec![node.display_name.clone(), words::account_with_id(node)];
    head.extend(node.found.as_ref().and_then(|f| f.team.clone()));
    out.push_str(&head.join(" · "));
    out.push('\n');
    match &node.found {
        None => out.push_str("  not found\n"),
        Some(found) => starts(out, graph, found, into),
    }
    if !children.is_empty() {
        let mut names: Vec<&str> =
            children.iter().take(SHOWN).map(|child| graph.nodes[*child].display_name.as_str()).collect();
        let more = format!("{} more", children.len().saturating_sub(SHOWN));
        if children.len() > SHOWN {
            names.push(&more);
        }
        out.push_str(&format!("  feeds {}\n", names.join(", ")));
    }
}

fn starts(out: &mut String, graph: &Graph, found: &Found, into: &[&Edge]) {
    let schedule = found.schedule.as_ref().map(words::schedule);
    let before = match (schedule, found.operator) {
        (Some(schedule), Some(Operator::And)) => format!("starts not before {schedule}, and when"),
        (Some(schedule), Some(Operator::Or)) => format!("starts {schedule}, or when"),
        (Some(schedule), None) => return out.push_str(&format!("  starts {schedule}\n")),
        (None, _) if into.is_empty() => return out.push_str("  starts by hand\n"),
        (None, _) => "starts when".to_owned(),
    };
    match into {
        [only] if only.groups.is_empty() => {
            let parent = parent(graph, only);
            _ = writeln!(out, "  {before} {parent}");
        }
        [first, ..] => {
            let of = if first.groups.first().is_some_and(|g| g.operator == Operator::Or) { "any of" } else { "all of" };
            _ = writeln!(out, "  {before} {of}");
            tree(out, graph, into, 1, "  ");
        }
        [] => {}
    }
}

/// The members of one group: edges that share their first `depth` groups. As deep as the condition, at most 64.
fn tree(out: &mut String, graph: &Graph, members: &[&Edge], depth: usize, indent: &str) {
    let mut rest = members;
    while let Some(first) = rest.first() {
        let group = first.groups.get(depth).copied();
        let same = match group {
            None => 1,
            Some(_) => rest.iter().take_while(|edge| edge.groups.get(depth).copied() == group).count(),
        };
        let (ours, others) = rest.split_at(same);
        let (branch, below) = if others.is_empty() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        match group {
            None => _ = writeln!(out, "{indent}{branch}{}", parent(graph, first)),
            Some(group) => {
                _ = writeln!(out, "{indent}{branch}{} of", words::join(group.operator));
                tree(out, graph, ours, depth + 1, &format!("{indent}{below}"));
            }
        }
        rest = others;
    }
}

/// `listings (Account_A_ID) SUCCEEDED`
fn parent(graph: &Graph, edge: &Edge) -> String {
    let node = &graph.nodes[edge.parent];
    let marks = match (node.found.is_some(), edge.in_cycle) {
        (false, _) => " — not found",
        (true, true) => " — closes a cycle",
        (true, false) => "",
    };
    format!("{} ({}) {}{marks}", node.display_name, words::account(node), words::demand(edge))
}
