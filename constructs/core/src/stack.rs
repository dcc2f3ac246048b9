//! One stack: its tree, parameters, conditions, mappings, outputs, tags and renames. Adding never fails; faults are told when the template is written.

use indexmap::IndexMap;

use crate::intrinsic::{Intrinsic, parameter};
use crate::logical_id::{Renames, fnv1a};
use crate::tree::{Origin, Policy, ResourceId, ResourceNode, Scope, ScopeNode, Tree};
use crate::typed::{Handle, Resource};
use crate::value::{Map, Text, Value};

/// A template parameter.
#[derive(Clone, Debug, Default)]
pub struct Parameter {
    pub(crate) fields: Map,
}

impl Parameter {
    /// A parameter of a CloudFormation parameter type, such as `String` or `AWS::SSM::Parameter::Value<String>`.
    pub fn new(kind: &'static str, description: &'static str) -> Self {
        Self { fields: Map::from([("Type", kind), ("Description", description)]) }
    }

    /// Sets another field: `Default`, `AllowedPattern`, `AllowedValues`, `ConstraintDescription`, `NoEcho` …
    #[must_use]
    pub fn with(mut self, field: &'static str, value: impl Into<Value>) -> Self {
        self.fields.set(field, value);
        self
    }
}

/// A template output.
#[derive(Clone, Debug)]
pub struct Output {
    pub(crate) value: Value,
    pub(crate) description: Text,
}

/// A stack under construction.
pub struct Stack {
    pub(crate) name: String,
    pub(crate) mark: u32,
    pub(crate) description: String,
    pub(crate) tree: Tree,
    pub(crate) parameters: IndexMap<Text, Parameter>,
    pub(crate) conditions: IndexMap<Text, Value>,
    pub(crate) mappings: IndexMap<Text, Map>,
    pub(crate) outputs: IndexMap<Text, Output>,
    pub(crate) tags: IndexMap<String, String>,
    pub(crate) metadata: Map,
    pub(crate) renames: Renames,
}

impl Stack {
    /// An empty stack. The name is the CloudFormation stack's: 1 to 128 characters, letters, digits and dashes.
    pub fn new(name: impl Into<String>, description: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            mark: fnv1a(&name),
            name,
            description: description.into(),
            tree: Tree::new(),
            parameters: IndexMap::new(),
            conditions: IndexMap::new(),
            mappings: IndexMap::new(),
            outputs: IndexMap::new(),
            tags: IndexMap::new(),
            metadata: Map::new(),
            renames: Renames::default(),
        }
    }

    /// The stack's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The scope at the top.
    pub fn root(&self) -> Scope {
        Scope { stack: self.mark, index: 0 }
    }

    /// A new scope under another.
    pub fn scope(&mut self, parent: Scope, name: impl Into<String>) -> Scope {
        let index = self.tree.scopes.len() as u32;
        self.tree.scopes.push(ScopeNode { parent: Some(parent.index), name: name.into(), origin: None });
        Scope { stack: self.mark, index }
    }

    /// Says where in the user's file a scope and all below it came from.
    pub fn set_origin(&mut self, scope: Scope, origin: Origin) {
        if let Some(node) = self.tree.scopes.get_mut(scope.index as usize) {
            node.origin = Some(origin);
        }
    }

    /// Adds a resource to a scope.
    pub fn add<R: Resource>(&mut self, scope: Scope, name: impl Into<String>, resource: R) -> Handle<R> {
        let index = self.tree.resources.len() as u32;
        self.tree.resources.push(ResourceNode {
            scope: scope.index,
            name: name.into(),
            resource_type: resource.resource_type(),
            properties: resource.into_properties(),
            depends_on: Vec::new(),
            condition: None,
            metadata: Map::new(),
            deletion_policy: None,
            update_replace_policy: None,
            origin: None,
        });
        Handle::new(ResourceId { stack: self.mark, index })
    }

    /// Adds a parameter and gives the `Ref` to it. A parameter added twice keeps the first declaration.
    pub fn parameter(&mut self, name: impl Into<Text>, declared: Parameter) -> Intrinsic {
        let name = name.into();
        self.parameters.entry(name.clone()).or_insert(declared);
        parameter(name)
    }

    /// Adds a condition, for [`Stack::set_condition`] and `Fn::If`.
    pub fn condition(&mut self, name: impl Into<Text>, expression: Intrinsic) {
        self.conditions.insert(name.into(), expression.into());
    }

    /// Adds a mapping: first key → second key → value.
    pub fn mapping(&mut self, name: impl Into<Text>, table: Map) {
        self.mappings.insert(name.into(), table);
    }

    /// Adds an output.
    pub fn output(&mut self, name: impl Into<Text>, description: impl Into<Text>, value: impl Into<Value>) {
        self.outputs.insert(name.into(), Output { value: value.into(), description: description.into() });
    }

    /// Adds a tag that every resource that can carry tags gets.
    pub fn tag(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.tags.insert(key.into(), value.into());
    }

    /// The tags in their order.
    pub fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// Sets a key of the template's `Metadata`.
    pub fn metadata(&mut self, key: impl Into<Text>, value: impl Into<Value>) {
        self.metadata.set(key, value);
    }

    /// The rename table, for resources that moved in the tree.
    pub fn renames_mut(&mut self) -> &mut Renames {
        &mut self.renames
    }

    fn node(&mut self, id: ResourceId) -> Option<&mut ResourceNode> {
        let own = id.stack == self.mark;
        self.tree.resources.get_mut(id.index as usize).filter(|_| own)
    }

    /// `DependsOn`: the resource waits for another.
    pub fn depends_on(&mut self, resource: ResourceId, on: ResourceId) {
        if let Some(node) = self.node(resource) {
            node.depends_on.push(on);
        }
    }

    /// `Condition`: the resource exists only where the condition holds.
    pub fn set_condition(&mut self, resource: ResourceId, condition: impl Into<Text>) {
        let condition = condition.into();
        if let Some(node) = self.node(resource) {
            node.condition = Some(condition);
        }
    }

    /// `DeletionPolicy` and `UpdateReplacePolicy` alike.
    pub fn set_policy(&mut self, resource: ResourceId, policy: Policy) {
        self.set_policies(resource, policy, policy);
    }

    /// `DeletionPolicy`, then `UpdateReplacePolicy`.
    pub fn set_policies(&mut self, resource: ResourceId, deletion: Policy, replacement: Policy) {
        if let Some(node) = self.node(resource) {
            node.deletion_policy = Some(deletion);
            node.update_replace_policy = Some(replacement);
        }
    }

    /// Sets a key of the resource's `Metadata`.
    pub fn set_metadata(&mut self, resource: ResourceId, key: impl Into<Text>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        if let Some(node) = self.node(resource) {
            node.metadata.set(key, value);
        }
    }

    /// Says where in the user's file a resource came from; without it, its scope's origin counts.
    pub fn set_resource_origin(&mut self, resource: ResourceId, origin: Origin) {
        if let Some(node) = self.node(resource) {
            node.origin = Some(origin);
        }
    }

    /// Every resource's type and properties, for passes over all of them (tags, checks).
    pub fn resources_mut(&mut self) -> impl Iterator<Item = (&str, &mut Map)> {
        self.tree.resources.iter_mut().map(|r| (r.resource_type.as_ref(), &mut r.properties))
    }
}
