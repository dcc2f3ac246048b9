//! Checked plans → the dependency graph of all pipelines found, and its pictures: text, Mermaid, DOT, JSON, one HTML page.
//!
//! A parent that was named and not found is a node as well, marked as such. Everything here is a function of the plans: the same files
//! give the same bytes.

mod build;
mod dot;
pub(crate) mod html;
mod json;
mod layout;
mod mermaid;
mod order;
#[cfg(test)]
mod tests;
mod text;
pub(crate) mod words;

use pipesynth_contract::Status;
use pipesynth_contract::options::{Offset, Within};
use pipesynth_contract::starts::{Executions, Operator, Schedule};

/// All pipelines and who waits for whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    /// Parents before their children (cycles apart), then by account and name.
    pub nodes: Vec<Node>,
    /// By child, then in the order of the child's canonical condition.
    pub edges: Vec<Edge>,
}

/// A pipeline: account and lower-case name are its identity.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// 12 digits; `None` is any account.
    pub account: Option<String>,
    /// What pipesynth.yaml calls the account.
    pub alias: Option<String>,
    /// Lower-case name.
    pub name: String,
    /// The name as its owner writes it; where it was not found, as the first pipeline that waits for it does.
    pub display_name: String,
    /// What its file says; `None` where it was only named by others.
    pub found: Option<Found>,
    /// Whether it lies on a cycle.
    pub in_cycle: bool,
}

/// What a pipeline's file says of its start.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The file, as shown from the path that was looked under.
    pub file: String,
    /// Owner.
    pub team: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its schedule.
    pub schedule: Option<Schedule>,
    /// Its condition in canonical form, with its options.
    pub executions: Option<Executions>,
    /// How both are joined.
    pub operator: Option<Operator>,
    /// Its lower-case name before, which conditions may still write.
    pub former: Option<String>,
}

/// A child waits for a parent. The same two may have several edges, with other statuses or offsets.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// The one that runs first, by its position.
    pub parent: usize,
    /// The one that waits, by its position.
    pub child: usize,
    /// The statuses that count.
    pub statuses: Vec<Status>,
    /// Whether the condition may hold without it.
    pub optional: bool,
    /// Moves the parent's logical date.
    pub offset: Option<Offset>,
    /// How long the parent's run stays valid, where the edge says so itself.
    pub within: Option<Within>,
    /// The groups of the condition around it, the outermost first; empty for a condition of one parent.
    pub groups: Vec<Group>,
    /// Whether it is part of a cycle.
    pub in_cycle: bool,
}

/// A group of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// `AND` is `allOf`, `OR` is `anyOf`.
    pub operator: Operator,
    /// Its number among the groups beside it, from 1; `None` where it is the only one.
    pub number: Option<usize>,
}

/// How a graph is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A list for terminals.
    Text,
    /// A flowchart for Markdown pages.
    Mermaid,
    /// For Graphviz.
    Dot,
    /// For programs.
    Json,
    /// One page that needs nothing else.
    Html,
}

impl Graph {
    /// The graph as text of a format, with a line end at its end.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Text => text::write(self),
            Format::Mermaid => mermaid::write(self),
            Format::Dot => dot::write(self),
            Format::Json => json::write(self),
            Format::Html => html::write(self),
        }
    }

    /// The edges into each node.
    fn into(&self) -> Vec<Vec<&Edge>> {
        let mut into = vec![Vec::new(); self.nodes.len()];
        self.edges.iter().for_each(|edge| into[edge.child].push(edge));
        into
    }

    /// The children of each node, each once, in order.
    fn children(&self) -> Vec<Vec<usize>> {
        let mut children = vec![Vec::new(); self.nodes.len()];
        self.edges.iter().for_each(|edge| children[edge.parent].push(edge.child));
        for list in &mut children {
            list.sort_unstable();
            list.dedup();
        }
        children
    }
}

impl Node {
    /// `111111111111/listings`; `*/listings` for a pipeline of any account.
    pub fn id(&self) -> String {
        format!("{}/{}", self.account.as_deref().unwrap_or("*"), self.name)
    }
}
