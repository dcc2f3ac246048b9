//! Stack → Template: logical ids given, references and limits checked, ready to be written as JSON or YAML.

use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::fault::Fault;
use crate::limits::{self, Usage};
use crate::logical_id::{MAX_LENGTH, logical_id};
use crate::render::{Ids, Rendered, RenderedMap};
use crate::stack::{Output, Stack};
use crate::tree::{Origin, ResourceId, ResourceNode};
use crate::value::Map;

/// A checked stack.
pub struct Template<'a> {
    stack: &'a Stack,
    ids: Ids,
}

/// A resource of a template, for checks and reports.
pub struct ResourceView<'a> {
    /// Its logical id.
    pub id: &'a str,
    /// Its names in the tree, from the top.
    pub path: Vec<&'a str>,
    /// Its CloudFormation type.
    pub resource_type: &'a str,
    /// Its properties.
    pub properties: &'a Map,
    /// Where in the user's file it came from.
    pub origin: Option<&'a Origin>,
}

impl Stack {
    /// Gives logical ids and checks the stack. All faults are told at once.
    pub fn template(&self) -> Result<Template<'_>, Vec<Fault>> {
        let mut faults = Vec::new();
        let ids = Ids(self.logical_ids(&mut faults));
        crate::check::check(self, &ids, &mut faults);
        if faults.is_empty() { Ok(Template { stack: self, ids }) } else { Err(faults) }
    }

    fn logical_ids(&self, faults: &mut Vec<Fault>) -> Vec<String> {
        let mut seen: IndexMap<String, String> = IndexMap::with_capacity(self.tree.resources.len());
        let mut used = Vec::new();
        for resource in &self.tree.resources {
            let path = self.tree.path(resource);
            let mut id = logical_id(&path);
            if let Some(old) = self.renames.get(&id) {
                used.push(id);
                id = old.to_owned();
            }
            if id.is_empty() || id.len() > MAX_LENGTH || !id.chars().all(|c| c.is_ascii_alphanumeric()) {
                faults.push(Fault::BadId(id.clone()));
            }
            if let Some(other) = seen.insert(id.clone(), path.join("/")) {
                faults.push(Fault::DuplicateId { id, paths: [other, path.join("/")] });
                // A place is kept, so that later ids stand at their resources' index.
                seen.insert(format!("{}#{}", path.join("/"), seen.len()), String::new());
            }
        }
        for (new, old) in self.renames.iter() {
            if !used.iter().any(|u| u == new) {
                faults.push(Fault::UnusedRename { new: new.to_owned(), old: old.to_owned() });
            }
        }
        seen.into_keys().collect()
    }
}

impl<'a> Template<'a> {
    /// The stack's name.
    pub fn name(&self) -> &str {
        &self.stack.name
    }

    /// The stack that was checked.
    pub fn stack(&self) -> &'a Stack {
        self.stack
    }

    /// The logical ids.
    pub fn ids(&self) -> &Ids {
        &self.ids
    }

    /// All resources in their order.
    pub fn resources(&self) -> impl Iterator<Item = ResourceView<'_>> {
        self.stack.tree.resources.iter().zip(&self.ids.0).map(|(node, id)| self.view(node, id))
    }

    /// One resource.
    pub fn resource(&self, id: ResourceId) -> Option<ResourceView<'_>> {
        let own = id.stack == self.stack.mark;
        let node = self.stack.tree.resources.get(id.index as usize).filter(|_| own)?;
        Some(self.view(node, self.ids.of(id)))
    }

    fn view<'b>(&'b self, node: &'b ResourceNode, id: &'b str) -> ResourceView<'b> {
        ResourceView {
            id,
            path: self.stack.tree.path(node),
            resource_type: &node.resource_type,
            properties: &node.properties,
            origin: self.stack.tree.origin(node),
        }
    }

    /// The template as JSON, one space a level, with a line end at the end.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        let mut out = Vec::with_capacity(64 * 1024);
        let format = serde_json::ser::PrettyFormatter::with_indent(b" ");
        self.serialize(&mut serde_json::Serializer::with_formatter(&mut out, format))?;
        out.push(b'\n');
        // Hundreds of templates are kept until all of them are checked.
        out.shrink_to_fit();
        String::from_utf8(out).map_err(<serde_json::Error as serde::ser::Error>::custom)
    }

    /// How full the template is, for a text of that many bytes. Over CloudFormation's size limit it is a fault.
    pub fn usage(&self, bytes: usize) -> Result<Usage, Fault> {
        if bytes > limits::S3_BYTES {
            return Err(Fault::OverLimit { what: "bytes of template", got: bytes, limit: limits::S3_BYTES });
        }
        Ok(Usage {
            resources: self.stack.tree.resources.len(),
            parameters: self.stack.parameters.len(),
            outputs: self.stack.outputs.len(),
            bytes,
        })
    }
}

impl Serialize for Template<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (stack, ids) = (self.stack, &self.ids);
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("AWSTemplateFormatVersion", "2010-09-09")?;
        if !stack.description.is_empty() {
            out.serialize_entry("Description", &stack.description)?;
        }
        if !stack.metadata.is_empty() {
            out.serialize_entry("Metadata", &RenderedMap { map: &stack.metadata, ids })?;
        }
        section(
            &mut out,
            "Parameters",
            stack.parameters.iter().map(|(k, p)| (k.as_ref(), RenderedMap { map: &p.fields, ids })),
        )?;
        section(&mut out, "Mappings", stack.mappings.iter().map(|(k, m)| (k.as_ref(), RenderedMap { map: m, ids })))?;
        section(
            &mut out,
            "Conditions",
            stack.conditions.iter().map(|(k, value)| (k.as_ref(), Rendered { value, ids })),
        )?;
        let nodes = stack.tree.resources.iter().zip(&ids.0);
        section(&mut out, "Resources", nodes.map(|(node, id)| (id.as_str(), RenderedResource { node, ids })))?;
        section(
            &mut out,
            "Outputs",
            stack.outputs.iter().map(|(k, o)| (k.as_ref(), RenderedOutput { output: o, ids })),
        )?;
        out.end()
    }
}

fn section<'k, M: SerializeMap, V: Serialize>(
    out: &mut M,
    name: &str,
    entries: impl Iterator<Item = (&'k str, V)>,
) -> Result<(), M::Error> {
    let entries: Vec<_> = entries.collect();
    if entries.is_empty() { Ok(()) } else { out.serialize_entry(name, &Entries(&entries)) }
}

/// An object of entries that are already in order.
struct Entries<'a, 'k, V>(&'a [(&'k str, V)]);

impl<V: Serialize> Serialize for Entries<'_, '_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            out.serialize_entry(key, value)?;
        }
        out.end()
    }
}

struct RenderedOutput<'a> {
    output: &'a Output,
    ids: &'a Ids,
}

impl Serialize for RenderedOutput<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("Description", &self.output.description)?;
        out.serialize_entry("Value", &Rendered { value: &self.output.value, ids: self.ids })?;
        out.end()
    }
}

struct RenderedResource<'a> {
    node: &'a ResourceNode,
    ids: &'a Ids,
}

impl Serialize for RenderedResource<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (node, ids) = (self.node, self.ids);
        let mut out = serializer.serialize_map(None)?;
        out.serialize_entry("Type", &node.resource_type)?;
        if let Some(condition) = &node.condition {
            out.serialize_entry("Condition", condition)?;
        }
        if !node.depends_on.is_empty() {
            let names: Vec<&str> = node.depends_on.iter().map(|id| ids.of(*id)).collect();
            out.serialize_entry("DependsOn", &names)?;
        }
        if let Some(policy) = node.deletion_policy {
            out.serialize_entry("DeletionPolicy", policy.name())?;
        }
        if let Some(policy) = node.update_replace_policy {
            out.serialize_entry("UpdateReplacePolicy", policy.name())?;
        }
        if !node.metadata.is_empty() {
            out.serialize_entry("Metadata", &RenderedMap { map: &node.metadata, ids })?;
        }
        if !node.properties.is_empty() {
            out.serialize_entry("Properties", &RenderedMap { map: &node.properties, ids })?;
        }
        out.end()
    }
}
