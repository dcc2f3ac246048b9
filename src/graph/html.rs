//! The graph → one HTML page that needs nothing else: an SVG drawing, search, the way of one pipeline up and down, details.
//!
//! Without scripts the drawing is there all the same. The page forbids itself every request by its content security policy.

use std::fmt::Write;

use pipesynth_contract::starts::Operator;

use super::layout::{Area, Layout, Way, layout, lines};
use super::{Edge, Graph, Node, json, words};

const TEMPLATE: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// Writes the page.
pub(super) fn write(graph: &Graph) -> String {
    fill(TEMPLATE, |page, mark| match mark {
        "style" => page.push_str(STYLE),
        "script" => page.push_str(SCRIPT),
        "summary" => page.push_str(&escaped(&summary(graph))),
        "data" => page.push_str(&data(graph)),
        "drawing" => drawing(page, graph, &layout(graph)),
        _ => {}
    })
}

/// Puts what `put` writes in the place of each `{{mark}}` of a template: one pass from left to right, so that no text of the user's is ever
/// taken for a mark.
pub(crate) fn fill(template: &str, mut put: impl FnMut(&mut String, &str)) -> String {
    let mut page = String::new();
    let mut rest = template;
    while let Some((before, mark)) = rest.split_once("{{") {
        let (mark, after) = mark.split_once("}}").unwrap_or((mark, ""));
        page.push_str(before);
        put(&mut page, mark);
        rest = after;
    }
    page.push_str(rest);
    page
}

fn summary(graph: &Graph) -> String {
    format!(
        "{}, {}",
        words::count(graph.nodes.len(), "pipeline", "pipelines"),
        words::count(graph.edges.len(), "dependency", "dependencies")
    )
}

/// The JSON document inside a script element, which only `<` could end.
fn data(graph: &Graph) -> String {
    json::document(graph).to_string().replace('<', "\\u003c")
}

fn drawing(out: &mut String, graph: &Graph, layout: &Layout) {
    let (width, height) = (layout.width, layout.height);
    _ = writeln!(out, "<svg id=\"drawing\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">");
    out.push_str(
        "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">\
         <path d=\"M0 0 8 4 0 8z\" fill=\"context-stroke\"/></marker></defs>\n<g id=\"edges\">\n",
    );
    for (edge, way) in graph.edges.iter().zip(&layout.edges) {
        arrow(out, graph, edge, way);
    }
    out.push_str("</g>\n<g id=\"nodes\">\n");
    let into = graph.into();
    for ((node, area), into) in graph.nodes.iter().zip(&layout.nodes).zip(&into) {
        rectangle(out, node, *area, into);
    }
    out.push_str("</g>\n</svg>");
}

fn arrow(out: &mut String, graph: &Graph, edge: &Edge, way: &Way) {
    let mut class = String::from("edge");
    class.push_str(if edge.optional { " optional" } else { "" });
    class.push_str(if edge.in_cycle { " cycle" } else { "" });
    let [parent, child] = [edge.parent, edge.child].map(|at| &graph.nodes[at].display_name);
    let groups = words::groups(&edge.groups);
    let groups = if groups.is_empty() { groups } else { format!("{groups}: ") };
    let title = format!("{parent} → {child}\n{groups}{}", words::demand(edge));
    _ = writeln!(
        out,
        "<path class=\"{class}\" marker-end=\"url(#tip)\" d=\"{}\"><title>{}</title></path>",
        way.path(),
        escaped(&title)
    );
}

fn rectangle(out: &mut String, node: &Node, area: Area, into: &[&Edge]) {
    let mut class = String::from("node");
    class.push_str(if node.found.is_none() { " missing" } else { "" });
    class.push_str(if node.in_cycle { " cycle" } else { "" });
    let (first, second) = lines(node);
    let Area { x, y, width, height } = area;
    _ = write!(
        out,
        "<g class=\"{class}\" tabindex=\"0\" role=\"button\" transform=\"translate({x} {y})\">\
         <rect width=\"{width}\" height=\"{height}\" rx=\"6\"/>\
         <text class=\"name\" x=\"14\" y=\"20\">{}</text><text class=\"more\" x=\"14\" y=\"37\">{}</text>",
        escaped(first),
        escaped(&second)
    );
    if let Some(join) = join(into) {
        _ = write!(out, "<text class=\"join\" x=\"-4\" y=\"{}\">{join}</text>", height / 2 - 6);
    }
    _ = writeln!(out, "<title>{}</title></g>", escaped(&title(node)));
}

/// How the arrows into a node are joined: `all`, `any`, or `all …` where groups stand in groups.
fn join(into: &[&Edge]) -> Option<String> {
    let outer = into.first()?.groups.first()?;
    let nested = into.iter().any(|edge| edge.groups.len() > 1);
    Some(format!("{}{}", if outer.operator == Operator::And { "all" } else { "any" }, if nested { " …" } else { "" }))
}

fn title(node: &Node) -> String {
    let found = node.found.as_ref();
    let mut lines = vec![node.display_name.clone(), words::account_with_id(node), words::start(node)];
    lines.extend(found.and_then(|f| f.team.clone()));
    lines.extend(found.and_then(|f| f.description.clone()));
    lines.join("\n")
}

/// Text for HTML, between tags and in quotes.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
