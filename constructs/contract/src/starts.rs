//! A pipeline's schedule and condition with their options → one [`Trigger`], and the canonical JSON that `rev` is the hash of.

use serde::{Deserialize, Serialize};

use crate::ContractError;
use crate::expression::Node;
use crate::options::{Backfill, Correlate, LocalTime, OnMiss, OnRerun, WhileRunning, Within};

/// A condition with its options, every effective value written out; options at their default that rarely matter are left out,
/// so that an option added later does not move the hash of older conditions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Executions {
    /// The tree.
    pub condition: Node,
    /// Which runs of the parents belong together.
    pub correlate: Correlate,
    /// How long a parent's run stays valid.
    pub within: Within,
    /// What a newer run of a parent does after the child has run.
    pub on_rerun: OnRerun,
    /// The latest local time of the logical date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<LocalTime>,
    /// What happens at the deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_miss: Option<OnMiss>,
    /// What an open newer run of a parent does.
    #[serde(default, skip_serializing_if = "is_default")]
    pub while_running: WhileRunning,
    /// What a parent's backfilled run does.
    #[serde(default, skip_serializing_if = "is_default")]
    pub backfill: Backfill,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Executions {
    /// The condition in canonical form with the default options: `correlate: day`, and so `within: none`; `onRerun: refire`.
    pub fn new(condition: Node) -> Self {
        let (condition, correlate) = (condition.canonical(), Correlate::default());
        let within = Self::default_within(&condition, &correlate);
        Self {
            condition,
            correlate,
            within,
            on_rerun: OnRerun::default(),
            deadline: None,
            on_miss: None,
            while_running: WhileRunning::default(),
            backfill: Backfill::default(),
        }
    }

    /// `within` where none is written: 24 hours for `correlate: none` and a tree with an AND, where nothing else keeps old runs from
    /// meeting new ones. With another `correlate` none: a parent that is repaired two days later still completes its own day.
    pub fn default_within(condition: &Node, correlate: &Correlate) -> Within {
        if *correlate == Correlate::None && condition.has_and() { Within::DAY } else { Within::None }
    }
}

/// How a schedule and a condition are joined (decisions: required when both are there).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Operator {
    /// Not before the scheduled time, and only when the condition holds for that logical date.
    And,
    /// Each starts the pipeline by itself.
    Or,
}

/// Which AWS service keeps the schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// EventBridge Scheduler, in the schedule's time zone.
    #[default]
    Scheduler,
    /// A rule on the account's default bus, in UTC.
    Rule,
}

/// A pipeline's own schedule, as the central side needs it (to show it, and for [`Operator::And`]).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schedule {
    /// The expression as EventBridge takes it: `cron(0 3 * * ? *)`, `rate(1 day)`, `at(...)`.
    pub expression: String,
    /// IANA name of the zone the expression is read in.
    pub timezone: String,
    /// Which AWS service keeps it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub engine: Engine,
    /// First instant, RFC 3339 in UTC; a rate has its first start then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Last instant, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// What starts a pipeline; without either part it is started by hand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Trigger {
    /// Its own schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// Its condition on other pipelines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub executions: Option<Executions>,
    /// How both are joined; only with both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<Operator>,
}

impl Trigger {
    /// JSON without spaces and with sorted keys: what the content hash `rev` is taken of. The condition is brought into canonical
    /// form first; accounts must be resolved before ([`Node::resolved`]), else two accounts' conditions look alike.
    pub fn canonical_json(&self) -> Result<String, ContractError> {
        let mut trigger = self.clone();
        if let Some(executions) = trigger.executions.as_mut() {
            executions.condition = executions.condition.clone().canonical();
        }
        let fault = |error: serde_json::Error| ContractError::new(error.to_string());
        let mut value = serde_json::to_value(&trigger).map_err(fault)?;
        value.sort_all_objects();
        serde_json::to_string(&value).map_err(fault)
    }

    /// Everything that is wrong with it.
    pub fn findings(&self) -> Vec<String> {
        let mut found = self.executions.as_ref().map_or_else(Vec::new, |e| e.condition.findings());
        let both = self.schedule.is_some() && self.executions.is_some();
        if both != self.operator.is_some() {
            found.push("`operator` stands with `schedule` and `executions` both, and only then".to_owned());
        }
        if let Some(executions) = &self.executions
            && executions.on_miss.is_some() != executions.deadline.is_some()
        {
            found.push("`deadline` and `onMiss` stand together".to_owned());
        }
        if let (Some(Operator::And), Some(executions)) = (self.operator, &self.executions)
            && !executions.correlate.is_of_a_date()
        {
            let got = &executions.correlate;
            found.push(format!(
                "`operator: AND` waits for one logical date; it needs `correlate: day` or `hour`, got `{got}`"
            ));
        }
        found
    }
}

#[cfg(test)]
#[path = "starts_tests.rs"]
mod tests;
