//! For unit tests: an outside with a virtual clock whose answers a test writes, request by request.

use std::cell::{Cell, RefCell};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use pipesynth_aws::{Answer, Outside, Request, Settings};

/// What the other side does with the request number `n` (from 0).
pub(crate) type Script<'a> = &'a dyn Fn(usize, &Request) -> Result<Answer, String>;

/// Every request takes one second of virtual time, or its whole timeout when the script answers [`SILENCE`].
pub(crate) struct Scripted<'a> {
    script: Script<'a>,
    clock: Cell<SystemTime>,
    pub sent: RefCell<Vec<Request>>,
    pub log: RefCell<Vec<String>>,
}

/// The script's error for a server that never answers.
pub(crate) const SILENCE: &str = "no answer in time";

/// When the virtual clock starts.
pub(crate) const START: SystemTime = UNIX_EPOCH;

impl<'a> Scripted<'a> {
    pub(crate) fn new(script: Script<'a>) -> Self {
        Self { script, clock: Cell::new(START), sent: RefCell::default(), log: RefCell::default() }
    }

    /// Methods and URLs of all requests.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.sent.borrow().iter().map(|r| format!("{} {}", r.method, r.url)).collect()
    }
}

impl Outside for Scripted<'_> {
    fn send(&self, request: &Request, timeout: Duration) -> Result<Answer, String> {
        let number = self.sent.borrow().len();
        self.sent.borrow_mut().push(request.clone());
        let answer = (self.script)(number, request);
        let silent = answer.as_ref().is_err_and(|e| e == SILENCE);
        self.sleep(if silent { timeout } else { Duration::from_secs(1).min(timeout) });
        answer
    }

    fn now(&self) -> SystemTime {
        self.clock.get()
    }

    fn sleep(&self, time: Duration) {
        self.clock.set(self.clock.get() + time);
    }

    fn random(&self) -> u64 {
        0
    }

    fn log(&self, line: &Value) {
        self.log.borrow_mut().push(line.to_string());
    }
}

/// An answer with a body.
pub(crate) fn answer(status: u16, body: &str) -> Result<Answer, String> {
    Ok(Answer::new(status, body))
}

/// Settings of a function in eu-central-1 with credentials and a registry at `https://registry.example/prod`.
pub(crate) fn settings() -> Settings {
    Settings::read(variable)
}

fn variable(name: &str) -> Option<String> {
    let value = match name {
        "AWS_REGION" => "eu-central-1",
        "AWS_ACCESS_KEY_ID" => "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY" => "top-secret-key",
        "AWS_SESSION_TOKEN" => "top-secret-token",
        "REGISTRY_URL" => "https://registry.example/prod",
        "SLACK_URL" => "https://slack.example/prod",
        "SLACK_DEAD_LETTERS" => "https://sqs.eu-central-1.amazonaws.com/999999999999/pipesynth-slack-dlq.fifo",
        _ => return None,
    };
    Some(value.to_owned())
}

/// [`settings`] of a central function whose state is in Aurora PostgreSQL.
pub(crate) fn run_log_settings() -> Settings {
    settings_with(&[
        ("RUN_LOG_CLUSTER", "arn:aws:rds:eu-central-1:999999999999:cluster:pipesynth-run-log"),
        ("RUN_LOG_SECRET", "arn:aws:secretsmanager:eu-central-1:999999999999:secret:rds!cluster-1"),
    ])
}

/// [`settings`], and more.
pub(crate) fn settings_with(more: &[(&str, &str)]) -> Settings {
    let more = |name: &str| more.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    Settings::read(|name| more(name).or_else(|| variable(name)))
}
