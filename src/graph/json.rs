//! The graph → JSON for programs.
//!
//! `version` counts up when a key changes its meaning; new keys may come without that.

use serde_json::{Map, Value, json};

use super::{Edge, Graph, Node, words};

/// Version of the format.
const VERSION: u32 = 1;

/// Writes the document, indented.
pub(super) fn write(graph: &Graph) -> String {
    let mut text = serde_json::to_string_pretty(&document(graph)).unwrap_or_default();
    text.push('\n');
    text
}

/// `{version, pipelines, dependencies}`.
pub(super) fn document(graph: &Graph) -> Value {
    let dependencies: Vec<Value> = graph.edges.iter().map(|edge| dependency(graph, edge)).collect();
    let pipelines: Vec<Value> = graph.nodes.iter().map(pipeline).collect();
    json!({ "version": VERSION, "pipelines": pipelines, "dependencies": dependencies })
}

fn pipeline(node: &Node) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<Value>| _ = value.map(|value| out.insert(key.to_owned(), value));
    put("id", Some(node.id().into()));
    put("name", Some(node.display_name.clone().into()));
    put("account", node.account.clone().map(Value::from));
    put("alias", node.alias.clone().map(Value::from));
    put("found", Some(node.found.is_some().into()));
    put("starts", Some(words::start(node).into()));
    put("inCycle", node.in_cycle.then_some(Value::Bool(true)));
    if let Some(found) = &node.found {
        put("team", found.team.clone().map(Value::from));
        put("description", found.description.clone().map(Value::from));
        put("schedule", found.schedule.as_ref().and_then(|s| serde_json::to_value(s).ok()));
        put("executions", found.executions.as_ref().and_then(|e| serde_json::to_value(e).ok()));
        put("operator", found.operator.as_ref().and_then(|o| serde_json::to_value(o).ok()));
        put("file", Some(found.file.clone().into()));
    }
    Value::Object(out)
}

fn dependency(graph: &Graph, edge: &Edge) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Option<Value>| _ = value.map(|value| out.insert(key.to_owned(), value));
    put("parent", Some(graph.nodes[edge.parent].id().into()));
    put("child", Some(graph.nodes[edge.child].id().into()));
    put("status", Some(edge.statuses.iter().map(|s| s.as_str()).collect()));
    let groups = words::groups(&edge.groups);
    put("group", (!groups.is_empty()).then(|| groups.into()));
    put("optional", edge.optional.then_some(Value::Bool(true)));
    put("offset", edge.offset.map(|o| o.to_string().into()));
    put("within", edge.within.map(|w| w.to_string().into()));
    put("inCycle", edge.in_cycle.then_some(Value::Bool(true)));
    Value::Object(out)
}
