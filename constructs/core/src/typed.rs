//! Typed arguments of the thin resources: what may stand where CloudFormation expects a `T`.
//!
//! A generated setter is `fn name(self, value: impl Arg<str>) -> Self { set(self, "Name", value) }`. The types exist at compile time
//! only: nothing is generated for a property until somebody calls its setter.

use std::marker::PhantomData;

use crate::intrinsic::Intrinsic;
use crate::tree::ResourceId;
use crate::value::{Map, Text, Value};

/// Anything accepted where CloudFormation expects a `T`: a literal of that type or an intrinsic function.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a CloudFormation `{T}`")]
pub trait Arg<T: ?Sized> {
    /// The property value.
    fn value(self) -> Value;
}

/// CloudFormation's integer.
pub enum Int {}
/// CloudFormation's number.
pub enum Number {}
/// Any JSON document, such as a policy or a state machine's definition.
pub enum Document {}
/// A list of `T`.
pub struct ListOf<T: ?Sized>(PhantomData<T>);
/// A map from strings to `T`.
pub struct MapOf<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Arg<T> for Intrinsic {
    fn value(self) -> Value {
        self.into()
    }
}

/// A value of any shape; whether it fits is checked against the type's schema when the stack is synthesized.
impl<T: ?Sized> Arg<T> for Value {
    fn value(self) -> Value {
        self
    }
}

macro_rules! args {
    ($($t:ty as $tag:ty),* $(,)?) => {$(
        impl Arg<$tag> for $t { fn value(self) -> Value { self.into() } }
    )*};
}
args! {
    &'static str as str, String as str, &String as str, Text as str, bool as bool,
    i32 as Int, u32 as Int, u16 as Int, i64 as Int, i32 as Number, u32 as Number, i64 as Number, f64 as Number,
    Map as Document, &'static str as Document, String as Document,
}

impl<T: ?Sized, A: Arg<T>> Arg<ListOf<T>> for Vec<A> {
    fn value(self) -> Value {
        Value::List(self.into_iter().map(Arg::value).collect())
    }
}
impl<T: ?Sized, A: Arg<T>, const N: usize> Arg<ListOf<T>> for [A; N] {
    fn value(self) -> Value {
        Value::List(self.into_iter().map(Arg::value).collect())
    }
}
impl<T: ?Sized, K: Into<Text>, A: Arg<T>> Arg<MapOf<T>> for Vec<(K, A)> {
    fn value(self) -> Value {
        Value::Map(self.into_iter().map(|(k, v)| (k, v.value())).collect())
    }
}
impl<T: ?Sized, K: Into<Text>, A: Arg<T>, const N: usize> Arg<MapOf<T>> for [(K, A); N] {
    fn value(self) -> Value {
        Value::Map(self.into_iter().map(|(k, v)| (k, v.value())).collect())
    }
}

/// Marks a string enum whose values AWS may extend: plain strings are accepted too.
pub trait OpenEnum {}
impl<E: OpenEnum> Arg<E> for &'static str {
    fn value(self) -> Value {
        self.into()
    }
}
impl<E: OpenEnum> Arg<E> for String {
    fn value(self) -> Value {
        self.into()
    }
}

/// A block of properties that setters fill.
pub trait Block: Sized {
    /// The properties so far.
    fn properties_mut(&mut self) -> &mut Map;
}

/// Sets one property; every generated setter is this call.
pub fn set<B: Block, T: ?Sized>(mut block: B, key: &'static str, value: impl Arg<T>) -> B {
    block.properties_mut().set(key, value.value());
    block
}

/// A resource of a known type, ready to be added to a stack.
pub trait Resource {
    /// The CloudFormation type, such as `AWS::SQS::Queue`.
    fn resource_type(&self) -> Text;
    /// Its properties.
    fn into_properties(self) -> Map;
}

/// A resource of any type by its name: the way to types that have no typed resource, such as `Custom::…`.
#[derive(Clone, Debug)]
pub struct AnyResource {
    resource_type: Text,
    properties: Map,
}

impl AnyResource {
    /// A resource of that type without properties.
    pub fn new(resource_type: impl Into<Text>) -> Self {
        Self { resource_type: resource_type.into(), properties: Map::new() }
    }

    /// Sets a property.
    #[must_use]
    pub fn with(mut self, key: impl Into<Text>, value: impl Into<Value>) -> Self {
        self.properties.set(key, value);
        self
    }
}

impl Resource for AnyResource {
    fn resource_type(&self) -> Text {
        self.resource_type.clone()
    }
    fn into_properties(self) -> Map {
        self.properties
    }
}

/// A resource that was added to a stack, with its type: what `Ref` and `Fn::GetAtt` are made from.
#[derive(Debug)]
pub struct Handle<R: ?Sized> {
    id: ResourceId,
    kind: PhantomData<fn() -> R>,
}

impl<R: ?Sized> Clone for Handle<R> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R: ?Sized> Copy for Handle<R> {}

impl<R: ?Sized> Handle<R> {
    pub(crate) fn new(id: ResourceId) -> Self {
        Self { id, kind: PhantomData }
    }

    /// The resource in its stack.
    pub fn id(self) -> ResourceId {
        self.id
    }

    /// `Ref`.
    pub fn reference(self) -> Intrinsic {
        Intrinsic::Ref(crate::intrinsic::Target::Resource(self.id))
    }

    /// `Fn::GetAtt` of an attribute that this type has.
    pub fn att(self, attribute: Attribute<R>) -> Intrinsic {
        Intrinsic::GetAtt(self.id, attribute.0.into())
    }
}

/// The name of an attribute of resource type `R`.
pub struct Attribute<R: ?Sized>(&'static str, PhantomData<fn() -> R>);

impl<R: ?Sized> Clone for Attribute<R> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R: ?Sized> Copy for Attribute<R> {}

impl<R: ?Sized> Attribute<R> {
    /// For generated constants: `pub const ARN: Attribute<Bus> = Attribute::new("Arn")`.
    pub const fn new(name: &'static str) -> Self {
        Self(name, PhantomData)
    }
}

/// Declares property blocks, each a newtype over one [`Map`].
#[macro_export]
macro_rules! blocks {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[must_use = "setters return the block: chain them"]
        pub struct $name($crate::Map);
        impl $name {
            /// Without properties.
            #[allow(clippy::new_without_default)]
            pub const fn new() -> Self { Self($crate::Map::new()) }
        }
        impl $crate::typed::Block for $name {
            fn properties_mut(&mut self) -> &mut $crate::Map { &mut self.0 }
        }
        impl $crate::typed::Arg<$name> for $name {
            fn value(self) -> $crate::Value { $crate::Value::Map(self.0) }
        }
    )*};
}

/// Declares resources: blocks with a CloudFormation type.
#[macro_export]
macro_rules! resources {
    ($($(#[$doc:meta])* $name:ident = $kind:literal)*) => {$(
        $crate::blocks! { $(#[$doc])* $name }
        impl $crate::typed::Resource for $name {
            fn resource_type(&self) -> $crate::Text { $crate::Text::Borrowed($kind) }
            fn into_properties(self) -> $crate::Map { self.0 }
        }
    )*};
}

/// Declares open string enums: known values are constants.
#[macro_export]
macro_rules! open_enums {
    ($($(#[$doc:meta])* $name:ident { $($constant:ident = $text:literal)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name($crate::Text);
        impl $name { $(#[doc = concat!("`", $text, "`")] pub const $constant: Self = Self($crate::Text::Borrowed($text));)* }
        impl $crate::typed::Arg<$name> for $name {
            fn value(self) -> $crate::Value { $crate::Value::Str(self.0) }
        }
        impl $crate::typed::OpenEnum for $name {}
    )*};
}
