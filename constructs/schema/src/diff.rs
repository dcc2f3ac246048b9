//! Old and new properties of one resource → its changes and what each does to the physical resource.

use std::collections::BTreeSet;

use pipesynth_core::{Map, Value};

use crate::finding::Path;
use crate::model::{Object, Schema, Shape, ShapeId};

/// What a change does to the physical resource; the greater is the graver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Impact {
    /// It is updated in place.
    Update,
    /// It may be replaced: that depends on more than the property.
    MayReplace,
    /// It is replaced: created anew, the old one deleted.
    Replace,
}

/// One changed property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which, as in [`crate::Finding`]: `ProvisionedThroughput.ReadCapacityUnits`.
    pub path: String,
    /// What it does.
    pub impact: Impact,
}

impl Schema {
    /// The changes from the old properties to the new ones, sorted by path within each object. Equal properties give none;
    /// a property that the schema does not know counts as [`Impact::Update`].
    pub fn changes(&self, old: &Map, new: &Map) -> Vec<Change> {
        let mut differ = Differ { schema: self, changes: Vec::new() };
        differ.object(self.objects.first(), old, new, Impact::Update, &Path::Root);
        differ.changes
    }

    /// The gravest of [`Schema::changes`], none where nothing changed.
    pub fn impact(&self, old: &Map, new: &Map) -> Option<Impact> {
        self.changes(old, new).into_iter().map(|change| change.impact).max()
    }
}

struct Differ<'s> {
    schema: &'s Schema,
    changes: Vec<Change>,
}

impl Differ<'_> {
    fn object(&mut self, object: Option<&Object>, old: &Map, new: &Map, above: Impact, path: &Path<'_>) {
        let names: BTreeSet<&str> = old.iter().chain(new.iter()).map(|(name, _)| name).collect();
        for name in names {
            let (old, new) = (old.get(name), new.get(name));
            if old == new {
                continue;
            }
            let path = Path::Key(path, name);
            let property = object.and_then(|object| object.property(name));
            let own = match property {
                Some(p) if p.replaces() => Impact::Replace,
                Some(p) if p.may_replace() => Impact::MayReplace,
                _ => Impact::Update,
            };
            self.value(property.map(|p| p.shape), old, new, own.max(above), &path);
        }
    }

    fn value(
        &mut self,
        shape: Option<ShapeId>,
        old: Option<&Value>,
        new: Option<&Value>,
        impact: Impact,
        path: &Path<'_>,
    ) {
        let shape = shape.and_then(|at| self.schema.shapes.get(at as usize));
        match (shape, old, new) {
            // The whole property replaces: what is below it says nothing more.
            _ if impact == Impact::Replace => self.add(impact, path),
            (Some(Shape::Object(at)), Some(Value::Map(old)), Some(Value::Map(new))) => {
                let schema = self.schema;
                self.object(schema.objects.get(*at as usize), old, new, impact, path);
            }
            (Some(Shape::List { item, .. }), Some(Value::List(old)), Some(Value::List(new)))
                if old.len() == new.len() =>
            {
                for (at, (old, new)) in old.iter().zip(new).enumerate().filter(|(_, (old, new))| old != new) {
                    self.value(Some(*item), Some(old), Some(new), impact, &Path::Index(path, at));
                }
            }
            _ => self.add(impact, path),
        }
    }

    fn add(&mut self, impact: Impact, path: &Path<'_>) {
        self.changes.push(Change { path: path.to_string(), impact });
    }
}
