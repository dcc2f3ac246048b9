//! A message of a pipeline's topic → what `pipesynth-slack-caller` posts to the central Slack API, and the queue hands to the poster.
//!
//! It names no channel: those that its pipeline registered are the only ones. The API adds the caller's account, which no body can.

use serde::{Deserialize, Serialize};

use crate::PipelineId;

/// Version of [`SlackMessage`] that this crate writes.
pub const VERSION: u32 = 1;

/// The path of the API, with a leading slash; `POST`.
pub const PATH: &str = "/messages";

/// Attribute of the queue's messages: the account that signed the request.
pub const ATTR_CALLER: &str = "caller";
/// Attribute of dead letters: what the poster could not do, and what helps.
pub const ATTR_WHY: &str = "why";

/// Most characters of a title, a text, an ARN of an execution and an address. What is longer the API refuses, so the caller cuts.
pub const TITLE_CHARACTERS: u32 = 300;
/// As [`TITLE_CHARACTERS`]. Slack cuts a text at 40,000 (Slack API, "chat.postMessage") and recommends at most 4,000.
pub const TEXT_CHARACTERS: u32 = 3_500;
/// As [`TITLE_CHARACTERS`]. An execution's name has 80 (Step Functions quotas).
pub const EXECUTION_CHARACTERS: u32 = 256;
/// As [`TITLE_CHARACTERS`].
pub const LINK_CHARACTERS: u32 = 1_000;
/// Hexadecimal digits of a group and an id: with the account before them they fit SQS's 128 characters, which ARNs of executions do not.
pub const DIGEST_DIGITS: usize = 32;

/// The body of `POST /messages`. All texts are plain: whatever Slack reads as markup is the poster's to write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SlackMessage {
    /// [`VERSION`].
    pub v: u32,
    /// The pipeline that it is about.
    pub pipeline: PipelineId,
    /// ARN of the execution that it is about: all of one execution stand in one thread of each channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<String>,
    /// One line.
    pub title: String,
    /// Any number of lines, or nothing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// `https://…`: the page with more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Whether a reply is shown in the channel too, as the bad end of a run is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub loud: bool,
    /// Digest of what is told in order, one after the other: the execution, else the pipeline.
    pub group: String,
    /// Digest of everything else: the same message twice is told once.
    pub id: String,
}

/// What an execution's ARN says: `arn:partition:states:region:account:execution:machine:name`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExecutionArn<'a> {
    /// The account that it runs in.
    pub account: &'a str,
    /// The name of its state machine.
    pub machine: &'a str,
}

impl<'a> ExecutionArn<'a> {
    /// Reads an ARN; `None` for any other text.
    pub fn read(arn: &'a str) -> Option<Self> {
        let parts: Vec<&str> = arn.split(':').collect();
        match parts[..] {
            ["arn", _, "states", _, account, "execution", machine, name] if !name.is_empty() => {
                Some(Self { account, machine })
            }
            _ => None,
        }
    }
}

impl SlackMessage {
    /// Whether the account may say this: pipeline and execution are its own, and the execution is one of the pipeline's.
    pub fn is_of(&self, account: &str) -> bool {
        let machine = crate::names::machine(self.pipeline.name());
        let own = |arn: &str| ExecutionArn::read(arn).is_some_and(|e| e.account == account && e.machine == machine);
        self.pipeline.account() == account && self.execution.as_deref().is_none_or(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUN: &str = "arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:e1";

    fn message(pipeline: &str, execution: Option<&str>) -> SlackMessage {
        SlackMessage {
            v: VERSION,
            pipeline: pipeline.parse().unwrap(),
            execution: execution.map(str::to_owned),
            title: "t".to_owned(),
            text: String::new(),
            link: None,
            loud: false,
            group: "0".repeat(DIGEST_DIGITS),
            id: "1".repeat(DIGEST_DIGITS),
        }
    }

    #[test]
    fn an_account_speaks_for_its_own_pipelines_and_their_runs_alone() {
        let own = "111111111111/listings";
        assert!(message(own, Some(RUN)).is_of("111111111111") && message(own, None).is_of("111111111111"));
        let (other, machine) = (RUN.replace("111111111111", "222222222222"), RUN.replace("listings", "searches"));
        for (pipeline, execution) in [
            ("222222222222/listings", None),
            ("222222222222/listings", Some(other.as_str())),
            (own, Some(other.as_str())),
            (own, Some(machine.as_str())),
            (own, Some("arn:aws:states:eu-central-1:111111111111:execution:pipesynth-listings:")),
            (own, Some("")),
        ] {
            assert!(!message(pipeline, execution).is_of("111111111111"), "{pipeline} {execution:?}");
        }
    }

    #[test]
    fn what_says_nothing_is_not_on_the_wire() {
        let text = serde_json::to_string(&message("111111111111/a", None)).unwrap();
        assert!(!text.contains("execution") && !text.contains("loud") && !text.contains("null"), "{text}");
        assert_eq!(serde_json::from_str::<SlackMessage>(&text).unwrap(), message("111111111111/a", None));
    }
}
