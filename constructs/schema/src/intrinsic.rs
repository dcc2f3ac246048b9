//! An intrinsic function → what can come out of it, as far as its name and arguments tell.

use pipesynth_core::{Intrinsic, Pseudo, Target, Value};

/// What comes out of a function.
pub(crate) enum Outcome<'a> {
    /// The property is left out.
    Nothing,
    /// One text, which CloudFormation also takes for a number or a truth value.
    Scalar,
    /// A list of texts.
    List,
    /// A text or a list: nobody knows before the deploy.
    ScalarOrList,
    /// Anything.
    Any,
    /// One of two values of the template.
    Either(&'a Value, &'a Value),
    /// A truth value for the `Conditions` section: never a property.
    Condition,
    /// An object with one key that reads like a function: `{ "Condition": "name" }`.
    LooksLike(&'static str, &'a str),
}

pub(crate) fn outcome(function: &Intrinsic) -> Outcome<'_> {
    match function {
        Intrinsic::Ref(Target::Pseudo(Pseudo::NoValue)) => Outcome::Nothing,
        Intrinsic::Ref(Target::Pseudo(_) | Target::Resource(_)) => Outcome::Scalar,
        Intrinsic::Ref(Target::Parameter(_)) => Outcome::ScalarOrList,
        Intrinsic::Sub(_) | Intrinsic::Join(..) | Intrinsic::ImportValue(_) | Intrinsic::Base64(_) => Outcome::Scalar,
        Intrinsic::Split(..) | Intrinsic::GetAzs(_) | Intrinsic::Cidr(..) => Outcome::List,
        Intrinsic::If(_, yes, no) => Outcome::Either(yes, no),
        Intrinsic::GetAtt(..) | Intrinsic::Select(..) | Intrinsic::FindInMap(..) => Outcome::Any,
        Intrinsic::Equals(..) | Intrinsic::And(_) | Intrinsic::Or(_) | Intrinsic::Not(_) => Outcome::Condition,
        Intrinsic::Condition(name) => Outcome::LooksLike("Condition", name),
        Intrinsic::Other(name, _) => by_name(name),
    }
}

/// Functions of templates that come from outside.
fn by_name(name: &str) -> Outcome<'static> {
    match name {
        "Fn::Sub" | "Fn::Join" | "Fn::ImportValue" | "Fn::Base64" | "Fn::ToJsonString" | "Fn::Length" => {
            Outcome::Scalar
        }
        "Fn::Split" | "Fn::GetAZs" | "Fn::Cidr" => Outcome::List,
        "Fn::Equals" | "Fn::And" | "Fn::Or" | "Fn::Not" => Outcome::Condition,
        _ => Outcome::Any,
    }
}

/// The function's name as a template has it.
pub(crate) fn name(function: &Intrinsic) -> &str {
    match function {
        Intrinsic::Ref(_) => "Ref",
        Intrinsic::GetAtt(..) => "Fn::GetAtt",
        Intrinsic::Sub(_) => "Fn::Sub",
        Intrinsic::Join(..) => "Fn::Join",
        Intrinsic::Select(..) => "Fn::Select",
        Intrinsic::Split(..) => "Fn::Split",
        Intrinsic::If(..) => "Fn::If",
        Intrinsic::GetAzs(_) => "Fn::GetAZs",
        Intrinsic::FindInMap(..) => "Fn::FindInMap",
        Intrinsic::ImportValue(_) => "Fn::ImportValue",
        Intrinsic::Base64(_) => "Fn::Base64",
        Intrinsic::Cidr(..) => "Fn::Cidr",
        Intrinsic::Equals(..) => "Fn::Equals",
        Intrinsic::And(_) => "Fn::And",
        Intrinsic::Or(_) => "Fn::Or",
        Intrinsic::Not(_) => "Fn::Not",
        Intrinsic::Condition(_) => "Condition",
        Intrinsic::Other(name, _) => name,
    }
}
