//! A graph as it was built → parents before children, cycles marked.

use std::collections::BTreeMap;

use super::{Edge, Graph};
use crate::plan::components::cyclic_components;

/// Sorts nodes by their depth (the longest way from a pipeline without parents), account and name, and marks what lies on cycles.
/// Linear in nodes and edges but for the sorting.
pub(super) fn sorted(graph: Graph) -> Graph {
    let Graph { mut nodes, mut edges } = graph;
    let cycle = cycles(nodes.len(), &edges);
    for (node, cycle) in nodes.iter_mut().zip(&cycle) {
        node.in_cycle = cycle.is_some();
    }
    for edge in &mut edges {
        edge.in_cycle = cycle[edge.parent].is_some() && cycle[edge.parent] == cycle[edge.child];
    }
    let depth = depths(&cycle, &edges);
    let mut places: Vec<usize> = (0..nodes.len()).collect();
    places.sort_by_key(|at| (depth[*at], &nodes[*at].account, &nodes[*at].name));
    let mut new = vec![0; nodes.len()];
    places.iter().enumerate().for_each(|(to, from)| new[*from] = to);
    for edge in &mut edges {
        (edge.parent, edge.child) = (new[edge.parent], new[edge.child]);
    }
    // Stable: the edges of one child keep the order of its condition.
    edges.sort_by_key(|edge| edge.child);
    let mut moved: Vec<_> = nodes.into_iter().zip(new).collect();
    moved.sort_by_key(|(_, to)| *to);
    Graph { nodes: moved.into_iter().map(|(node, _)| node).collect(), edges }
}

/// The number of the cyclic group that each node is in.
fn cycles(nodes: usize, edges: &[Edge]) -> Vec<Option<usize>> {
    let mut next = vec![Vec::new(); nodes];
    edges.iter().for_each(|edge| next[edge.parent].push(edge.child));
    let mut cycle = vec![None; nodes];
    for (number, component) in cyclic_components(&next).iter().enumerate() {
        component.iter().for_each(|node| cycle[*node] = Some(number));
    }
    cycle
}

/// The longest way to each node; a cycle counts as one node.
fn depths(cycle: &[Option<usize>], edges: &[Edge]) -> Vec<usize> {
    // The first node of a cycle stands for all of it.
    let mut first = BTreeMap::new();
    let stands: Vec<usize> = cycle
        .iter()
        .enumerate()
        .map(|(at, cycle)| cycle.map_or(at, |cycle| *first.entry(cycle).or_insert(at)))
        .collect();
    let mut next = vec![Vec::new(); cycle.len()];
    let mut waiting = vec![0_usize; cycle.len()];
    for edge in edges.iter().filter(|edge| !edge.in_cycle) {
        next[stands[edge.parent]].push(stands[edge.child]);
        waiting[stands[edge.child]] += 1;
    }
    let mut depth = vec![0; cycle.len()];
    let mut ready: Vec<usize> = (0..cycle.len()).filter(|node| waiting[*node] == 0).collect();
    while let Some(node) = ready.pop() {
        for child in &next[node] {
            depth[*child] = depth[*child].max(depth[node] + 1);
            waiting[*child] -= 1;
            if waiting[*child] == 0 {
                ready.push(*child);
            }
        }
    }
    stands.iter().map(|node| depth[*node]).collect()
}
