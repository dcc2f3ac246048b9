//! What is put on a pipeline's topic for programs: one JSON object, whose `kind` says what it tells of.

use serde::{Deserialize, Serialize};

use crate::PipelineId;
use crate::alert::Alert;
use crate::trigger::Target;

/// One message on a pipeline's topic; people get a text instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Message {
    /// A run is over. Each end is told once, whatever the kind of notification.
    RunEnded(Alert),
    /// `FULL_EXECUTION`: a run has its turn and begins its work.
    RunStarted(Progress),
    /// `FULL_EXECUTION`: a step begins.
    StepStarted(Progress),
    /// `FULL_EXECUTION`: a step is done.
    StepSucceeded(Progress),
    /// `FULL_EXECUTION`: one try of a step has failed. Whether another one follows, the next message tells.
    StepFailed(Progress),
    /// Something about the pipeline itself that no run tells.
    Notice(Notice),
}

impl Message {
    /// The pipeline.
    pub fn pipeline(&self) -> &PipelineId {
        match self {
            Message::RunEnded(alert) => &alert.pipeline,
            Message::RunStarted(at) | Message::StepStarted(at) => &at.pipeline,
            Message::StepSucceeded(at) | Message::StepFailed(at) => &at.pipeline,
            Message::Notice(notice) => &notice.pipeline,
        }
    }

    /// The ARN of the execution that it is about: messages with the same one belong together.
    pub fn execution(&self) -> Option<&str> {
        match self {
            Message::RunEnded(alert) => Some(&alert.execution),
            Message::RunStarted(at) | Message::StepStarted(at) => Some(&at.execution),
            Message::StepSucceeded(at) | Message::StepFailed(at) => Some(&at.execution),
            Message::Notice(_) => None,
        }
    }

    /// One word, for filter policies of subscriptions: the status of an end, `STARTED`, `SUCCEEDED` or `FAILED` of a run's way there, or
    /// what a notice is about.
    pub fn status(&self) -> &'static str {
        match self {
            Message::RunEnded(alert) => alert.status.as_str(),
            Message::RunStarted(_) | Message::StepStarted(_) => "STARTED",
            Message::StepSucceeded(_) => "SUCCEEDED",
            Message::StepFailed(_) => "FAILED",
            Message::Notice(notice) => notice.what.as_str(),
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// [`crate::alert::VERSION`].
    pub v: u32,
    /// The pipeline.
    pub pipeline: PipelineId,
    /// The name as its owner writes it.
    pub display_name: String,
    /// The run's logical date, `YYYY-MM-DD`; absent where it could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_date: Option<String>,
    /// The step; absent where it is about the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Which try of the step, from 1 on; absent where it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
    /// The error's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The error's cause, cut to [`crate::alert::CAUSE_CHARACTERS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// When it happened: RFC 3339, in UTC.
    pub at: String,
    /// From the step's begin, all tries together; absent where it is not known, and where something begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// ARN of the execution.
    pub execution: String,
    /// The execution's page in the AWS console.
    pub console: String,
}

/// Something about a pipeline that its owners should know and no run tells: nothing ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// [`crate::alert::VERSION`].
    pub v: u32,
    /// The same for what is told a second time.
    pub id: String,
    /// The pipeline.
    pub pipeline: PipelineId,
    /// The name as its owner writes it.
    pub display_name: String,
    /// What it is about.
    pub what: Trouble,
    /// The logical date, `YYYY-MM-DD`, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_date: Option<String>,
    /// One sentence for a person.
    pub text: String,
    /// When the central account saw it: RFC 3339, in UTC.
    pub at: String,
}

/// `detail` of an event with source [`crate::names::EVENT_SOURCE`] and detail-type [`crate::names::DETAIL_TYPE_ALERT`]: a [`Notice`] on
/// its way from the central account to the pipeline's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NoticeDetail {
    /// [`crate::alert::VERSION`].
    pub v: u32,
    /// [`Notice::id`].
    pub id: String,
    /// Which pipeline it is about.
    pub target: Target,
    /// [`Notice::what`].
    pub what: Trouble,
    /// [`Notice::logical_date`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_date: Option<String>,
    /// [`Notice::text`].
    pub text: String,
    /// [`Notice::at`].
    pub at: String,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Trouble {
    /// The deadline has passed, and the pipeline has not been started for that date.
    DeadlineMissed,
    /// The deadline has passed, and the date is given up.
    GivenUp,
    /// A run of a parent has waited for the others longer than `within`.
    Expired,
    /// A run of a parent has no correlation key.
    NoKey,
    /// A start was dropped: the pipelines would start each other without an end.
    ChainDropped,
    /// It was started again and again, and no run came of it.
    InVain,
    /// A parent was deleted by force.
    ParentGone,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Trouble; 7] = [
        Trouble::DeadlineMissed,
        Trouble::GivenUp,
        Trouble::Expired,
        Trouble::NoKey,
        Trouble::ChainDropped,
        Trouble::InVain,
        Trouble::ParentGone,
    ];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Trouble::DeadlineMissed => "DEADLINE_MISSED",
            Trouble::GivenUp => "GIVEN_UP",
            Trouble::Expired => "EXPIRED",
            Trouble::NoKey => "NO_KEY",
            Trouble::ChainDropped => "CHAIN_DROPPED",
            Trouble::InVain => "IN_VAIN",
            Trouble::ParentGone => "PARENT_GONE",
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn progress() -> Progress {
        Progress {
            v: 1,
            pipeline: "111111111111/listings".parse().unwrap(),
            display_name: "Listings".into(),
            logical_date: Some("2026-11-23".into()),
            step: Some("aggregate".into()),
            attempt: Some(2),
            error: None,
            cause: None,
            at: "2026-11-23T03:12:12Z".into(),
            seconds: Some(61),
            execution: "arn:e".into(),
            console: "https://console".into(),
        }
    }

    #[test]
    fn the_kind_says_what_a_message_tells_of() {
        let wanted = json!({
            "kind": "STEP_SUCCEEDED", "v": 1, "pipeline": "111111111111/listings", "displayName": "Listings", "logicalDate": "2026-11-23",
            "step": "aggregate", "attempt": 2, "at": "2026-11-23T03:12:12Z", "seconds": 61, "execution": "arn:e", "console": "https://console",
        });
        let message = Message::StepSucceeded(progress());
        assert_eq!(json!(message), wanted);
        assert_eq!(serde_json::from_value::<Message>(wanted).unwrap(), message);
        for (message, kind) in [
            (Message::RunStarted(progress()), "RUN_STARTED"),
            (Message::StepStarted(progress()), "STEP_STARTED"),
            (Message::StepFailed(progress()), "STEP_FAILED"),
        ] {
            assert_eq!(json!(message)["kind"], kind);
            assert_eq!((message.execution(), message.pipeline().name()), (Some("arn:e"), "listings"));
        }
    }

    #[test]
    fn a_trouble_is_one_word_everywhere() {
        for trouble in Trouble::ALL {
            assert_eq!(json!(trouble), trouble.as_str());
        }
    }
}
