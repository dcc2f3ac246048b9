//! A pipeline's start condition → its canonical And/Or tree, the same for every way of writing it.
//!
//! On the wire a group is `{"allOf": [...]}` or `{"anyOf": [...]}` and a leaf is
//! `{"account": "111111111111", "name": "listings", "status": ["SUCCEEDED"]}`. The tree has no negation, so more parents
//! that match never turn a true condition false.

use serde::{Deserialize, Serialize};

use crate::options::{Offset, Within};
use crate::{ContractError, Status, check_account, check_name, lenient};

/// One parent in one of some statuses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Leaf {
    /// The parent's account; `None` on the way through CloudFormation means the child's own (see [`Node::resolved`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The parent's lower-case name.
    pub name: String,
    /// The statuses that make the leaf true, in the order of [`Status`], each once.
    pub status: Vec<Status>,
    /// Whether the condition may hold without this leaf.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Overrides the condition's own `within`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<Within>,
    /// Moves the parent's logical time: `-1d` meets yesterday's run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<Offset>,
}

/// A group or a leaf.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "RawNode", untagged)]
pub enum Node {
    /// True when all are true.
    AllOf {
        /// At least one node.
        #[serde(rename = "allOf")]
        all_of: Vec<Node>,
    },
    /// True when one is true.
    AnyOf {
        /// At least one node.
        #[serde(rename = "anyOf")]
        any_of: Vec<Node>,
    },
    /// One parent.
    Leaf(Leaf),
}

/// Every key a node may have, so that a wrong mix is told by name and not as "no variant matched".
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawNode {
    all_of: Option<Vec<Node>>,
    any_of: Option<Vec<Node>>,
    account: Option<String>,
    name: Option<String>,
    status: Option<Vec<Status>>,
    #[serde(default, deserialize_with = "lenient::bool_or_text")]
    optional: bool,
    within: Option<Within>,
    offset: Option<Offset>,
}

impl TryFrom<RawNode> for Node {
    type Error = ContractError;

    fn try_from(raw: RawNode) -> Result<Self, Self::Error> {
        match (raw.all_of, raw.any_of, raw.name, raw.status) {
            (Some(all_of), None, None, None) => Ok(Node::AllOf { all_of }),
            (None, Some(any_of), None, None) => Ok(Node::AnyOf { any_of }),
            (None, None, Some(name), Some(status)) => Ok(Node::Leaf(Leaf {
                account: raw.account,
                name,
                status,
                optional: raw.optional,
                within: raw.within,
                offset: raw.offset,
            })),
            _ => Err(ContractError::new(
                "a node of a condition has `allOf` alone, or `anyOf` alone, or `name` and `status`",
            )),
        }
    }
}

impl Node {
    /// The canonical form: nested groups of one kind are one group, a group of one is its member, members and statuses are
    /// sorted and stand once. Two conditions that differ only in spelling have the same canonical form.
    pub fn canonical(self) -> Node {
        match self {
            Node::AllOf { all_of } => {
                let members = all_of.into_iter().map(Node::canonical);
                one_or(flat(members, Node::into_all_of), |all_of| Node::AllOf { all_of })
            }
            Node::AnyOf { any_of } => {
                let members = any_of.into_iter().map(Node::canonical);
                one_or(flat(members, Node::into_any_of), |any_of| Node::AnyOf { any_of })
            }
            Node::Leaf(mut leaf) => {
                leaf.status.sort();
                leaf.status.dedup();
                Node::Leaf(leaf)
            }
        }
    }

    fn into_all_of(self) -> Result<Vec<Node>, Node> {
        match self {
            Node::AllOf { all_of } => Ok(all_of),
            other => Err(other),
        }
    }

    fn into_any_of(self) -> Result<Vec<Node>, Node> {
        match self {
            Node::AnyOf { any_of } => Ok(any_of),
            other => Err(other),
        }
    }

    /// The same tree with the child's account in every leaf that names none.
    pub fn resolved(self, own_account: &str) -> Node {
        let all = |nodes: Vec<Node>| nodes.into_iter().map(|n| n.resolved(own_account)).collect();
        match self {
            Node::AllOf { all_of } => Node::AllOf { all_of: all(all_of) },
            Node::AnyOf { any_of } => Node::AnyOf { any_of: all(any_of) },
            Node::Leaf(mut leaf) => {
                leaf.account.get_or_insert_with(|| own_account.to_owned());
                Node::Leaf(leaf)
            }
        }
    }

    /// All leaves, left to right.
    pub fn leaves(&self) -> Vec<&Leaf> {
        match self {
            Node::AllOf { all_of: nodes } | Node::AnyOf { any_of: nodes } => {
                nodes.iter().flat_map(Node::leaves).collect()
            }
            Node::Leaf(leaf) => vec![leaf],
        }
    }

    /// Whether the tree has an AND over more than one member.
    pub fn has_and(&self) -> bool {
        match self {
            Node::AllOf { all_of } => all_of.len() > 1 || all_of.iter().any(Node::has_and),
            Node::AnyOf { any_of } => any_of.iter().any(Node::has_and),
            Node::Leaf(_) => false,
        }
    }

    /// Everything that is wrong with the tree: empty groups, leaves without status, bad accounts and names.
    pub fn findings(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.collect(&mut found);
        found
    }

    fn collect(&self, found: &mut Vec<String>) {
        match self {
            Node::AllOf { all_of: nodes } | Node::AnyOf { any_of: nodes } => {
                if nodes.is_empty() {
                    found.push("a group of a condition is empty".to_owned());
                }
                nodes.iter().for_each(|n| n.collect(found));
            }
            Node::Leaf(leaf) => {
                let account = leaf.account.as_deref().map_or(Ok(()), check_account);
                found.extend(account.err().map(|e| e.to_string()));
                found.extend(check_name(&leaf.name).err().map(|e| e.to_string()));
                if leaf.status.is_empty() {
                    found.push(format!("parent `{}` has no status", leaf.name));
                }
            }
        }
    }
}

/// The members, with each member that `open` can open replaced by its own, in order and without doubles.
fn flat(nodes: impl Iterator<Item = Node>, open: fn(Node) -> Result<Vec<Node>, Node>) -> Vec<Node> {
    let mut members = Vec::new();
    for node in nodes {
        match open(node) {
            Ok(inner) => members.extend(inner),
            Err(node) => members.push(node),
        }
    }
    members.sort();
    members.dedup();
    members
}

fn one_or(mut members: Vec<Node>, group: fn(Vec<Node>) -> Node) -> Node {
    if members.len() == 1 { members.remove(0) } else { group(members) }
}

#[cfg(test)]
#[path = "expression_tests.rs"]
mod tests;
