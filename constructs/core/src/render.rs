//! Values with typed references → the template's JSON or YAML, through serde.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::intrinsic::{Intrinsic, Piece, Target};
use crate::tree::ResourceId;
use crate::value::{Map, Value};

/// The logical ids of a stack's resources, by place.
#[derive(Clone, Debug, Default)]
pub struct Ids(pub(crate) Vec<String>);

impl Ids {
    /// The logical id of a resource of this stack.
    pub fn of(&self, id: ResourceId) -> &str {
        self.0.get(id.index as usize).map_or("", String::as_str)
    }

    fn target<'a>(&'a self, target: &'a Target) -> &'a str {
        match target {
            Target::Resource(id) => self.of(*id),
            Target::Parameter(name) => name,
            Target::Pseudo(pseudo) => pseudo.name(),
        }
    }

    fn sub(&self, pieces: &[Piece]) -> String {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(part) if part.contains('$') => text.push_str(&part.replace("${", "${!")),
                Piece::Text(part) => text.push_str(part),
                Piece::Ref(target) => {
                    text.push_str("${");
                    text.push_str(self.target(target));
                    text.push('}');
                }
                Piece::GetAtt(id, attribute) => {
                    text.push_str("${");
                    text.push_str(self.of(*id));
                    text.push('.');
                    text.push_str(attribute);
                    text.push('}');
                }
            }
        }
        text
    }
}

/// A value together with the names that its references stand for.
pub struct Rendered<'a> {
    /// The value.
    pub value: &'a Value,
    /// The names.
    pub ids: &'a Ids,
}

/// An object together with the names that its references stand for.
pub struct RenderedMap<'a> {
    /// The object.
    pub map: &'a Map,
    /// The names.
    pub ids: &'a Ids,
}

impl Serialize for RenderedMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_map(Some(self.map.len()))?;
        for (key, value) in self.map.iter() {
            out.serialize_entry(key, &Rendered { value, ids: self.ids })?;
        }
        out.end()
    }
}

impl Serialize for Rendered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Str(text) => serializer.serialize_str(text),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::List(items) => serialize_list(items, self.ids, serializer),
            Value::Map(map) => RenderedMap { map, ids: self.ids }.serialize(serializer),
            Value::Fn(intrinsic) => self.intrinsic(intrinsic, serializer),
        }
    }
}

fn serialize_list<S: Serializer>(items: &[Value], ids: &Ids, serializer: S) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_seq(Some(items.len()))?;
    for value in items {
        out.serialize_element(&Rendered { value, ids })?;
    }
    out.end()
}

impl Rendered<'_> {
    fn of<'b>(&'b self, value: &'b Value) -> Rendered<'b> {
        Rendered { value, ids: self.ids }
    }

    fn list<'b>(&'b self, values: &'b [Value]) -> Vec<Rendered<'b>> {
        values.iter().map(|v| self.of(v)).collect()
    }

    fn intrinsic<S: Serializer>(&self, intrinsic: &Intrinsic, s: S) -> Result<S::Ok, S::Error> {
        match intrinsic {
            Intrinsic::Ref(target) => call(s, "Ref", self.ids.target(target)),
            Intrinsic::GetAtt(id, attribute) => call(s, "Fn::GetAtt", &(self.ids.of(*id), attribute.as_ref())),
            Intrinsic::Sub(pieces) if pieces.iter().all(|p| matches!(p, Piece::Text(_))) => {
                s.serialize_str(&plain(pieces))
            }
            Intrinsic::Sub(pieces) => call(s, "Fn::Sub", &self.ids.sub(pieces)),
            Intrinsic::Join(with, items) => call(s, "Fn::Join", &(with.as_ref(), self.of(items))),
            Intrinsic::Select(index, list) => call(s, "Fn::Select", &(index, self.of(list))),
            Intrinsic::Split(with, text) => call(s, "Fn::Split", &(with.as_ref(), self.of(text))),
            Intrinsic::If(condition, a, b) => call(s, "Fn::If", &(condition.as_ref(), self.of(a), self.of(b))),
            Intrinsic::GetAzs(region) => call(s, "Fn::GetAZs", &self.of(region)),
            Intrinsic::FindInMap(a, b, c) => call(s, "Fn::FindInMap", &(self.of(a), self.of(b), self.of(c))),
            Intrinsic::ImportValue(name) => call(s, "Fn::ImportValue", &self.of(name)),
            Intrinsic::Base64(text) => call(s, "Fn::Base64", &self.of(text)),
            Intrinsic::Cidr(a, b, c) => call(s, "Fn::Cidr", &(self.of(a), self.of(b), self.of(c))),
            Intrinsic::Equals(a, b) => call(s, "Fn::Equals", &(self.of(a), self.of(b))),
            Intrinsic::And(all) => call(s, "Fn::And", &self.list(all)),
            Intrinsic::Or(any) => call(s, "Fn::Or", &self.list(any)),
            Intrinsic::Not(condition) => call(s, "Fn::Not", &[self.of(condition)]),
            Intrinsic::Condition(name) => call(s, "Condition", name.as_ref()),
            Intrinsic::Other(name, value) => call(s, name, &self.of(value)),
        }
    }
}

fn plain(pieces: &[Piece]) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Text(text) => text.to_string(),
        Piece::Ref(_) | Piece::GetAtt(..) => String::new(),
    };
    pieces.iter().map(text).collect()
}

fn call<S: Serializer, T: Serialize + ?Sized>(serializer: S, name: &str, argument: &T) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_map(Some(1))?;
    out.serialize_entry(name, argument)?;
    out.end()
}
