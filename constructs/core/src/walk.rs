//! Value → the references in it, wherever they stand.

use crate::intrinsic::{Intrinsic, Piece, Target};
use crate::tree::ResourceId;
use crate::value::Value;

/// A reference found in a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reference<'a> {
    /// `Ref` or `Fn::GetAtt` of a resource.
    Resource(ResourceId),
    /// `Ref` of a parameter.
    Parameter(&'a str),
    /// A condition's name in `Fn::If` or `Condition`.
    Condition(&'a str),
}

/// Calls `found` for every reference in a value, in order.
pub fn references<'a>(value: &'a Value, found: &mut dyn FnMut(Reference<'a>)) {
    match value {
        Value::List(items) => items.iter().for_each(|item| references(item, found)),
        Value::Map(map) => map.iter().for_each(|(_, item)| references(item, found)),
        Value::Fn(intrinsic) => in_intrinsic(intrinsic, found),
        Value::Str(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) => {}
    }
}

fn in_intrinsic<'a>(intrinsic: &'a Intrinsic, found: &mut dyn FnMut(Reference<'a>)) {
    match intrinsic {
        Intrinsic::Ref(target) => in_target(target, found),
        Intrinsic::GetAtt(id, _) => found(Reference::Resource(*id)),
        Intrinsic::Sub(pieces) => {
            for piece in pieces {
                match piece {
                    Piece::Text(_) => {}
                    Piece::Ref(target) => in_target(target, found),
                    Piece::GetAtt(id, _) => found(Reference::Resource(*id)),
                }
            }
        }
        Intrinsic::And(items) | Intrinsic::Or(items) => {
            items.iter().for_each(|item| references(item, found));
        }
        Intrinsic::If(condition, a, b) => {
            found(Reference::Condition(condition));
            references(a, found);
            references(b, found);
        }
        Intrinsic::Condition(name) => found(Reference::Condition(name)),
        Intrinsic::Join(_, v)
        | Intrinsic::Select(_, v)
        | Intrinsic::Split(_, v)
        | Intrinsic::GetAzs(v)
        | Intrinsic::ImportValue(v)
        | Intrinsic::Base64(v)
        | Intrinsic::Not(v)
        | Intrinsic::Other(_, v) => references(v, found),
        Intrinsic::Equals(a, b) => [a, b].into_iter().for_each(|v| references(v, found)),
        Intrinsic::FindInMap(a, b, c) | Intrinsic::Cidr(a, b, c) => {
            [a, b, c].into_iter().for_each(|v| references(v, found));
        }
    }
}

fn in_target<'a>(target: &'a Target, found: &mut dyn FnMut(Reference<'a>)) {
    match target {
        Target::Resource(id) => found(Reference::Resource(*id)),
        Target::Parameter(name) => found(Reference::Parameter(name)),
        Target::Pseudo(_) => {}
    }
}
