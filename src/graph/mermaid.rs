//! The graph → a Mermaid flowchart, as GitHub, GitLab and many wikis draw it.

use std::fmt::Write;

use super::{Graph, Node, words};

/// Writes the flowchart: dashed lines for what was not found or is optional, red for cycles.
pub(super) fn write(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    for (position, node) in graph.nodes.iter().enumerate() {
        let lines = [&node.display_name, words::account(node), &words::start(node)].map(escaped);
        _ = writeln!(out, "  n{position}[\"{}\"]", lines.join("<br/>"));
    }
    for edge in &graph.edges {
        let arrow = if edge.optional { "-.->" } else { "-->" };
        let label = words::label(edge);
        let label = if label.is_empty() { label } else { format!("|\"{}\"|", escaped(&label)) };
        _ = writeln!(out, "  n{} {arrow}{label} n{}", edge.parent, edge.child);
    }
    classes(&mut out, graph);
    out
}

fn classes(out: &mut String, graph: &Graph) {
    let list = |good: &dyn Fn(&Node) -> bool| {
        let nodes = graph.nodes.iter().enumerate().filter(|(_, node)| good(node));
        nodes.map(|(position, _)| format!("n{position}")).collect::<Vec<_>>().join(",")
    };
    let missing = list(&|node| node.found.is_none());
    if !missing.is_empty() {
        _ = writeln!(out, "  classDef missing stroke-dasharray: 4 3\n  class {missing} missing");
    }
    let cyclic = list(&|node| node.in_cycle);
    if !cyclic.is_empty() {
        _ = writeln!(out, "  classDef cycle stroke: #c62828\n  class {cyclic} cycle");
        let edges = graph.edges.iter().enumerate().filter(|(_, edge)| edge.in_cycle);
        let edges: Vec<String> = edges.map(|(number, _)| number.to_string()).collect();
        _ = writeln!(out, "  linkStyle {} stroke: #c62828", edges.join(","));
    }
}

/// Mermaid's own entities, so that no text ends its quotes or becomes markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '<' | '>' | '&' | '#' | '`' | '|' => _ = write!(out, "#{};", u32::from(c)),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
