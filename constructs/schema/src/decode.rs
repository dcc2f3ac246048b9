//! One unpacked chunk → a [`Schema`]. Every read is checked: a broken chunk gives none instead of a wrong schema.
//!
//! Numbers are LEB128. Strings stand once in a table at the start: a count, the lengths, then the bytes; everything after names them by
//! place. Then, each with its count: shapes (a tag byte and its fields), objects (open, properties as name, shape, flags; rules as kind,
//! names). Then facts: a byte of flags, sunset day, tags, attributes, identifier, five lists of permissions.
//! Optional fields stand behind a byte that has a bit for each that is there.

use std::sync::OnceLock;

use crate::model::{Object, Pattern, Property, Range, Rule, Schema, Shape, TagShape, Text};

pub(crate) fn schema(name: &'static str, raw: Vec<u8>) -> Option<Schema> {
    let raw: &'static [u8] = raw.leak();
    let mut from = Reader { raw, strings: Vec::new() };
    from.strings()?;
    let shapes = from.list(Reader::shape)?;
    let objects = from.list(Reader::object)?;
    let flags = from.byte()?;
    let sunset = if from.byte()? == 1 { Some(from.text()?) } else { None };
    let tags = if from.byte()? == 1 { Some((from.text()?, from.tag_shape()?)) } else { None };
    Some(Schema {
        name,
        shapes,
        objects,
        stateful: flags & 1 != 0,
        delete_then_create: flags & 2 != 0,
        sunset,
        tags,
        attributes: from.texts()?,
        identifier: from.texts()?,
        permissions: [from.texts()?, from.texts()?, from.texts()?, from.texts()?, from.texts()?],
    })
    .filter(|_| from.raw.is_empty())
}

struct Reader {
    raw: &'static [u8],
    strings: Vec<&'static str>,
}

impl Reader {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.raw.split_first()?;
        self.raw = rest;
        Some(*first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return Some(value);
            }
        }
        None
    }

    fn place(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn double(&mut self) -> Option<f64> {
        let (first, rest) = self.raw.split_first_chunk::<8>()?;
        self.raw = rest;
        Some(f64::from_le_bytes(*first))
    }

    fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<Box<[T]>> {
        let count = self.number()?;
        // Every item takes a byte at least: a count beyond what is left is broken, and must not reserve memory.
        let mut items = Vec::with_capacity(usize::try_from(count).ok()?.min(self.raw.len()));
        for _ in 0..count {
            items.push(read(self)?);
        }
        Some(items.into())
    }

    fn strings(&mut self) -> Option<()> {
        let lengths = self.list(Self::number)?;
        let all = usize::try_from(lengths.iter().sum::<u64>()).ok()?;
        let (bytes, rest) = self.raw.split_at_checked(all)?;
        self.raw = rest;
        let mut left = str::from_utf8(bytes).ok()?;
        self.strings.reserve(lengths.len());
        for length in lengths {
            let (text, rest) = left.split_at_checked(usize::try_from(length).ok()?)?;
            self.strings.push(text);
            left = rest;
        }
        Some(())
    }

    fn text(&mut self) -> Option<&'static str> {
        let at = self.place()?;
        self.strings.get(at as usize).copied()
    }

    fn texts(&mut self) -> Option<Box<[&'static str]>> {
        self.list(Self::text)
    }

    fn range<N>(&mut self, mut read: impl FnMut(&mut Self) -> Option<N>) -> Option<Range<N>> {
        let there = self.byte()?;
        let low = if there & 1 != 0 { Some(read(self)?) } else { None };
        let high = if there & 2 != 0 { Some(read(self)?) } else { None };
        Some(Range { low, high })
    }

    fn shape(&mut self) -> Option<Shape> {
        Some(match self.byte()? {
            0 => Shape::Any,
            1 => Shape::Json,
            2 => Shape::Bool,
            3 => Shape::Text(self.constraints()?),
            4 => Shape::Int(self.range(Self::double)?),
            5 => Shape::Number(self.range(Self::double)?),
            6 => {
                let unique = self.byte()? != 0;
                Shape::List { unique, item: self.place()?, count: self.range(Self::number)? }
            }
            7 => Shape::Map { item: self.place()?, count: self.range(Self::number)? },
            8 => Shape::Object(self.place()?),
            9 => Shape::Union(self.list(Self::place)?),
            _ => return None,
        })
    }

    fn constraints(&mut self) -> Option<Text> {
        let any_case = self.byte()? != 0;
        let values = self.texts()?;
        let pattern = match self.byte()? {
            0 => None,
            _ => Some(Pattern { text: self.text()?, compiled: OnceLock::new() }),
        };
        Some(Text { values, any_case, pattern, length: self.range(Self::number)? })
    }

    fn object(&mut self) -> Option<Object> {
        Some(Object {
            open: self.byte()? != 0,
            properties: self.list(|from| Some(Property::new(from.text()?, from.place()?, from.byte()?)))?,
            rules: self.list(Self::rule)?,
        })
    }

    fn rule(&mut self) -> Option<Rule> {
        Some(match self.byte()? {
            0 => Rule::OneOf(self.texts()?),
            1 => Rule::AnyOf(self.texts()?),
            2 => Rule::Excludes(self.text()?, self.texts()?),
            3 => Rule::Requires(self.text()?, self.texts()?),
            _ => return None,
        })
    }

    fn tag_shape(&mut self) -> Option<TagShape> {
        Some(match self.number()? {
            0 => TagShape::List,
            1 => TagShape::Map,
            2 => TagShape::AutoScalingList,
            _ => return None,
        })
    }
}
