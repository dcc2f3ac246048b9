//! The store's SQL statements → signed requests to the RDS Data API, tried again until they are settled or the time is over.

use std::time::{Duration, SystemTime};

use pipesynth_stores::postgres::data_api::{DataApi, Failure, Field, MAX_RESPONSE, Rows};
use pipesynth_stores::postgres::wire::{self, Database};

use crate::outside::{Outside, Request};
use crate::retry::{self, Policy, Try};
use crate::settings::Settings;

/// A cluster that is resumed takes about 15 seconds, and answers with an error meanwhile.
const POLICY: Policy = Policy { tries: 8, wait: Duration::from_millis(200), longest: Duration::from_secs(15) };

/// The Data API for one invocation of a function.
pub struct Client<'a> {
    outside: &'a dyn Outside,
    settings: &'a Settings,
    database: Database,
    end: SystemTime,
}

impl<'a> Client<'a> {
    /// Statements go to this database with the settings' credentials, and none is tried after `end`.
    pub fn new(outside: &'a dyn Outside, settings: &'a Settings, database: Database, end: SystemTime) -> Self {
        Self { outside, settings, database, end }
    }

    fn send(&self, unsigned: &Request, timeout: Duration) -> Try<Result<Rows, Failure>> {
        let mut signed = unsigned.clone();
        if let Err(error) = self.settings.sign(&mut signed, "rds-data", self.outside.now()) {
            return Try::Done(Err(Failure::new(error)));
        }
        match self.outside.send(&signed, timeout) {
            Err(why) => Try::Again(why),
            Ok(answer) => match wire::answer(answer.status, None, &answer.body) {
                Err(failure) if retry::is_temporary(&answer) => Try::Again(failure.to_string()),
                settled => Try::Done(settled),
            },
        }
    }
}

impl DataApi for Client<'_> {
    /// A try whose answer is lost may have been committed: the next one then finds its condition broken, which is told as a conflict.
    fn execute(&self, sql: &str, parameters: &[(&str, Field)]) -> Result<Rows, Failure> {
        let body = wire::request(&self.database, sql, parameters)?;
        let endpoint = self.settings.rds_data().map_err(Failure::new)?;
        let unsigned = Request {
            method: "POST",
            url: format!("{}{}", endpoint.trim_end_matches('/'), wire::PATH),
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body,
            // The limit counts what the database gives; as JSON that may be longer.
            max_answer: 4 * MAX_RESPONSE as u64,
        };
        retry::until(self.outside, POLICY, self.end, |timeout| self.send(&unsigned, timeout))
            .unwrap_or_else(|told| Err(Failure::new(told)))
    }
}

#[cfg(test)]
#[path = "rds_data_tests.rs"]
mod tests;
