//! Network, clock, waiting and standard error: the real outside.

use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use ureq::http;

use crate::outside::{Answer, Outside, Request};

/// How long an unused connection is kept. DynamoDB closes it after some time of its own; a call on a closed one is tried again.
const IDLE: Duration = Duration::from_secs(5);

/// Network, clock and standard error.
pub struct World {
    agent: ureq::Agent,
}

impl World {
    /// A client that follows no redirects (requests are signed for one URL), keeps no connection (the function is frozen between
    /// invocations) and takes its root certificates from the binary.
    pub fn new() -> Self {
        Self::keeping(0)
    }

    /// The same, keeping so many connections for a few seconds: for work of many requests to one service.
    pub fn keeping(connections: usize) -> Self {
        // Fails only when a provider was chosen before; then that one counts.
        let _ = rustls_graviola::default_provider().install_default();
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(connections)
            .max_idle_connections_per_host(connections)
            .max_idle_age(IDLE)
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
        let retry_after =
            answer.headers().get("retry-after").and_then(|value| value.to_str().ok()?.trim().parse().ok());
        let body = answer.body_mut().with_config().limit(request.max_answer).read_to_vec().map_err(reason)?;
        Ok(Answer { status, body, retry_after: retry_after.map(Duration::from_secs) })
    }

    #[expect(clippy::disallowed_methods, reason = "the edge: handlers take the time from here")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn random(&self) -> u64 {
        // Seeded by the system for each thread, and another one with each call.
        RandomState::new().hash_one(())
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
