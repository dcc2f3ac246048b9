//! An operation of an AWS service → its request; a request → signed, sent and tried again until it is settled.

use std::fmt;
use std::time::SystemTime;

use serde_json::Value;

use crate::retry::{self, Policy, Try};
use crate::{Answer, Outside, Request, Settings};

impl Request {
    /// An operation of a service with AWS's JSON protocol, of version `1.0` or `1.1`; `target` is the value of `X-Amz-Target`.
    pub fn operation(url: String, version: &str, target: &str, body: &Value, max_answer: u64) -> Self {
        Self {
            method: "POST",
            url,
            headers: vec![
                ("content-type".to_owned(), format!("application/x-amz-json-{version}")),
                ("x-amz-target".to_owned(), target.to_owned()),
            ],
            body: body.to_string().into_bytes(),
            max_answer,
        }
    }
}

/// Why a request came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsettled {
    /// It could not be signed, and will not be the next time.
    Unsigned(String),
    /// Nobody answered in time, or not to the point.
    Away(String),
}

impl fmt::Display for Unsettled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Unsettled::Unsigned(why) | Unsettled::Away(why)) = self;
        f.write_str(why)
    }
}

/// Who sends, with what, how often and until when.
pub struct Caller<'a> {
    /// Region and credentials.
    pub settings: &'a Settings,
    /// Network and clock.
    pub outside: &'a dyn Outside,
    /// How often it is tried.
    pub policy: Policy,
    /// No try goes on after this.
    pub end: SystemTime,
}

impl Caller<'_> {
    /// Signs the request anew for each try; `judge` says whether an answer settles it.
    pub fn call<T>(
        &self,
        service: &str,
        unsigned: &Request,
        judge: impl Fn(&Answer) -> Try<T>,
    ) -> Result<T, Unsettled> {
        let settled = retry::until(self.outside, self.policy, self.end, |timeout| {
            let mut signed = unsigned.clone();
            if let Err(why) = self.settings.sign(&mut signed, service, self.outside.now()) {
                return Try::Done(Err(Unsettled::Unsigned(why)));
            }
            match self.outside.send(&signed, timeout).map(|answer| judge(&answer)) {
                Ok(Try::Done(done)) => Try::Done(Ok(done)),
                Ok(Try::Again(why)) | Err(why) => Try::Again(why),
            }
        });
        settled.unwrap_or_else(|why| Err(Unsettled::Away(why)))
    }
}
