//! Values with typed references → JSON, with references as CloudFormation writes them.

use std::borrow::Cow;

use serde::ser::{Serialize, Serializer};

use crate::intrinsic::{Intrinsic, Piece, Target};
use crate::json::{Json, Object};
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

    /// A value as the template has it.
    pub fn json<'a>(&'a self, value: &'a Value) -> Json<'a> {
        match value {
            Value::Str(text) => Json::text(text),
            Value::Int(number) => Json::Int(*number),
            Value::Float(number) => Json::Float(*number),
            Value::Bool(flag) => Json::Bool(*flag),
            Value::List(items) => self.list(items),
            Value::Map(map) => Json::Object(self.object(map)),
            Value::Fn(intrinsic) => self.intrinsic(intrinsic),
        }
    }

    /// An object as the template has it.
    pub fn object<'a>(&'a self, map: &'a Map) -> Object<'a> {
        map.iter().map(|(key, value)| (key, self.json(value))).collect()
    }

    fn list<'a>(&'a self, values: &'a [Value]) -> Json<'a> {
        Json::Array(values.iter().map(|value| self.json(value)).collect())
    }

    fn intrinsic<'a>(&'a self, intrinsic: &'a Intrinsic) -> Json<'a> {
        let of = |value: &'a Value| self.json(value);
        let (name, argument) = match intrinsic {
            Intrinsic::Ref(target) => ("Ref", Json::text(self.target(target))),
            Intrinsic::GetAtt(id, attribute) => {
                ("Fn::GetAtt", Json::Array(vec![Json::text(self.of(*id)), Json::text(attribute)]))
            }
            Intrinsic::Sub(pieces) if pieces.iter().all(|p| matches!(p, Piece::Text(_))) => return plain(pieces),
            Intrinsic::Sub(pieces) => ("Fn::Sub", Json::String(Cow::Owned(self.sub(pieces)))),
            Intrinsic::Join(with, items) => ("Fn::Join", Json::Array(vec![Json::text(with), of(items)])),
            Intrinsic::Select(index, list) => ("Fn::Select", Json::Array(vec![Json::Int(i64::from(*index)), of(list)])),
            Intrinsic::Split(with, text) => ("Fn::Split", Json::Array(vec![Json::text(with), of(text)])),
            Intrinsic::If(condition, a, b) => ("Fn::If", Json::Array(vec![Json::text(condition), of(a), of(b)])),
            Intrinsic::GetAzs(region) => ("Fn::GetAZs", of(region)),
            Intrinsic::FindInMap(a, b, c) => ("Fn::FindInMap", Json::Array(vec![of(a), of(b), of(c)])),
            Intrinsic::ImportValue(name) => ("Fn::ImportValue", of(name)),
            Intrinsic::Base64(text) => ("Fn::Base64", of(text)),
            Intrinsic::Cidr(a, b, c) => ("Fn::Cidr", Json::Array(vec![of(a), of(b), of(c)])),
            Intrinsic::Equals(a, b) => ("Fn::Equals", Json::Array(vec![of(a), of(b)])),
            Intrinsic::And(all) => ("Fn::And", self.list(all)),
            Intrinsic::Or(any) => ("Fn::Or", self.list(any)),
            Intrinsic::Not(condition) => ("Fn::Not", Json::Array(vec![of(condition)])),
            Intrinsic::Condition(name) => ("Condition", Json::text(name)),
            Intrinsic::Other(name, value) => (name.as_ref(), of(value)),
        };
        Json::only(name, argument)
    }

    fn sub(&self, pieces: &[Piece]) -> String {
        let mut text = String::with_capacity(96);
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

/// A `Fn::Sub` without a reference is a text.
fn plain(pieces: &[Piece]) -> Json<'_> {
    let text = |piece: &'_ Piece| if let Piece::Text(text) = piece { text.to_string() } else { String::new() };
    match pieces {
        [Piece::Text(text)] => Json::text(text),
        pieces => Json::String(pieces.iter().map(text).collect()),
    }
}

/// An object together with the names that its references stand for, for serde.
pub struct RenderedMap<'a> {
    /// The object.
    pub map: &'a Map,
    /// The names.
    pub ids: &'a Ids,
}

impl Serialize for RenderedMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.ids.object(self.map).serialize(serializer)
    }
}
