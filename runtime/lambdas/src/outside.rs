//! Requests, the clock, waiting and the log → the trait that the handlers see, and the real outside behind it.

use std::io::Write;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use ureq::http;

/// Longest answer that is read, in bytes. What our services answer is a few hundred.
pub const MAX_ANSWER: u64 = 64 * 1024;

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
}

/// An HTTP answer of any status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// At most [`MAX_ANSWER`] bytes.
    pub body: Vec<u8>,
}

/// Everything a handler needs that is not in its input.
pub trait Outside {
    /// Sends a request and reads the whole answer. The error says why there is none and holds no part of the URL, for a presigned
    /// URL is a secret.
    fn send(&self, request: &Request, timeout: Duration) -> Result<Answer, String>;
    /// The time.
    fn now(&self) -> SystemTime;
    /// Waits.
    fn sleep(&self, time: Duration);
    /// Writes one line of the function's log.
    fn log(&self, line: &Value);
}

/// Network, clock and standard error.
pub struct World {
    agent: ureq::Agent,
}

impl World {
    /// A client that follows no redirects (requests are signed for one URL), keeps no connection (the function is frozen between
    /// invocations) and takes its root certificates from the binary.
    pub fn new() -> Self {
        // Fails only when a provider was chosen before; then that one counts.
        let _ = rustls_graviola::default_provider().install_default();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(0)
            .user_agent(concat!("pipesynth/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into() }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl Outside for World {
    fn send(&self, request: &Request, timeout: Duration) -> Result<Answer, String> {
        let mut builder = http::Request::builder().method(request.method).uri(&request.url);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let built = builder
            .body(request.body.as_slice())
            .map_err(|_| "the request has a malformed URL or header".to_owned())?;
        let built = self.agent.configure_request(built).timeout_global(Some(timeout)).build();
        let mut answer = self.agent.run(built).map_err(reason)?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec().map_err(reason)?;
        Ok(Answer { status, body })
    }

    #[expect(clippy::disallowed_methods, reason = "the edge: handlers take the time from here")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn log(&self, line: &Value) {
        // A log that cannot be written must not fail the work.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

/// Why there is no answer, without the URL that ureq's own message may hold.
fn reason(error: ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "no answer in time".to_owned(),
        ureq::Error::Io(error) => format!("connection failed: {error}"),
        ureq::Error::HostNotFound => "host not found".to_owned(),
        ureq::Error::Rustls(error) => format!("TLS failed: {error}"),
        ureq::Error::BodyExceedsLimit(limit) => format!("the answer is longer than {limit} bytes"),
        ureq::Error::BadUri(_) => "malformed URL".to_owned(),
        ureq::Error::Protocol(error) => format!("the answer is no HTTP: {error}"),
        _ => "the request could not be sent".to_owned(),
    }
}
