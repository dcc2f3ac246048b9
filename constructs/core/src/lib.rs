//! The construct core: a tree of resources with typed values in, a CloudFormation template out. It knows AWS's template format and nothing of pipelines.
//!
//! [`Stack`] holds the tree; [`Stack::template`] gives logical ids, checks, and hands out a [`Template`], which is JSON.

mod check;
pub mod fault;
pub mod iam;
pub mod intrinsic;
pub mod json;
pub mod limits;
pub mod logical_id;
pub mod render;
pub mod stack;
pub mod template;
pub mod text;
pub mod tree;
pub mod typed;
pub mod value;
pub mod walk;

#[cfg(test)]
mod tests;

pub use fault::Fault;
pub use iam::{Statement, policy};
pub use intrinsic::{Intrinsic, Piece, Pseudo, Target, parameter, pseudo, sub};
pub use json::{Json, Object};
pub use stack::{Parameter, Stack};
pub use template::{ResourceView, Template};
pub use tree::{Origin, Policy, ResourceId, Scope};
pub use typed::{AnyResource, Arg, Attribute, Handle, Resource};
pub use value::{Map, Text, Value};
