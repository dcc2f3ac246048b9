//! An outcome → the answer that CloudFormation takes, put to its presigned URL.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use super::event::Event;
use pipesynth_aws::retry::{self, Policy, Try};
use pipesynth_aws::{Outside, Request, SHORT_ANSWER};

/// Longest answer in bytes (CloudFormation user guide, "Custom resource response objects").
pub(crate) const MAX_BODY: usize = 4096;

/// Ends this long before the function's deadline, so that the invocation itself ends in order.
const MARGIN: Duration = Duration::from_millis(250);

/// Time for a try when there is none left.
const LAST_TRY: Duration = Duration::from_secs(1);

const POLICY: Policy = Policy { tries: 6, wait: Duration::from_millis(200), longest: Duration::from_secs(5) };

/// What CloudFormation is told.
pub(crate) struct Outcome {
    pub physical_id: String,
    told: Told,
}

enum Told {
    Success { warnings: Vec<String> },
    Failure { reason: String },
}

impl Outcome {
    pub(crate) fn success(physical_id: String, warnings: Vec<String>) -> Self {
        Self { physical_id, told: Told::Success { warnings } }
    }

    pub(crate) fn failure(physical_id: String, reason: String) -> Self {
        Self { physical_id, told: Told::Failure { reason } }
    }

    pub(crate) fn failed(&self) -> bool {
        matches!(self.told, Told::Failure { .. })
    }

    pub(crate) fn status(&self) -> &'static str {
        if self.failed() { "FAILED" } else { "SUCCESS" }
    }

    /// Why it failed; on success the registry's warnings, which the stack's events then show.
    pub(crate) fn reason(&self) -> String {
        match &self.told {
            Told::Failure { reason } => reason.clone(),
            Told::Success { warnings } => warnings.join("; "),
        }
    }

    /// The body, at most [`MAX_BODY`] bytes: the reason is cut, with `…` at its end.
    pub(crate) fn body(&self, event: &Event) -> String {
        let reason = self.reason();
        let whole = self.encode(event, &reason);
        if whole.len() <= MAX_BODY {
            return whole;
        }
        let mut room = MAX_BODY.saturating_sub(self.encode(event, "…").len());
        let fits = |c: &char| {
            let left = room.checked_sub(escaped_len(*c));
            room = left.unwrap_or(0);
            left.is_some()
        };
        let cut: String = reason.chars().take_while(fits).collect();
        self.encode(event, &(cut + "…"))
    }

    fn encode(&self, event: &Event, reason: &str) -> String {
        let mut answer = json!({
            "Status": self.status(),
            "PhysicalResourceId": self.physical_id,
            "StackId": event.stack_id,
            "RequestId": event.request_id,
            "LogicalResourceId": event.logical_id,
        });
        if !reason.is_empty() {
            answer["Reason"] = Value::from(reason);
        }
        answer.to_string()
    }
}

/// Bytes of a character inside a JSON string.
fn escaped_len(c: char) -> usize {
    Value::from(c.to_string()).to_string().len() - 2
}

/// Puts the answer, several times if need be. The content type must be empty: the URL was signed so.
pub(crate) fn deliver(
    event: &Event,
    outcome: &Outcome,
    deadline: SystemTime,
    outside: &dyn Outside,
) -> Result<(), String> {
    let request = Request {
        method: "PUT",
        url: event.response_url.clone(),
        headers: vec![("content-type".to_owned(), String::new())],
        body: outcome.body(event).into_bytes(),
        max_answer: SHORT_ANSWER,
    };
    let end = deadline.checked_sub(MARGIN).unwrap_or(deadline);
    // Even past the deadline one try is made: the Lambda service may be slow to end the invocation.
    let end = end.max(outside.now() + LAST_TRY);
    retry::until(outside, POLICY, end, |timeout| {
        // A client that panics must not keep the answer from being tried again.
        let sent = catch_unwind(AssertUnwindSafe(|| outside.send(&request, timeout)));
        match sent.unwrap_or_else(|_| Err("the HTTP client failed".to_owned())) {
            Ok(answer) if (200..300).contains(&answer.status) => Try::Done(()),
            Ok(answer) => Try::Again(format!("HTTP {}", answer.status)),
            Err(reason) => Try::Again(reason),
        }
    })
    .map_err(|reason| format!("CloudFormation could not be told the outcome: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> Event {
        Event::read(&json!({"ResponseURL": "u", "StackId": "s", "RequestId": "r", "LogicalResourceId": "l"})).unwrap()
    }

    #[test]
    fn a_long_reason_is_cut_to_the_limit_and_shows_it() {
        for reason in
            ["x".repeat(5000), "\"\\\n".repeat(3000), "é".repeat(4000), "\u{1}".repeat(4000), "🦀".repeat(3000)]
        {
            let body = Outcome::failure("p".into(), reason).body(&event());
            assert!(body.len() <= MAX_BODY, "{}", body.len());
            assert!(body.len() > MAX_BODY - 10, "{}", body.len());
            let read: Value = serde_json::from_str(&body).unwrap();
            assert!(read["Reason"].as_str().unwrap().ends_with('…'));
        }
        let body = Outcome::failure("p".into(), "x".repeat(5000)).body(&event());
        assert_eq!(body.len(), MAX_BODY);
    }

    #[test]
    fn a_short_reason_stays_whole() {
        let read: Value = serde_json::from_str(&Outcome::failure("p".into(), "why".into()).body(&event())).unwrap();
        assert_eq!((&read["Reason"], &read["Status"]), (&json!("why"), &json!("FAILED")));
    }

    #[test]
    fn a_success_without_warnings_has_no_reason() {
        let read: Value = serde_json::from_str(&Outcome::success("p".into(), vec![]).body(&event())).unwrap();
        assert_eq!(
            read,
            json!({"Status": "SUCCESS", "PhysicalResourceId": "p", "StackId": "s", "RequestId": "r", "LogicalResourceId": "l"})
        );
    }
}
