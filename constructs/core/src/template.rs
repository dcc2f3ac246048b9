//! Stack → Template: logical ids given, references and limits checked, ready to be written as JSON or YAML.

use indexmap::IndexMap;

use crate::fault::Fault;
use crate::json::{Json, Object};
use crate::limits::{self, Usage};
use crate::logical_id::{MAX_LENGTH, logical_id};
use crate::render::Ids;
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

    /// Logical id and type of a resource.
    pub fn kind(&self, id: ResourceId) -> Option<(&str, &str)> {
        let own = id.stack == self.stack.mark;
        let node = self.stack.tree.resources.get(id.index as usize).filter(|_| own)?;
        Some((self.ids.of(id), &node.resource_type))
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

    /// The template as JSON in memory.
    pub fn json(&self) -> Json<'_> {
        let (stack, ids) = (self.stack, &self.ids);
        let mut out = Object::default();
        out.push("AWSTemplateFormatVersion", Json::text("2010-09-09"));
        if !stack.description.is_empty() {
            out.push("Description", Json::text(&stack.description));
        }
        let parameters = stack.parameters.iter().map(|(name, p)| (name.as_ref(), Json::Object(ids.object(&p.fields))));
        let mappings = stack.mappings.iter().map(|(name, map)| (name.as_ref(), Json::Object(ids.object(map))));
        let conditions = stack.conditions.iter().map(|(name, value)| (name.as_ref(), ids.json(value)));
        let resources = stack.tree.resources.iter().zip(&ids.0).map(|(node, id)| (id.as_str(), resource(node, ids)));
        let outputs = stack.outputs.iter().map(|(name, output)| (name.as_ref(), self::output(output, ids)));
        for (section, entries) in [
            ("Metadata", ids.object(&stack.metadata)),
            ("Parameters", parameters.collect()),
            ("Mappings", mappings.collect()),
            ("Conditions", conditions.collect()),
            ("Resources", resources.collect()),
            ("Outputs", outputs.collect()),
        ] {
            if !entries.is_empty() {
                out.push(section, Json::Object(entries));
            }
        }
        Json::Object(out)
    }

    /// The template as JSON text, one space a level, with a line end at the end.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        crate::text::pretty(&self.json())
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

fn output<'a>(output: &'a Output, ids: &'a Ids) -> Json<'a> {
    let mut out = Object::default();
    out.push("Description", Json::text(&output.description));
    out.push("Value", ids.json(&output.value));
    Json::Object(out)
}

fn resource<'a>(node: &'a ResourceNode, ids: &'a Ids) -> Json<'a> {
    let mut out = Object::default();
    out.push("Type", Json::text(&node.resource_type));
    if let Some(condition) = &node.condition {
        out.push("Condition", Json::text(condition));
    }
    if !node.depends_on.is_empty() {
        out.push("DependsOn", Json::Array(node.depends_on.iter().map(|id| Json::text(ids.of(*id))).collect()));
    }
    if let Some(policy) = node.deletion_policy {
        out.push("DeletionPolicy", Json::text(policy.name()));
    }
    if let Some(policy) = node.update_replace_policy {
        out.push("UpdateReplacePolicy", Json::text(policy.name()));
    }
    if !node.metadata.is_empty() {
        out.push("Metadata", Json::Object(ids.object(&node.metadata)));
    }
    if !node.properties.is_empty() {
        out.push("Properties", Json::Object(ids.object(&node.properties)));
    }
    Json::Object(out)
}
