//! CloudFormation's resource types → an embedded schema: lookup, validation of properties, replacement behaviour of changes.
//!
//! [`Schema::of`] decodes one type on first use (about 20 µs) and keeps it for the life of the process. [`validate()`] checks a
//! resource's properties against it before any deploy, [`Schema::changes`] tells which changes replace the resource.
//!
//! The data is generated (`constructs/cfn/generate`) from two pinned inputs: the provider schemas that ship with cfn-lint, which
//! CloudFormation itself validates with, and the AWS service specification. The file's layout is told in `src/format.rs` and `src/decode.rs`.

mod decode;
mod diff;
mod finding;
mod format;
mod intrinsic;
mod json;
mod matcher;
mod model;
mod overlay;
mod rules;
mod scalar;
mod validate;

#[cfg(test)]
mod tests;

pub use diff::{Change, Impact};
pub use finding::{Finding, Kind};
pub use format::{CUSTOM_RESOURCE, available_in, regions, types};
pub use json::{Null, from_json};
pub use model::{Handler, Schema, TagShape};
pub use validate::{validate, validate_value};
