//! A firing of the central side → the event that it puts on the child account's bus, and the execution input inside it.
//!
//! The child's rule hands `detail.input` to the machine (`InputPath: $.detail.input`), so [`ExecutionInput`] is also the input of
//! every scheduled, manual, repeated and backfilled run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{PipelineId, Status};

/// Version of [`TriggerDetail`] that this crate writes.
pub const VERSION: u32 = 1;

/// `detail` of an event with source [`crate::names::EVENT_SOURCE`] and detail-type [`crate::names::DETAIL_TYPE_TRIGGER`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TriggerDetail {
    /// [`VERSION`].
    pub v: u32,
    /// First 32 hex digits of the hash of child, correlation key, rev and generation.
    pub firing_id: String,
    /// Which pipeline is to start.
    pub target: Target,
    /// The runs that made the condition hold, by parent.
    pub parents: BTreeMap<PipelineId, ParentRun>,
    /// The input of the execution.
    pub input: ExecutionInput,
}

/// Where the pipeline lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// 12 digits.
    pub account: String,
    /// AWS region.
    pub region: String,
    /// Lower-case name.
    pub pipeline: String,
}

/// One run that a firing consumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParentRun {
    /// Its status.
    pub status: Status,
    /// Its execution ARN.
    pub execution: String,
    /// Its logical date, `YYYY-MM-DD`.
    pub logical_date: String,
}

/// What a machine is started with. Everything is optional: `{}` is a start by hand.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExecutionInput {
    /// `<source>/<scheduled instant or firing id>#<attempt>`; without `#<attempt>` it is attempt 1; absent on a start by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_key: Option<String>,
    /// A date `YYYY-MM-DD`, or an instant (RFC 3339) whose date in the pipeline's time zone is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logical_date: Option<String>,
    /// Why the run was started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Cause>,
    /// Values for the pipeline's parameters.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub params: Map<String, Value>,
    /// The execution ARN that this run repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rerun_of: Option<String>,
    /// The step from which the run goes on: the steps that are done before it in every run are skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume_from: Option<String>,
}

/// Why a run was started.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cause {
    /// The kind of start.
    #[serde(rename = "type")]
    pub kind: CauseKind,
    /// Execution ARNs of the parents' runs, for [`CauseKind::Dependency`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<String>,
    /// The firing, for [`CauseKind::Dependency`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firing_id: Option<String>,
    /// The pipelines that led here, the first first, for [`CauseKind::Dependency`]: the longest way, so its length is the depth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<PipelineId>,
    /// The scheduled instant (RFC 3339, UTC) that the run goes back to, for children with `correlate: hour`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instant: Option<String>,
    /// Whether the run goes back to a backfilled one: a backfilled run of a parent started it, or it repeats a backfilled run (whoever
    /// starts a run with `rerunOf` hands it down). Its children take it as they take a backfilled run. A run of
    /// [`CauseKind::Backfill`] is one without it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub backfill: bool,
}

impl Cause {
    /// Whether children take the run as a backfilled one.
    pub fn is_backfill(&self) -> bool {
        self.backfill || self.kind == CauseKind::Backfill
    }
}

/// The kinds of start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CauseKind {
    /// The pipeline's own schedule.
    Schedule,
    /// Its condition on other pipelines.
    Dependency,
    /// A person or program.
    #[default]
    Manual,
    /// `pipesynth rerun`.
    Rerun,
    /// `pipesynth backfill`.
    Backfill,
}

/// The input that EventBridge Scheduler passes, as text: it replaces `<aws.scheduler.scheduled-time>`, which is the same on every retry.
pub const SCHEDULER_INPUT: &str = r#"{"runKey":"schedule/<aws.scheduler.scheduled-time>#1","logicalDate":"<aws.scheduler.scheduled-time>","trigger":{"type":"SCHEDULE"}}"#;

/// The `InputTemplate` of a scheduled rule, with [`RULE_INPUT_PATHS`].
pub const RULE_INPUT_TEMPLATE: &str =
    r#"{"runKey":"schedule/<time>#1","logicalDate":"<time>","trigger":{"type":"SCHEDULE"}}"#;

/// The `InputPathsMap` of a scheduled rule: name and JSONPath.
pub const RULE_INPUT_PATHS: (&str, &str) = ("time", "$.time");

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_event_has_the_agreed_shape() {
        let detail = json!({
            "v": 1, "firingId": "3f9c",
            "target": {"account": "333333333333", "region": "eu-central-1", "pipeline": "pipeline-x"},
            "parents": {"111111111111/listings": {"status": "SUCCEEDED", "execution": "arn:a", "logicalDate": "2026-11-22"}},
            "input": {"runKey": "dep/3f9c#1", "logicalDate": "2026-11-22",
                      "trigger": {"type": "DEPENDENCY", "parents": ["arn:a"], "firingId": "3f9c"}}
        });
        let read: TriggerDetail = serde_json::from_value(detail.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), detail);
    }

    #[test]
    fn both_schedule_engines_pass_the_same_input() {
        let scheduler = SCHEDULER_INPUT.replace("<aws.scheduler.scheduled-time>", "2026-11-23T03:00:00Z");
        let rule = RULE_INPUT_TEMPLATE.replace("<time>", "2026-11-23T03:00:00Z");
        assert_eq!(scheduler, rule);
        let input: ExecutionInput = serde_json::from_str(&rule).unwrap();
        assert_eq!(input.trigger.unwrap().kind, CauseKind::Schedule);
        assert_eq!(input.run_key.unwrap(), "schedule/2026-11-23T03:00:00Z#1");
    }

    #[test]
    fn a_start_by_hand_needs_nothing() {
        assert_eq!(serde_json::from_str::<ExecutionInput>("{}").unwrap(), ExecutionInput::default());
    }
}
