//! The standard types.

use std::hash::Hash;

use indexmap::IndexMap;

use super::fields::report_unwritten;
use super::{Cx, FromNode, Spanned};
use crate::node::{Kind, Node, Value};

impl FromNode for String {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        let text = node.str().map(str::to_owned);
        if text.is_none() {
            cx.expected(node, "a string");
        }
        text
    }
}

impl FromNode for bool {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match node.scalar().map(|scalar| scalar.kind) {
            Some(Kind::Bool(value)) => Some(value),
            _ => {
                cx.expected(node, "`true` or `false`");
                None
            }
        }
    }
}

macro_rules! whole_numbers {
    ($($number:ty),+) => {$(
        impl FromNode for $number {
            fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
                let value = match node.scalar().map(|scalar| scalar.kind) {
                    Some(Kind::Int(value)) => Self::try_from(value).ok(),
                    Some(Kind::BigInt) => None,
                    _ => {
                        cx.expected(node, "a whole number");
                        return None;
                    }
                };
                if value.is_none() {
                    cx.out_of_range(node, &match Self::BITS {
                        64 => "a whole number of at most 18 digits".to_owned(),
                        _ => format!("{} to {}", Self::MIN, Self::MAX),
                    });
                }
                value
            }
        }
    )+};
}

whole_numbers!(i64, u32, u16);

impl FromNode for f64 {
    #[allow(clippy::cast_precision_loss, reason = "a number field takes whole numbers too")]
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match node.scalar().map(|scalar| scalar.kind) {
            Some(Kind::Float(value)) if value.is_finite() => Some(value),
            Some(Kind::Int(value)) => Some(value as Self),
            Some(Kind::Float(_)) => {
                cx.expected(node, "a finite number");
                None
            }
            _ => {
                cx.expected(node, "a number");
                None
            }
        }
    }
}

impl<T: FromNode> FromNode for Box<T> {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        T::read(node, cx).map(Self::new)
    }
}

/// `null` is no value; a value that cannot be read was reported and is none either.
impl<T: FromNode> FromNode for Option<T> {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match node.is_null() {
            true => Some(None),
            false => Some(T::read(node, cx)),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// Items that cannot be read were reported and are left out.
impl<T: FromNode> FromNode for Vec<T> {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        match &node.value {
            Value::Seq(items) => cx.inside(|cx| {
                let mut read = Self::with_capacity(items.len());
                read.extend(items.iter().filter_map(|item| T::read(item, cx)));
                Some(read)
            }),
            _ => {
                cx.expected(node, "a list");
                None
            }
        }
    }
}

/// A key of a mapping with free keys.
trait FromKey: Sized + Hash + Eq {
    fn from_key(key: &str, place: crate::Place) -> Self;
}

impl FromKey for String {
    fn from_key(key: &str, _: crate::Place) -> Self {
        key.to_owned()
    }
}

impl FromKey for Spanned<String> {
    fn from_key(key: &str, place: crate::Place) -> Self {
        Self::new(key.to_owned(), place)
    }
}

fn read_map<K: FromKey, T: FromNode>(node: &Node, cx: &mut Cx<'_>) -> Option<IndexMap<K, T>> {
    let Value::Map(entries) = &node.value else {
        cx.expected(node, "a mapping");
        return None;
    };
    cx.inside(|cx| {
        let mut read = IndexMap::with_capacity(entries.len());
        for entry in entries {
            if entry.value.is_unwritten() {
                report_unwritten(entry, cx);
            } else if let Some(value) = T::read(&entry.value, cx) {
                read.insert(K::from_key(&entry.key, cx.place(entry.key_span)), value);
            }
        }
        Some(read)
    })
}

/// Values that cannot be read were reported and are left out with their keys.
impl<T: FromNode> FromNode for IndexMap<String, T> {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        read_map(node, cx)
    }
}

/// The same with the place of each key; ask it with a `&str`.
impl<T: FromNode> FromNode for IndexMap<Spanned<String>, T> {
    fn read(node: &Node, cx: &mut Cx<'_>) -> Option<Self> {
        read_map(node, cx)
    }
}
