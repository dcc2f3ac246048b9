//! Intrinsic functions: Ref, GetAtt, Sub, Join, Select, Split, If, GetAZs, FindInMap, ImportValue, Base64, Cidr and conditions.

use crate::tree::ResourceId;
use crate::value::{Text, Value};

/// What a `Ref` points at.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A resource of the same stack; its logical id is filled in when the template is written.
    Resource(ResourceId),
    /// A parameter of the same stack.
    Parameter(Text),
    /// A pseudo parameter.
    Pseudo(Pseudo),
}

/// CloudFormation's pseudo parameters that the stacks use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pseudo {
    /// `AWS::AccountId`
    AccountId,
    /// `AWS::Region`
    Region,
    /// `AWS::Partition`
    Partition,
    /// `AWS::StackName`
    StackName,
    /// `AWS::StackId`
    StackId,
    /// `AWS::URLSuffix`
    UrlSuffix,
    /// `AWS::NoValue`: the property is left out
    NoValue,
}

impl Pseudo {
    /// The name as CloudFormation writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccountId => "AWS::AccountId",
            Self::Region => "AWS::Region",
            Self::Partition => "AWS::Partition",
            Self::StackName => "AWS::StackName",
            Self::StackId => "AWS::StackId",
            Self::UrlSuffix => "AWS::URLSuffix",
            Self::NoValue => "AWS::NoValue",
        }
    }
}

/// A piece of a [`Intrinsic::Sub`] text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text as it stands; a `${` in it is written as `${!`.
    Text(Text),
    /// `${LogicalId}`, `${Parameter}` or `${AWS::Region}`.
    Ref(Target),
    /// `${LogicalId.Attribute}`.
    GetAtt(ResourceId, Text),
}

/// An intrinsic function call.
#[derive(Clone, Debug, PartialEq)]
pub enum Intrinsic {
    /// `Ref`
    Ref(Target),
    /// `Fn::GetAtt`
    GetAtt(ResourceId, Text),
    /// `Fn::Sub` without a variable map: every variable is a typed [`Piece`].
    Sub(Vec<Piece>),
    /// `Fn::Join`: delimiter, and a list of values or a function that gives one
    Join(Text, Value),
    /// `Fn::Select`: index and list
    Select(u32, Value),
    /// `Fn::Split`: delimiter and text
    Split(Text, Value),
    /// `Fn::If`: condition, value when true, value when false
    If(Text, Value, Value),
    /// `Fn::GetAZs` of a region (empty text: the stack's)
    GetAzs(Value),
    /// `Fn::FindInMap`: mapping, first key, second key
    FindInMap(Value, Value, Value),
    /// `Fn::ImportValue`
    ImportValue(Value),
    /// `Fn::Base64`
    Base64(Value),
    /// `Fn::Cidr`: block, count, bits
    Cidr(Value, Value, Value),
    /// `Fn::Equals`
    Equals(Value, Value),
    /// `Fn::And`
    And(Vec<Value>),
    /// `Fn::Or`
    Or(Vec<Value>),
    /// `Fn::Not`
    Not(Value),
    /// `Condition`: another condition by name
    Condition(Text),
    /// Any other function, as the template has it (used for templates that come from outside).
    Other(Text, Value),
}

/// `Ref` to a parameter of the stack.
pub fn parameter(name: impl Into<Text>) -> Intrinsic {
    Intrinsic::Ref(Target::Parameter(name.into()))
}

/// `Ref` to a pseudo parameter.
pub const fn pseudo(which: Pseudo) -> Intrinsic {
    Intrinsic::Ref(Target::Pseudo(which))
}

/// Builds an [`Intrinsic::Sub`] from text in which `${Name}` is a parameter and `${AWS::Region}` a pseudo parameter.
/// For program text only, never for a user's: unknown pseudo parameters become parameters of that name, which the template check refuses.
pub fn sub(text: &str) -> Intrinsic {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find("${") {
        let Some(close) = rest[open..].find('}') else { break };
        if open > 0 {
            pieces.push(Piece::Text(rest[..open].to_owned().into()));
        }
        let name = &rest[open + 2..open + close];
        pieces.push(Piece::Ref(target(name)));
        rest = &rest[open + close + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned().into()));
    }
    Intrinsic::Sub(pieces)
}

fn target(name: &str) -> Target {
    const ALL: [Pseudo; 7] = [
        Pseudo::AccountId,
        Pseudo::Region,
        Pseudo::Partition,
        Pseudo::StackName,
        Pseudo::StackId,
        Pseudo::UrlSuffix,
        Pseudo::NoValue,
    ];
    ALL.into_iter().find(|p| p.name() == name).map_or_else(|| Target::Parameter(name.to_owned().into()), Target::Pseudo)
}
