//! The graph → DOT, for Graphviz.

use std::fmt::Write;

use super::{Graph, words};

/// Writes the graph: dashed lines for what was not found or is optional, red for cycles.
pub(super) fn write(graph: &Graph) -> String {
    let mut out = String::from(
        "digraph pipelines {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  \
         edge [fontname=\"sans-serif\", fontsize=10];\n",
    );
    for node in &graph.nodes {
        let text = [&node.display_name, words::account(node), &words::start(node)].join("\n");
        let style = if node.found.is_none() { ", style=\"rounded,dashed\"" } else { "" };
        let color = if node.in_cycle { ", color=\"#c62828\"" } else { "" };
        _ = writeln!(out, "  {} [label={}{style}{color}];", quoted(&node.id()), quoted(&text));
    }
    for edge in &graph.edges {
        let ends = [edge.parent, edge.child].map(|at| quoted(&graph.nodes[at].id()));
        let mut attributes = Vec::new();
        let label = words::label(edge);
        attributes.extend((!label.is_empty()).then(|| format!("label={}", quoted(&label))));
        attributes.extend(edge.optional.then(|| "style=dashed".to_owned()));
        attributes.extend(edge.in_cycle.then(|| "color=\"#c62828\"".to_owned()));
        let attributes = if attributes.is_empty() { String::new() } else { format!(" [{}]", attributes.join(", ")) };
        _ = writeln!(out, "  {} -> {}{attributes};", ends[0], ends[1]);
    }
    out.push_str("}\n");
    out
}

/// A quoted string of DOT. A backslash would begin one of its escapes, such as `\N`.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("\"{text}\"")
}
