//! One resource type's schema in memory: a table of value shapes, objects with their properties, facts about the type.

use crate::matcher::Matcher;
use crate::overlay;
use std::sync::OnceLock;

/// The schema of one resource type.
pub struct Schema {
    pub(crate) name: &'static str,
    pub(crate) shapes: Box<[Shape]>,
    /// Object 0 holds the resource's own properties.
    pub(crate) objects: Box<[Object]>,
    pub(crate) stateful: bool,
    pub(crate) delete_then_create: bool,
    pub(crate) sunset: Option<&'static str>,
    pub(crate) tags: Option<(&'static str, TagShape)>,
    pub(crate) attributes: Box<[&'static str]>,
    pub(crate) identifier: Box<[&'static str]>,
    pub(crate) permissions: [Box<[&'static str]>; 5],
}

/// The place of a shape in [`Schema::shapes`].
pub(crate) type ShapeId = u32;

/// What a value may be.
pub(crate) enum Shape {
    Any,
    /// An object or a text that holds one.
    Json,
    Bool,
    Text(Text),
    Int(Range<f64>),
    Number(Range<f64>),
    List {
        item: ShapeId,
        count: Range<u64>,
        unique: bool,
    },
    Map {
        item: ShapeId,
        count: Range<u64>,
    },
    Object(u32),
    Union(Box<[ShapeId]>),
}

/// Bounds, both inclusive.
#[derive(Clone, Copy)]
pub(crate) struct Range<N> {
    pub low: Option<N>,
    pub high: Option<N>,
}

/// A text and its constraints.
pub(crate) struct Text {
    pub values: Box<[&'static str]>,
    pub any_case: bool,
    pub pattern: Option<Pattern>,
    pub length: Range<u64>,
}

/// A regular expression, compiled on first use.
pub(crate) struct Pattern {
    pub text: &'static str,
    pub compiled: OnceLock<Option<Matcher>>,
}

/// An object: properties sorted by name.
pub(crate) struct Object {
    /// Other properties are accepted too.
    pub open: bool,
    pub properties: Box<[Property]>,
    pub rules: Box<[Rule]>,
}

/// One property.
pub(crate) struct Property {
    pub name: &'static str,
    pub shape: ShapeId,
    flags: u8,
}

/// What must hold between properties of one object.
pub(crate) enum Rule {
    /// Exactly one of them.
    OneOf(Box<[&'static str]>),
    /// At least one of them.
    AnyOf(Box<[&'static str]>),
    /// With the first, none of the others.
    Excludes(&'static str, Box<[&'static str]>),
    /// With the first, all of the others.
    Requires(&'static str, Box<[&'static str]>),
}

impl Property {
    pub(crate) fn new(name: &'static str, shape: ShapeId, flags: u8) -> Self {
        Self { name, shape, flags }
    }
    pub(crate) fn required(&self) -> bool {
        self.flags & 1 != 0
    }
    pub(crate) fn read_only(&self) -> bool {
        self.flags & 2 != 0
    }
    pub(crate) fn may_replace(&self) -> bool {
        self.flags & 4 != 0
    }
    pub(crate) fn replaces(&self) -> bool {
        self.flags & 8 != 0
    }
    pub(crate) fn write_only(&self) -> bool {
        self.flags & 16 != 0
    }
}

impl Object {
    pub(crate) fn property(&self, name: &str) -> Option<&Property> {
        let at = self.properties.binary_search_by(|p| p.name.cmp(name)).ok()?;
        self.properties.get(at)
    }
}

/// How a type takes its tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagShape {
    /// A list of `{ "Key": …, "Value": … }`.
    List,
    /// An object from keys to values.
    Map,
    /// A list of `{ "Key": …, "Value": …, "PropagateAtLaunch": … }`, as Auto Scaling groups have it.
    AutoScalingList,
}

/// What CloudFormation does to a resource, each with its own permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handler {
    /// Creates it.
    Create,
    /// Reads it.
    Read,
    /// Updates it in place.
    Update,
    /// Deletes it.
    Delete,
    /// Lists all of the type.
    List,
}

impl Schema {
    /// The type's name; of a `Custom::…` type the name that stands for all of them.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The names of the settable properties, sorted.
    pub fn properties(&self) -> impl Iterator<Item = &'static str> {
        self.own().iter().filter(|p| !p.read_only()).map(|p| p.name)
    }

    /// The names of the required properties, sorted.
    pub fn required(&self) -> impl Iterator<Item = &'static str> {
        self.own().iter().filter(|p| p.required()).map(|p| p.name)
    }

    /// The names of properties that reads never give back, such as passwords, sorted.
    pub fn write_only(&self) -> impl Iterator<Item = &'static str> {
        self.own().iter().filter(|p| p.write_only()).map(|p| p.name)
    }

    fn own(&self) -> &[Property] {
        self.objects.first().map_or(&[], |object| &object.properties)
    }

    /// The attributes that `Fn::GetAtt` knows, sorted; nested ones with a dot, as in `Endpoint.Address`.
    pub fn attributes(&self) -> &[&'static str] {
        &self.attributes
    }

    /// Whether `Fn::GetAtt` knows an attribute. Custom resources have any, nested stacks any below `Outputs`.
    pub fn has_attribute(&self, name: &str) -> bool {
        self.attributes.binary_search(&name).is_ok() || overlay::free_attribute(self.name, name)
    }

    /// The attribute that was probably meant.
    pub fn nearest_attribute(&self, name: &str) -> Option<&'static str> {
        pipesynth_diag::nearest(name, self.attributes.iter().copied())
    }

    /// Whether the resource holds data that a deletion or replacement loses. AWS's own marks and the list in `overlay.rs`.
    pub fn stateful(&self) -> bool {
        self.stateful || overlay::stateful(self.name)
    }

    /// The property that takes tags, and their shape.
    pub fn tags(&self) -> Option<(&'static str, TagShape)> {
        self.tags
    }

    /// The IAM actions that CloudFormation needs for a handler, sorted. Empty where AWS publishes none (about 110 older types).
    pub fn permissions(&self, handler: Handler) -> &[&'static str] {
        let [create, read, update, delete, list] = &self.permissions;
        match handler {
            Handler::Create => create,
            Handler::Read => read,
            Handler::Update => update,
            Handler::Delete => delete,
            Handler::List => list,
        }
    }

    /// The properties or attributes that identify one resource, in their order.
    pub fn primary_identifier(&self) -> &[&'static str] {
        &self.identifier
    }

    /// Whether a replacement deletes the old resource before it creates the new one.
    pub fn delete_then_create(&self) -> bool {
        self.delete_then_create
    }

    /// The day on which AWS ends the service, as `YYYY-MM-DD`.
    pub fn sunset(&self) -> Option<&'static str> {
        self.sunset
    }
}
