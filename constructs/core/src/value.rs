//! Property values: a literal, a list, a map, or an intrinsic function. References are data, never marked strings.

use std::borrow::Cow;

use indexmap::IndexMap;

use crate::intrinsic::Intrinsic;

/// Text that is mostly known at compile time.
pub type Text = Cow<'static, str>;

/// One CloudFormation property value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A string.
    Str(Text),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A list.
    List(Vec<Value>),
    /// An object; its keys keep the order in which they were set.
    Map(Map),
    /// An intrinsic function such as `Ref` or `Fn::Sub`.
    Fn(Box<Intrinsic>),
}

/// Up to so many keys are compared one by one, which is faster than a hash.
const FEW: usize = 16;

/// An ordered object. Looking a key up is linear: CloudFormation objects are small.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(Vec<(Text, Value)>);

impl Map {
    /// An object without keys.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sets a key; a key that is there already keeps its place.
    pub fn set(&mut self, key: impl Into<Text>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        match self.0.iter_mut().find(|(k, _)| *k == key) {
            Some(slot) => slot.1 = value,
            None => self.0.push((key, value)),
        }
    }

    /// As [`Map::set`], for chains.
    #[must_use]
    pub fn with(mut self, key: impl Into<Text>, value: impl Into<Value>) -> Self {
        self.set(key, value);
        self
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// Removes a key and hands out its value.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.0.iter().position(|(k, _)| k == key)?;
        Some(self.0.remove(at).1)
    }

    /// Keys and values in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(k, v)| (k.as_ref(), v))
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True where there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut pairs = pairs.into_iter().map(|(key, value)| (key.into(), value.into()));
        let mut few = Self(Vec::with_capacity(pairs.size_hint().0.min(FEW)));
        for (key, value) in pairs.by_ref().take(FEW) {
            let (key, value): (Text, Value) = (key, value);
            few.set(key, value);
        }
        let Some(next) = pairs.next() else { return few };
        // Keys of a user's file may be many: they are looked up by hash while the object is made.
        let map: IndexMap<Text, Value> = few.0.into_iter().chain([next]).chain(pairs).collect();
        Self(map.into_iter().collect())
    }
}

impl<K: Into<Text>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Map {
    fn from(pairs: [(K, V); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl Value {
    /// A list of anything that is a value.
    pub fn list<V: Into<Value>>(items: impl IntoIterator<Item = V>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// An object of the given keys.
    pub fn map<K: Into<Text>, V: Into<Value>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Map(pairs.into_iter().collect())
    }

    /// The literal string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Self::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }
}

macro_rules! into_value {
    ($($from:ty => |$x:ident| $make:expr;)*) => {$(
        impl From<$from> for Value { fn from($x: $from) -> Self { $make } }
    )*};
}
into_value! {
    &'static str => |x| Value::Str(Cow::Borrowed(x));
    String => |x| Value::Str(Cow::Owned(x));
    &String => |x| Value::Str(Cow::Owned(x.clone()));
    Text => |x| Value::Str(x);
    bool => |x| Value::Bool(x);
    i32 => |x| Value::Int(i64::from(x));
    u32 => |x| Value::Int(i64::from(x));
    u16 => |x| Value::Int(i64::from(x));
    i64 => |x| Value::Int(x);
    f64 => |x| Value::Float(x);
    Map => |x| Value::Map(x);
    Intrinsic => |x| Value::Fn(Box::new(x));
}

impl<V: Into<Value>> From<Vec<V>> for Value {
    fn from(items: Vec<V>) -> Self {
        Self::list(items)
    }
}

impl<V: Into<Value>, const N: usize> From<[V; N]> for Value {
    fn from(items: [V; N]) -> Self {
        Self::list(items)
    }
}
