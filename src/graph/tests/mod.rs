//! Pipelines in memory → their graph and its pictures.

mod data;
mod layout;
mod pictures;

use std::path::Path;

use super::{Edge, Graph, Node, order};
use crate::plan::tests::planned;

/// Nested groups, another day, a status, a parent elsewhere, a cycle, both kinds of start.
const ALPHA: &str = "name: Alpha
account: A
team: core
description: 'quotes \" and <b>&amp;</b> {{style}} </script><script>alert(1)</script> \\N'
trigger:
  operator: OR
  schedule: { hour: 3, minute: 5, timezone: Europe/Berlin }
  executions:
    allOf:
      - { name: GAMMA, status: [FAILED, ABORTED], offset: -1d, optional: true }
      - anyOf: [{ name: outside, account: '444444444444' }, { name: beta, account: B, within: 2h }]
      - anyOf: [{ name: delta }, { name: beta, account: B, status: [RUNNING] }]";

/// The graph of five pipelines of which one is not found and two form a cycle.
fn knot() -> Graph {
    graph(&[
        ("alpha/p.yaml", ALPHA),
        ("beta/p.yaml", "name: beta\naccount: B"),
        ("gamma/p.yaml", "name: gamma\naccount: A\ntrigger: { executions: { anyOf: [{ name: alpha }] } }"),
        ("delta/p.yaml", "name: delta\naccount: A\ntrigger: { schedule: { rate: 2 hours } }"),
    ])
}

fn graph(texts: &[(&str, &str)]) -> Graph {
    Graph::new(&planned(texts).plans, Path::new(""))
}

/// A graph of nodes `p0`, `p1` … and these edges.
fn numbered(nodes: usize, edges: &[(usize, usize)]) -> Graph {
    let node = |at: usize| Node {
        account: Some("111111111111".to_owned()),
        alias: None,
        name: format!("p{at:05}"),
        display_name: format!("p{at:05}"),
        found: None,
        in_cycle: false,
    };
    let edge = |(parent, child): &(usize, usize)| Edge {
        parent: *parent,
        child: *child,
        statuses: vec![pipesynth_contract::Status::Succeeded],
        optional: false,
        offset: None,
        within: None,
        groups: Vec::new(),
        in_cycle: false,
    };
    order::sorted(Graph { nodes: (0..nodes).map(node).collect(), edges: edges.iter().map(edge).collect() })
}
