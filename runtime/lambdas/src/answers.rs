//! An answer of an AWS service → taken, to be tried again, or refused.

use pipesynth_aws::Answer;
use pipesynth_aws::retry::{self, Try};

/// Parts of error codes that pass by themselves ("Common Errors" of the services' API references); a throttled request may be HTTP 400.
const PASSING: [&str; 7] = [
    "Throttl",
    "InternalError",
    "InternalServer",
    "InternalService",
    "TooManyRequests",
    "RequestLimitExceeded",
    "RateExceeded",
];

/// The answer itself where it is 200.
pub(crate) fn judge(answer: &Answer) -> Try<Result<Answer, String>> {
    if answer.status == 200 { Try::Done(Ok(answer.clone())) } else { refused(answer) }
}

/// Of an answer that is not 200: the status and the beginning of what it says.
pub(crate) fn refused<T>(answer: &Answer) -> Try<Result<T, String>> {
    let body = String::from_utf8_lossy(&answer.body);
    let told = format!("HTTP {}: {}", answer.status, body.chars().take(300).collect::<String>());
    if retry::is_temporary(answer) || PASSING.iter().any(|kind| body.contains(kind)) {
        Try::Again(told)
    } else {
        Try::Done(Err(told))
    }
}
