//! What is wrong with a property, where, and what was probably meant.

use std::fmt;

/// One fault in a resource's properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Where, from the resource's properties on: `Targets[0].Arn`; empty for the resource itself.
    pub path: String,
    /// The kind of fault.
    pub kind: Kind,
    /// What was got and what is allowed.
    pub message: String,
    /// What was probably meant: a property, a type or a value.
    pub nearest: Option<&'static str>,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// No such resource type.
    UnknownType,
    /// The object has no such property.
    UnknownProperty,
    /// A required property is not there.
    Missing,
    /// The value has another type than the property.
    WrongType,
    /// The value is none of the allowed ones.
    Value,
    /// The text does not match the pattern.
    Pattern,
    /// The text, list or map is too short or too long.
    Length,
    /// The number is too small or too large.
    Range,
    /// Only AWS sets this property.
    ReadOnly,
    /// Properties that exclude or need each other.
    Conflict,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        match self.nearest {
            Some(name) => write!(f, "; did you mean `{name}`?"),
            None => Ok(()),
        }
    }
}

/// A place in the properties, as a chain on the call stack: it becomes text only when there is a finding.
#[derive(Clone, Copy)]
pub(crate) enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(Self::Root, name) => f.write_str(name),
            Self::Key(above, name) => write!(f, "{above}.{name}"),
            Self::Index(above, at) => write!(f, "{above}[{at}]"),
        }
    }
}
