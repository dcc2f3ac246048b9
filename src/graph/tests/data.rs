//! Who is a node, who is an edge, in which order.

use super::{ALPHA, graph, knot, numbered};
use crate::graph::words;

fn names(graph: &crate::graph::Graph) -> Vec<String> {
    graph.nodes.iter().map(crate::graph::Node::id).collect()
}

#[test]
fn a_parent_that_was_only_named_is_a_node_without_a_file() {
    let graph = knot();
    let outside = graph.nodes.iter().find(|n| n.name == "outside").unwrap();
    assert_eq!((outside.found.as_ref(), outside.account.as_deref()), (None, Some("444444444444")));
    let beta = graph.nodes.iter().find(|n| n.name == "beta").unwrap();
    assert_eq!(beta.found.as_ref().unwrap().file, "beta/p.yaml");
    assert_eq!(beta.alias.as_deref(), Some("B"));
}

#[test]
fn a_name_in_any_case_is_one_node_with_its_owners_spelling() {
    let graph = knot();
    assert_eq!(graph.nodes.len(), 5);
    assert_eq!(
        graph.nodes.iter().filter(|n| n.name == "alpha").map(|n| &n.display_name).collect::<Vec<_>>(),
        ["Alpha"]
    );
}

#[test]
fn who_waits_for_a_former_name_waits_for_the_pipeline_that_was_called_so() {
    let graph = graph(&[
        ("new/p.yaml", "name: new\naccount: A\nrenamedFrom: old"),
        ("child/p.yaml", "name: child\naccount: A\ntrigger: { executions: { anyOf: [{ name: old }] } }"),
    ]);
    assert_eq!(graph.nodes.len(), 2, "{:?}", names(&graph));
    let parent = &graph.nodes[graph.edges[0].parent];
    assert_eq!((parent.name.as_str(), parent.found.is_some()), ("new", true));
}

#[test]
fn edges_carry_statuses_offset_expiry_and_their_groups() {
    let graph = knot();
    let labels: Vec<String> = graph
        .edges
        .iter()
        .map(|e| {
            let [parent, child] = [e.parent, e.child].map(|at| &graph.nodes[at].name);
            let cycle = if e.in_cycle { " (cycle)" } else { "" };
            format!("{parent} → {child}: {} | {}{cycle}", words::groups(&e.groups), words::demand(e))
        })
        .collect();
    insta::assert_snapshot!(labels.join("\n"), @"
    delta → alpha: all › any 1 | SUCCEEDED
    beta → alpha: all › any 1 | RUNNING
    beta → alpha: all › any 2 | SUCCEEDED, within 2h
    outside → alpha: all › any 2 | SUCCEEDED
    gamma → alpha: all | FAILED or ABORTED, of -1d, optional (cycle)
    alpha → gamma:  | SUCCEEDED (cycle)
    ");
}

#[test]
fn the_order_of_the_files_does_not_change_the_graph() {
    let texts = [("a/p.yaml", ALPHA), ("b/p.yaml", "name: beta\naccount: B"), ("d/p.yaml", "name: delta\naccount: A")];
    let [a, b, d] = texts;
    assert_eq!(graph(&[a, b, d]), graph(&[d, b, a]));
}

#[test]
fn parents_stand_before_their_children() {
    let graph = numbered(6, &[(5, 0), (0, 3), (5, 3), (3, 4)]);
    assert_eq!(
        names(&graph),
        ["p00001", "p00002", "p00005", "p00000", "p00003", "p00004"].map(|n| format!("111111111111/{n}"))
    );
    assert!(graph.edges.iter().all(|edge| edge.parent < edge.child));
}

#[test]
fn only_what_lies_on_a_cycle_is_marked() {
    let graph = numbered(5, &[(0, 1), (1, 2), (2, 1), (2, 3), (4, 4)]);
    let cyclic: Vec<&str> = graph.nodes.iter().filter(|n| n.in_cycle).map(|n| n.name.as_str()).collect();
    assert_eq!(cyclic, ["p00004", "p00001", "p00002"]);
    assert_eq!(graph.edges.iter().filter(|e| e.in_cycle).count(), 3);
}

#[test]
fn two_files_with_one_name_are_one_node_with_the_first_ones_condition() {
    let waits = "name: b\naccount: A\ntrigger: { executions: { allOf: [{ name: a }] } }";
    let again = "name: B\naccount: A\ntrigger: { executions: { allOf: [{ name: c }] } }";
    let graph = graph(&[("a/p.yaml", "name: a\naccount: A"), ("b/p.yaml", waits), ("c/p.yaml", again)]);
    assert_eq!(names(&graph), ["111111111111/a", "111111111111/b"]);
    assert_eq!(graph.edges.len(), 1);
}

#[test]
fn a_pipeline_without_an_account_meets_parents_without_one() {
    let child = "name: b\ntrigger: { executions: { allOf: [{ name: a }, { name: a, account: A }] } }";
    let graph = graph(&[("a/p.yaml", "name: a"), ("b/p.yaml", child)]);
    assert_eq!(names(&graph), ["*/a", "111111111111/a", "*/b"]);
    assert_eq!(graph.nodes.iter().map(|n| n.found.is_some()).collect::<Vec<_>>(), [true, false, true]);
}
