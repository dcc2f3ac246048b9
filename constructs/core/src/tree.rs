//! The tree of scopes and resources of one stack: identity is the path from the root.

use crate::value::{Map, Text};

/// A resource's place in its stack. It carries a mark of the stack, so that a reference used in another stack is found when that template is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceId {
    pub(crate) stack: u32,
    pub(crate) index: u32,
}

/// A scope: a named place in the tree that holds resources and other scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    pub(crate) stack: u32,
    pub(crate) index: u32,
}

/// Where in a user's file something came from. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file, relative to the project.
    pub path: String,
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// What CloudFormation does with the physical resource when it leaves the stack.
/// `Snapshot` exists for the types that AWS lists under the DeletionPolicy attribute, such as `AWS::RDS::DBCluster`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// It is deleted.
    Delete,
    /// It stays.
    Retain,
    /// It stays, unless the operation that created it fails.
    RetainExceptOnCreate,
    /// It is saved in a snapshot, then deleted.
    Snapshot,
}

impl Policy {
    /// The word as CloudFormation writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Retain => "Retain",
            Self::RetainExceptOnCreate => "RetainExceptOnCreate",
            Self::Snapshot => "Snapshot",
        }
    }
}

pub(crate) struct ScopeNode {
    pub parent: Option<u32>,
    pub name: String,
    pub origin: Option<Origin>,
}

pub(crate) struct ResourceNode {
    pub scope: u32,
    pub name: String,
    pub resource_type: Text,
    pub properties: Map,
    pub depends_on: Vec<ResourceId>,
    pub condition: Option<Text>,
    pub metadata: Map,
    pub deletion_policy: Option<Policy>,
    pub update_replace_policy: Option<Policy>,
    pub origin: Option<Origin>,
}

/// Scopes and resources in the order in which they were added.
pub(crate) struct Tree {
    pub scopes: Vec<ScopeNode>,
    pub resources: Vec<ResourceNode>,
}

impl Tree {
    pub fn new() -> Self {
        let root = ScopeNode { parent: None, name: String::new(), origin: None };
        Self { scopes: vec![root], resources: Vec::new() }
    }

    /// Names from the root to a resource, without the root.
    pub fn path<'a>(&'a self, resource: &'a ResourceNode) -> Vec<&'a str> {
        let mut names = vec![resource.name.as_str()];
        let mut at = Some(resource.scope);
        while let Some(scope) = at.and_then(|i| self.scopes.get(i as usize)) {
            if scope.parent.is_some() {
                names.push(&scope.name);
            }
            at = scope.parent;
        }
        names.reverse();
        names
    }

    /// The resource's own origin, or that of the nearest scope above it.
    pub fn origin<'a>(&'a self, resource: &'a ResourceNode) -> Option<&'a Origin> {
        if resource.origin.is_some() {
            return resource.origin.as_ref();
        }
        let mut at = Some(resource.scope);
        while let Some(scope) = at.and_then(|i| self.scopes.get(i as usize)) {
            if scope.origin.is_some() {
                return scope.origin.as_ref();
            }
            at = scope.parent;
        }
        None
    }
}
