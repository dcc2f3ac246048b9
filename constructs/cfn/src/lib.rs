//! CloudFormation's resources → typed builders: `sqs::Queue::new().queue_name("jobs")`, one module and one feature per service.
//!
//! A setter takes a literal or an intrinsic function (`impl Arg<str>`); nested property types live in the resource's module
//! (`events::rule::Target`), attributes are constants (`sqs::Queue::ARN`), string enums are open: their known values are constants,
//! and any other string is accepted. What is required, and every constraint, is checked by `pipesynth-schema` when a stack is written.
//! Types outside these services: [`pipesynth_core::AnyResource`], checked by the same schema.
//!
//! Everything but [`Tag`] is generated from the AWS service specification; see `generate/README.md`.

#[rustfmt::skip]
mod generated;
mod tag;

pub use generated::*;
pub use tag::Tag;
