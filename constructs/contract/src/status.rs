//! A status word of YAML or of Step Functions → the canonical statuses of a run.

use serde::{Deserialize, Serialize};

use crate::ContractError;
use crate::pipeline_id::excerpt;

/// A run's status in the words of Step Functions (`Step Functions Execution Status Change`, `detail.status`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// The run has started and is not over.
    Running,
    /// The run ended well.
    Succeeded,
    /// The run ended with an error.
    Failed,
    /// The run passed its time limit.
    TimedOut,
    /// The run was stopped from outside.
    Aborted,
}

impl Status {
    /// All statuses.
    pub const ALL: [Status; 5] =
        [Status::Running, Status::Succeeded, Status::Failed, Status::TimedOut, Status::Aborted];

    /// The words that [`Status::parse`] takes, the canonical ones first.
    pub const WORDS: [&'static str; 8] =
        ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "RUNNING", "SUCCESS", "COMPLETED", "NOT_SUCCESS"];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Running => "RUNNING",
            Status::Succeeded => "SUCCEEDED",
            Status::Failed => "FAILED",
            Status::TimedOut => "TIMED_OUT",
            Status::Aborted => "ABORTED",
        }
    }

    /// Whether a run in this status is over.
    pub fn is_terminal(self) -> bool {
        self != Status::Running
    }

    /// Reads a word of [`Status::WORDS`]. `SUCCESS` is `SUCCEEDED`; `COMPLETED` is every terminal status, `NOT_SUCCESS` every
    /// terminal status but `SUCCEEDED`. Words are upper case.
    pub fn parse(word: &str) -> Result<Vec<Status>, ContractError> {
        use Status::{Aborted, Failed, Running, Succeeded, TimedOut};
        Ok(match word {
            "SUCCEEDED" | "SUCCESS" => vec![Succeeded],
            "FAILED" => vec![Failed],
            "TIMED_OUT" => vec![TimedOut],
            "ABORTED" => vec![Aborted],
            "RUNNING" => vec![Running],
            "COMPLETED" => vec![Succeeded, Failed, TimedOut, Aborted],
            "NOT_SUCCESS" => vec![Failed, TimedOut, Aborted],
            _ => {
                return Err(ContractError::new(format!(
                    "unknown status `{}`; known are `{}`",
                    excerpt(word),
                    Self::WORDS.join("`, `")
                )));
            }
        })
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_read_and_the_canonical_ones_are_the_wire_form() {
        for word in Status::WORDS {
            assert!(!Status::parse(word).unwrap().is_empty(), "{word}");
        }
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()).unwrap(), [status]);
            assert_eq!(serde_json::to_value(status).unwrap(), serde_json::json!(status.as_str()));
        }
    }

    #[test]
    fn sugar_never_means_a_run_that_still_runs() {
        assert_eq!(Status::parse("SUCCESS").unwrap(), [Status::Succeeded]);
        for word in ["COMPLETED", "NOT_SUCCESS"] {
            assert!(Status::parse(word).unwrap().iter().all(|s| s.is_terminal()));
        }
    }

    #[test]
    fn an_unknown_word_is_refused_with_the_known_ones() {
        let error = Status::parse("success").unwrap_err().to_string();
        assert!(error.contains("`success`") && error.contains("`SUCCEEDED`"), "{error}");
    }
}
