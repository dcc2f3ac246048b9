//! What can be wrong with a stack itself: faults of the program that built it, or of an input too big for one template.

use std::fmt;

/// A fault of a stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Two resources would get the same logical id.
    DuplicateId {
        /// The logical id.
        id: String,
        /// The paths of the two.
        paths: [String; 2],
    },
    /// A logical id is longer than CloudFormation allows, or not alphanumeric (by a rename).
    BadId(String),
    /// A rename names no resource of the stack.
    UnusedRename {
        /// The id that no resource has.
        new: String,
        /// The id that was to be kept.
        old: String,
    },
    /// A reference to a resource of another stack.
    ForeignReference {
        /// The logical id of the resource that holds the reference, or the output's name.
        at: String,
    },
    /// A reference to a parameter that the stack does not declare.
    UnknownParameter {
        /// The logical id of the resource that holds the reference, or the output's name.
        at: String,
        /// The parameter's name.
        name: String,
    },
    /// A condition that the stack does not declare.
    UnknownCondition {
        /// The logical id of the resource that names it.
        at: String,
        /// The condition's name.
        name: String,
    },
    /// Resources that wait for each other in a circle, each waiting for the next.
    Circle(Vec<String>),
    /// A number over one of CloudFormation's limits.
    OverLimit {
        /// What is counted, such as `resources`.
        what: &'static str,
        /// How many there are.
        got: usize,
        /// How many are allowed.
        limit: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateId { id, paths: [a, b] } => write!(f, "logical id `{id}` is used by `{a}` and by `{b}`"),
            Self::BadId(id) => write!(f, "`{id}` is no logical id: 1 to 255 letters and digits are allowed"),
            Self::UnusedRename { new, old } => {
                write!(f, "`{old}` was to be kept for `{new}`, but there is no such resource")
            }
            Self::ForeignReference { at } => write!(f, "`{at}` refers to a resource of another stack"),
            Self::UnknownParameter { at, name } => {
                write!(f, "`{at}` refers to parameter `{name}`, which the stack does not declare")
            }
            Self::UnknownCondition { at, name } => {
                write!(f, "`{at}` names condition `{name}`, which the stack does not declare")
            }
            Self::Circle(ids) => write!(f, "resources wait for each other in a circle: {}", ids.join(" → ")),
            Self::OverLimit { what, got, limit } => write!(f, "{got} {what}, CloudFormation allows {limit}"),
        }
    }
}

impl std::error::Error for Fault {}
