//! A run's status, or a trigger → the event as EventBridge has it, whole or leaf by leaf.

use pipesynth_contract::trigger::TriggerDetail;
use pipesynth_contract::{PipelineId, Status, names};
use pipesynth_engine::{Included, StatusDetail, StatusEvent, utc_text};
use serde_json::{Value, json};

use crate::lots::{Lot, Seed};
use crate::wiring::Pipeline;
use crate::wiring::bus::{Event, Leaf};

/// `Step Functions Execution Status Change`.
pub(crate) struct StatusView<'e> {
    /// Position of the pipeline.
    pub at: usize,
    pub pipeline: &'e Pipeline,
    /// The execution's ARN and name.
    pub execution: &'e str,
    pub name: &'e str,
    pub status: Status,
    pub started: u64,
    pub stopped: Option<u64>,
    pub input: &'e str,
    /// For `SUCCEEDED`.
    pub output: &'e str,
}

/// `Pipeline Trigger`.
pub(crate) struct TriggerView<'e> {
    /// The account that puts it.
    pub account: &'e str,
    pub region: &'e str,
    pub detail: &'e TriggerDetail,
    pub at: u64,
}

/// What every envelope has.
const ENVELOPE: [&str; 9] =
    ["version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"];

const STATUS_DETAIL: [&str; 14] = [
    "executionArn",
    "stateMachineArn",
    "name",
    "status",
    "startDate",
    "stopDate",
    "input",
    "inputDetails",
    "output",
    "outputDetails",
    "error",
    "cause",
    "stateMachineVersionArn",
    "stateMachineAliasArn",
];

impl StatusView<'_> {
    /// The event as the trigger manager reads it: the members of [`Event::value`] that it knows.
    pub fn event(&self) -> StatusEvent<'_> {
        let succeeded = self.status == Status::Succeeded;
        StatusEvent {
            source: names::STATES_SOURCE,
            detail_type: names::DETAIL_TYPE_STATUS,
            account: self.pipeline.id.account(),
            replay_name: None,
            detail: StatusDetail {
                execution_arn: self.execution,
                state_machine_arn: &self.pipeline.machine.arn,
                name: self.name,
                status: self.status.as_str(),
                start_date: self.started,
                stop_date: self.stopped,
                input: Some(self.input),
                input_details: Some(Included { included: true }),
                output: succeeded.then_some(self.output),
                output_details: succeeded.then_some(Included { included: true }),
            },
        }
    }
}

impl Event for StatusView<'_> {
    fn value(&self) -> Value {
        let succeeded = self.status == Status::Succeeded;
        let included = json!({"included": true});
        json!({
            "version": "0",
            "id": id(Seed::new(0).text(self.execution).text(self.status.as_str()).number(self.stopped.unwrap_or_default())),
            "detail-type": names::DETAIL_TYPE_STATUS,
            "source": names::STATES_SOURCE,
            "account": self.pipeline.id.account(),
            "time": seconds(self.stopped.unwrap_or(self.started)),
            "region": self.pipeline.region,
            "resources": [self.execution],
            "detail": {
                "executionArn": self.execution,
                "stateMachineArn": self.pipeline.machine.arn,
                "name": self.name,
                "status": self.status,
                "startDate": self.started,
                "stopDate": self.stopped,
                "input": self.input,
                "inputDetails": included,
                "output": succeeded.then_some(self.output),
                "outputDetails": succeeded.then_some(included),
                "error": null,
                "cause": null,
                "stateMachineVersionArn": null,
                "stateMachineAliasArn": null,
            },
        })
    }

    fn leaf(&self, name: &str) -> Leaf<'_> {
        match name {
            "source" => Leaf::Text(names::STATES_SOURCE),
            "detail-type" => Leaf::Text(names::DETAIL_TYPE_STATUS),
            "account" => Leaf::Text(self.pipeline.id.account()),
            "region" => Leaf::Text(&self.pipeline.region),
            "detail.stateMachineArn" => Leaf::Text(&self.pipeline.machine.arn),
            "detail.status" => Leaf::Text(self.status.as_str()),
            _ => other(name, &STATUS_DETAIL),
        }
    }

    /// The texts above are the pipeline's and the status.
    fn number(&self) -> Option<u64> {
        let status = Status::ALL.iter().position(|status| *status == self.status)?;
        u64::try_from(self.at * Status::ALL.len() + status).ok()
    }
}

impl Event for TriggerView<'_> {
    fn value(&self) -> Value {
        json!({
            "version": "0",
            "id": id(Seed::new(0).text(&self.detail.firing_id).number(self.at)),
            "detail-type": names::DETAIL_TYPE_TRIGGER,
            "source": names::EVENT_SOURCE,
            "account": self.account,
            "time": seconds(self.at),
            "region": self.region,
            "resources": [],
            "detail": self.detail,
        })
    }

    fn leaf(&self, name: &str) -> Leaf<'_> {
        let detail = self.detail;
        match name {
            "source" => Leaf::Text(names::EVENT_SOURCE),
            "detail-type" => Leaf::Text(names::DETAIL_TYPE_TRIGGER),
            "account" => Leaf::Text(self.account),
            "region" => Leaf::Text(self.region),
            "detail.target.account" => Leaf::Text(&detail.target.account),
            "detail.target.region" => Leaf::Text(&detail.target.region),
            "detail.target.pipeline" => Leaf::Text(&detail.target.pipeline),
            _ => match name.strip_prefix("detail.parents.").and_then(|rest| rest.strip_suffix(".status")) {
                // The ids of pipelines hold no dots, so a name stands for one place only.
                Some(parent) => match detail.parents.iter().find(|(id, _)| id.as_str() == parent) {
                    Some((_, run)) => Leaf::Text(run.status.as_str()),
                    None if parent.parse::<PipelineId>().is_ok() => Leaf::Absent,
                    None => Leaf::Other,
                },
                None => other(name, &["v", "firingId", "target", "parents", "input"]),
            },
        }
    }
}

/// A leaf whose first key no such event has is absent; any other is looked up in the whole event.
fn other<'e>(name: &str, in_detail: &[&str]) -> Leaf<'e> {
    let begins = |keys: &[&str], name: &str| {
        keys.iter().any(|key| name.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    };
    let there = match name.strip_prefix("detail.") {
        Some(inner) => begins(in_detail, inner),
        None => begins(&ENVELOPE, name),
    };
    if there { Leaf::Other } else { Leaf::Absent }
}

/// An id that looks like one, and is the same in every simulation.
fn id(seed: Seed) -> String {
    let part = |number: u64| seed.number(number).draw(Lot::Delivery, (0, u64::MAX));
    let (a, b) = (part(1), part(2));
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xffff,
        b >> 48,
        b & 0xffff_ffff_ffff
    )
}

/// To the second, as EventBridge writes it.
fn seconds(millis: u64) -> String {
    utc_text(millis / 1000 * 1000).unwrap_or_default()
}
