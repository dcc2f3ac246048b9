//! A run's end, and a notice of the central account → what the rule hands to `pipesynth-notifier`; what is put on the pipeline's topic.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::registration::NotificationKind;
use crate::{PipelineId, Status};

pub use crate::message::{Message, Notice, NoticeDetail, Progress, Trouble};

/// Version of [`Alert`], [`Progress`] and [`Notice`] that this crate writes.
pub const VERSION: u32 = 1;

/// Variables of the rule's input transformer: name and where the status event has the value.
pub const RULE_INPUT_PATHS: [(&str, &str); 2] = [("execution", "$.detail.executionArn"), ("status", "$.detail.status")];

/// What the rule of one pipeline hands to the notifier. The rest the notifier reads itself: an event carries the run's whole input and
/// output, of up to 256 KB each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RunEnd {
    /// Lower-case name of the pipeline.
    pub pipeline: String,
    /// The name as its owner writes it.
    pub display_name: String,
    /// IANA name of the zone that its logical dates are in.
    pub timezone: String,
    /// What is told.
    #[serde(rename = "type")]
    pub kind: NotificationKind,
    /// ARN of the execution.
    pub execution: String,
    /// How it ended, as the event says.
    pub status: Status,
    /// Who is told; the pipeline's topic where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Recipient>,
}

/// Variable of the input transformer of the rule for notices: the event's whole detail.
pub const NOTICE_INPUT_PATHS: [(&str, &str); 2] = [("notice", "$.detail"), ("status", "$.detail.what")];

/// What the rule for notices of one pipeline hands to the notifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Noticed {
    /// Lower-case name of the pipeline.
    pub pipeline: String,
    /// The name as its owner writes it.
    pub display_name: String,
    /// The word for what it is about, for the rule that tells what the notifier could not.
    pub status: Trouble,
    /// What the central account says.
    pub notice: NoticeDetail,
    /// Who is told; the pipeline's topic where it is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Recipient>,
}

/// A service outside AWS that is told, each by a target of the rule of its own, so that one that is away repeats nothing for the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Recipient {
    /// Which service.
    pub channel: Channel,
    /// Name or ARN of the secret with its address and key.
    pub secret: String,
}

/// Services that are told by HTTPS, with what their secret holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Channel {
    /// Opsgenie: an API key. Its vendor ends support on 2027-04-05.
    Opsgenie,
    /// Any address: the URL. It gets the [`Alert`].
    Https,
    /// PagerDuty: a routing key of the Events API v2.
    PagerDuty,
    /// Jira Service Management: an API key.
    Jsm,
    /// Microsoft Teams: the URL of a workflow that posts what it gets.
    Teams,
}

impl Channel {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Opsgenie => "OPSGENIE",
            Channel::Https => "HTTPS",
            Channel::PagerDuty => "PAGERDUTY",
            Channel::Jsm => "JSM",
            Channel::Teams => "TEAMS",
        }
    }
}

/// The tag, with the value `true`, of every secret that the notifier may read.
pub const SECRET_TAG: &str = "pipesynth:alerts";

/// The rule's input template, in which EventBridge puts the values of [`RULE_INPUT_PATHS`]: the JSON of a [`RunEnd`].
pub fn rule_input_template(
    pipeline: &str,
    display_name: &str,
    timezone: &str,
    kind: NotificationKind,
    to: Option<&Recipient>,
) -> String {
    let [execution, status] = RULE_INPUT_PATHS.map(|(name, _)| format!("<{name}>"));
    let mut end = json!({
        "pipeline": pipeline, "displayName": display_name, "timezone": timezone, "type": kind, "execution": execution, "status": status,
    });
    if let Some(to) = to {
        end["to"] = json!(to);
    }
    end.to_string()
}

/// The rule's input template for notices: the JSON of a [`Noticed`].
pub fn notice_input_template(pipeline: &str, display_name: &str, to: Option<&Recipient>) -> String {
    let mut noticed =
        json!({"pipeline": pipeline, "displayName": display_name, "status": "<status>", "notice": "<notice>"});
    if let Some(to) = to {
        noticed["to"] = json!(to);
    }
    // A variable that holds an object stands without quotes (EventBridge User Guide, "Input transformation").
    noticed.to_string().replace("\"<notice>\"", "<notice>")
}

/// The end of a run. Queues, functions and HTTPS endpoints get it from the pipeline's topic as [`Message::RunEnded`]; people get a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// [`VERSION`].
    pub v: u32,
    /// The pipeline.
    pub pipeline: PipelineId,
    /// The name as its owner writes it.
    pub display_name: String,
    /// How the run ended.
    pub status: Status,
    /// The run's logical date, `YYYY-MM-DD`; absent where its input is malformed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_date: Option<String>,
    /// The step that failed or that the run was at, or the state's name where it was none of the user's steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// The error's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The error's cause, cut to [`CAUSE_CHARACTERS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// RFC 3339, in UTC.
    pub started: String,
    /// RFC 3339, in UTC.
    pub ended: String,
    /// From start to end.
    pub seconds: u64,
    /// ARN of the execution.
    pub execution: String,
    /// The execution's page in the AWS console.
    pub console: String,
}

/// Longest cause that an alert carries.
pub const CAUSE_CHARACTERS: usize = 1_000;

/// Longest subject of an SNS message: "less than 100 characters", ASCII, no line breaks (SNS API reference, `Publish`).
pub const SUBJECT_CHARACTERS: usize = 99;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_is_one_word_everywhere() {
        for channel in [Channel::Opsgenie, Channel::Https, Channel::PagerDuty, Channel::Jsm, Channel::Teams] {
            assert_eq!(json!(channel), channel.as_str());
        }
    }

    #[test]
    fn the_template_for_notices_becomes_what_the_notifier_reads() {
        let to = Recipient { channel: Channel::Jsm, secret: "alerts/jsm".to_owned() };
        for to in [None, Some(&to)] {
            let detail = json!({
                "v": 1, "id": "x", "target": {"account": "333333333333", "region": "eu-central-1", "pipeline": "pipeline-x"},
                "what": "GIVEN_UP", "logicalDate": "2026-11-23", "text": "a \"quoted\" text", "at": "2026-11-23T06:00:00Z",
            });
            let template = notice_input_template("pipeline-x", "pipeline-X", to);
            let input = template.replace("<notice>", &detail.to_string()).replace("<status>", "GIVEN_UP");
            let read: Noticed = serde_json::from_str(&input).unwrap();
            assert_eq!((read.display_name.as_str(), read.status), ("pipeline-X", Trouble::GivenUp));
            assert_eq!(json!(read.notice), detail);
            assert_eq!(read.to.as_ref(), to);
        }
    }

    #[test]
    fn the_template_becomes_what_the_notifier_reads() {
        let to = Recipient { channel: Channel::PagerDuty, secret: "alerts/pager".to_owned() };
        for to in [None, Some(&to)] {
            let kind = NotificationKind::OnFailure;
            let template = rule_input_template("pipeline-x", "pipeline-X", "Europe/Berlin", kind, to);
            let arn = "arn:aws:states:eu-central-1:333333333333:execution:pipesynth-pipeline-x:e1";
            let input = template.replace("<execution>", arn).replace("<status>", "TIMED_OUT");
            let read: RunEnd = serde_json::from_str(&input).unwrap();
            assert_eq!((read.pipeline.as_str(), read.display_name.as_str()), ("pipeline-x", "pipeline-X"));
            assert_eq!((read.status, read.kind), (Status::TimedOut, kind));
            assert_eq!((read.execution.as_str(), read.timezone.as_str()), (arn, "Europe/Berlin"));
            assert_eq!(read.to.as_ref(), to);
        }
    }
}
