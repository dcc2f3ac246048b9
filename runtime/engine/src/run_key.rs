//! `<source>/<scheduled instant or firing id>#<attempt>` ↔ the identity of one run of a pipeline.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::logical_date::{excerpt, plain, read_instant};

/// Longest id in a run key, in bytes. With source and attempt it stays far below DynamoDB's 1,024 bytes for a sort key.
pub const MAX_ID: usize = 200;

/// What started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The pipeline's own schedule; the id is the scheduled instant in UTC.
    Schedule,
    /// A firing of the central side; the id is the firing's.
    Dependency,
    /// A person or program; the id is the execution's name.
    Manual,
}

impl Source {
    const ALL: [Source; 3] = [Source::Schedule, Source::Dependency, Source::Manual];

    /// The word in the key.
    pub fn as_str(self) -> &'static str {
        match self {
            Source::Schedule => "schedule",
            Source::Dependency => "dep",
            Source::Manual => "manual",
        }
    }
}

/// Two executions with the same run key are the same run: one of them ends as skipped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RunKey {
    source: Source,
    id: Arc<str>,
    attempt: u32,
}

/// Why a text is no run key: a sentence for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunKeyError(String);

impl fmt::Display for RunKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RunKeyError {}

impl RunKey {
    /// Checks the id: 1 to [`MAX_ID`] bytes without `/`, `#`, spaces and control characters; for [`Source::Schedule`] an instant,
    /// which is brought into UTC so that one instant has one key. `attempt` counts from 1.
    pub fn new(source: Source, id: &str, attempt: u32) -> Result<Self, RunKeyError> {
        if attempt == 0 {
            return Err(RunKeyError("the attempts of a run key count from 1".to_owned()));
        }
        let bad = |c: char| c == '/' || c == '#' || c.is_whitespace() || c.is_control();
        let plainly_good = id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/' && byte != b'#');
        if id.is_empty() || id.len() > MAX_ID || (!plainly_good && id.contains(bad)) {
            return Err(RunKeyError(format!(
                "the id of a run key has 1 to {MAX_ID} bytes without `/`, `#`, spaces and control characters, got `{}`",
                excerpt(id)
            )));
        }
        let id: Arc<str> = match source {
            Source::Schedule if plain(id).is_some() => id.into(),
            Source::Schedule => read_instant(id)
                .map_err(|_| {
                    RunKeyError(format!(
                        "a scheduled run's key holds an instant such as `2026-11-23T03:00:00Z`, got `{}`",
                        excerpt(id)
                    ))
                })?
                .to_string()
                .into(),
            Source::Dependency | Source::Manual => id.into(),
        };
        Ok(Self { source, id, attempt })
    }

    /// The key of an execution: the one its input gives, else a manual one of its name.
    pub fn of_execution(given: Option<&str>, execution_name: &str) -> Result<Self, RunKeyError> {
        match given {
            Some(text) => text.parse(),
            None => Self::new(Source::Manual, execution_name, 1),
        }
    }

    /// The key of the run that a firing starts: its id is 32 hex digits, so nothing can be wrong with it.
    pub(crate) fn of_firing(firing: &crate::Firing) -> Self {
        Self { source: Source::Dependency, id: firing.firing_id.as_str().into(), attempt: 1 }
    }

    /// What started the run.
    pub fn source(&self) -> Source {
        self.source
    }

    /// Scheduled instant, firing id or execution name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// 1 for the first run, higher for repeats.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether both keys mean the same scheduled instant, firing or manual run, whatever the attempt.
    pub fn same_run(&self, other: &RunKey) -> bool {
        self.source == other.source && self.id == other.id
    }

    /// The same run's next attempt, for `rerun` and `backfill`; `None` after `u32::MAX` of them.
    pub fn next_attempt(&self) -> Option<Self> {
        let attempt = self.attempt.checked_add(1)?;
        Some(Self { attempt, ..self.clone() })
    }

    /// The scheduled instant, for [`Source::Schedule`].
    pub fn scheduled(&self) -> Option<&str> {
        (self.source == Source::Schedule).then_some(&*self.id)
    }
}

impl fmt::Display for RunKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}#{}", self.source.as_str(), self.id, self.attempt)
    }
}

impl TryFrom<String> for RunKey {
    type Error = RunKeyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<RunKey> for String {
    fn from(key: RunKey) -> Self {
        key.to_string()
    }
}

impl FromStr for RunKey {
    type Err = RunKeyError;

    /// Without `#<attempt>` it is attempt 1.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = |why: &str| {
            RunKeyError(format!("expected a run key `<source>/<id>#<attempt>`, got `{}`: {why}", excerpt(text)))
        };
        let (source, rest) = text.split_once('/').ok_or_else(|| fault("there is no `/`"))?;
        let source = Source::ALL
            .into_iter()
            .find(|s| s.as_str() == source)
            .ok_or_else(|| fault("the source is `schedule`, `dep` or `manual`"))?;
        let (id, attempt) = match rest.split_once('#') {
            None => (rest, 1),
            Some((id, attempt)) => {
                let plain = attempt.bytes().all(|b| b.is_ascii_digit());
                let number = attempt.parse().ok().filter(|_| plain);
                (id, number.ok_or_else(|| fault("the attempt is a number"))?)
            }
        };
        Self::new(source, id, attempt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        match text.parse::<RunKey>() {
            Ok(key) => key.to_string(),
            Err(error) => format!("! {error}"),
        }
    }

    #[test]
    fn a_key_reads_and_writes_the_same_text() {
        for text in ["schedule/2026-11-23T03:00:00Z#1", "dep/3f9c0b#2", "manual/ad-hoc_1#17"] {
            assert_eq!(canonical(text), text);
        }
    }

    #[test]
    fn one_scheduled_instant_has_one_key_however_it_is_written() {
        for text in [
            "schedule/2026-11-23T03:00:00Z",
            "schedule/2026-11-23T03:00:00.000Z#1",
            "schedule/2026-11-23T04:00:00+01:00#1",
        ] {
            assert_eq!(canonical(text), "schedule/2026-11-23T03:00:00Z#1");
        }
    }

    #[test]
    fn a_start_without_a_key_is_a_manual_run_of_its_name() {
        let key = RunKey::of_execution(None, "my-run").unwrap();
        assert_eq!(key.to_string(), "manual/my-run#1");
        assert_eq!(key.scheduled(), None);
    }

    #[test]
    fn repeats_take_the_next_attempt() {
        let key = RunKey::of_execution(Some("schedule/2026-11-23T03:00:00Z"), "e").unwrap();
        assert_eq!(key.next_attempt().unwrap().to_string(), "schedule/2026-11-23T03:00:00Z#2");
        assert_eq!(canonical("dep/a#4294967295"), "dep/a#4294967295");
        assert_eq!("dep/a#4294967295".parse::<RunKey>().unwrap().next_attempt(), None);
    }

    #[test]
    fn other_texts_are_refused_with_the_reason() {
        for (text, why) in [
            ("", "no `/`"),
            ("cron/x#1", "`schedule`, `dep` or `manual`"),
            ("dep/#1", "1 to 200 bytes"),
            ("dep/a b", "1 to 200 bytes"),
            ("dep/a/b", "1 to 200 bytes"),
            ("dep/a#0", "count from 1"),
            ("dep/a#-1", "a number"),
            ("dep/a#+1", "a number"),
            ("dep/a#", "a number"),
            ("dep/a#1#2", "a number"),
            ("dep/a#4294967296", "a number"),
            ("schedule/tomorrow", "an instant"),
        ] {
            assert!(canonical(text).contains(why), "{text}: {}", canonical(text));
        }
        assert!(canonical(&format!("dep/{}", "a".repeat(201))).starts_with('!'));
        assert!(canonical(&"x".repeat(1_000_000)).len() < 300);
    }
}
