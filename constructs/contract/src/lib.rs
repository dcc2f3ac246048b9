//! What the templates and the Lambda functions must agree on → names, keys and serde types. No logic of its own beyond reading and checking.
//!
//! Map: [`names`] (everything with a fixed name), [`keys`] (DynamoDB keys), [`PipelineId`], [`Status`],
//! [`expression`], [`options`] and [`starts`] (what starts a pipeline, in its canonical wire form), [`schedule`] (the grammar of cron, rate
//! and at expressions),
//! [`registration`] (custom resource → registrar → registry), [`trigger`] (central side → child account),
//! [`claim`] (state machine ↔ `pipesynth-claim`), [`slack`] (an alert → the central Slack API), [`alert`] (a run's end → `pipesynth-notifier` → the pipeline's topic).

mod error;
mod lenient;
mod message;
mod pipeline_id;
mod status;

pub mod alert;
pub mod claim;
pub mod expression;
pub mod keys;
pub mod names;
pub mod options;
pub mod registration;
pub mod schedule;
pub mod slack;
pub mod starts;
pub mod trigger;

pub use error::ContractError;
pub use pipeline_id::{MAX_NAME, PipelineId, check_account, check_name};
pub use status::Status;
