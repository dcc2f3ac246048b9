//! What handlers of CloudFormation's custom resources share: the request as it is read, and the answer as it is delivered.

pub(crate) mod answer;
pub(crate) mod event;

pub(crate) use answer::{Outcome, deliver};
pub(crate) use event::{Event, Kind, Stack};

/// The error name when the payload is no custom-resource request, so that there is nobody to answer.
pub const ERROR_NO_REQUEST: &str = "NoCustomResourceRequest";
/// The error name when CloudFormation could not be told; the Lambda service invokes again.
pub const ERROR_NOT_DELIVERED: &str = "AnswerNotDelivered";
