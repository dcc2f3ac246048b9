//! Requests, the clock, waiting and the log → the trait that handlers and clients see; [`crate::World`] is the real one.

use std::time::{Duration, SystemTime};

use serde_json::Value;

/// Longest answer of a service that answers a few hundred bytes; for [`Request::max_answer`].
pub const SHORT_ANSWER: u64 = 64 * 1024;

/// An HTTP request, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// `PUT`, `DELETE`, `POST`.
    pub method: &'static str,
    /// Absolute URL, encoded.
    pub url: String,
    /// Name (lower case) and value.
    pub headers: Vec<(String, String)>,
    /// May be empty.
    pub body: Vec<u8>,
    /// Longest answer that is read, in bytes; a longer one is an error.
    pub max_answer: u64,
}

/// An HTTP answer of any status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// At most [`Request::max_answer`] bytes.
    pub body: Vec<u8>,
    /// What `Retry-After` says, where it is in seconds (RFC 9110 §10.2.3).
    pub retry_after: Option<Duration>,
}

impl Answer {
    /// An answer without headers.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), retry_after: None }
    }
}

/// Everything that is not in a handler's input.
pub trait Outside {
    /// Sends a request and reads the whole answer. The error says why there is none and holds no part of the URL, for a presigned
    /// URL is a secret.
    fn send(&self, request: &Request, timeout: Duration) -> Result<Answer, String>;
    /// The time.
    fn now(&self) -> SystemTime;
    /// Waits.
    fn sleep(&self, time: Duration);
    /// A random number: for waits that do not meet, and for names that nobody else takes. No secret is made of it.
    fn random(&self) -> u64;
    /// Writes one line of the function's log.
    fn log(&self, line: &Value);
}
