//! `trigger:` — what starts a pipeline: a schedule, a condition on other pipelines, or both.

pub mod executions;
pub mod schedule;

use pipesynth_contract::starts::{Operator, Trigger};
use pipesynth_diag::{Diagnostic, Spanned, spec, spec_enum};

use crate::codes;
use crate::lower::Lower;

spec! {
    /// What starts a pipeline.
    pub struct TriggerSpec: "`trigger`" {
        /// By the clock.
        schedule: Option<Spanned<schedule::ScheduleSpec>> => "schedule",
        /// By other pipelines.
        executions: Option<Spanned<executions::ExecutionsSpec>> => "executions",
        /// How both are joined: `OR`, or `AND` (not before the scheduled time, and only when the condition holds for that logical date).
        operator: Option<Spanned<OperatorSpec>> => "operator",
    }
}

spec_enum! {
    /// How two conditions are joined.
    pub enum OperatorSpec: "an operator" {
        /// Both must hold.
        And => "AND",
        /// One is enough.
        Or => "OR",
    }
}

/// What starts a pipeline, checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TriggerPlan {
    /// By the clock.
    pub schedule: Option<schedule::SchedulePlan>,
    /// By other pipelines.
    pub executions: Option<executions::ExecutionsPlan>,
    /// How both are joined.
    pub operator: Option<Operator>,
}

impl TriggerPlan {
    /// The form in which the central side hears of it.
    pub fn contract(&self) -> Trigger {
        Trigger {
            schedule: self.schedule.as_ref().map(schedule::SchedulePlan::contract),
            executions: self.executions.as_ref().map(|e| e.condition.clone()),
            operator: self.operator,
        }
    }
}

/// Checks the trigger of the pipeline called `name` (lower case) in `account`.
pub fn lower(
    spec: &Spanned<TriggerSpec>,
    name: &str,
    account: Option<&str>,
    cx: &mut Lower<'_>,
) -> Option<TriggerPlan> {
    let schedule = spec.schedule.as_ref().map(|s| schedule::lower(s, cx));
    let executions = spec.executions.as_ref().map(|e| executions::lower(e, name, account, cx));
    let operator = operator(spec, cx);
    if let (Some(Operator::And), Some(operator)) = (operator, &spec.operator) {
        let instead = "use `OR`, or leave the schedule out: a pipeline starts as soon as its condition holds";
        cx.not_yet(operator.place, "`trigger.operator: AND`", Some(instead));
    }
    Some(TriggerPlan { schedule: transpose(schedule)?, executions: transpose(executions)?, operator })
}

/// `Some(None)` is a part that was there and could not be read: no plan can be made.
fn transpose<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        None => Some(None),
        Some(None) => None,
        Some(some) => Some(some),
    }
}

fn operator(spec: &Spanned<TriggerSpec>, cx: &mut Lower<'_>) -> Option<Operator> {
    let both = spec.schedule.as_ref().zip(spec.executions.as_ref());
    match (&spec.operator, both) {
        (Some(operator), Some(_)) => Some(match operator.value {
            OperatorSpec::And => Operator::And,
            OperatorSpec::Or => Operator::Or,
        }),
        (None, None) => None,
        (Some(operator), None) => {
            let help = "take `operator` away; inside `executions` it joins `allOf` with `anyOf`";
            cx.error_help(
                codes::BAD_CONDITION,
                operator.place,
                "`operator` joins `schedule` and `executions`, and only one of them is there",
                help,
            );
            None
        }
        (None, Some((schedule, executions))) => {
            let found = Diagnostic::error(
                codes::OPERATOR_NEEDED,
                executions.place,
                "`schedule` and `executions` stand together without `operator`",
            )
            .related(schedule.place, "the schedule is here")
            .why("each could start the pipeline by itself, or the pipeline could wait for both; this is not guessed")
            .help("add `operator: OR` (each starts it) or `operator: AND` (both are needed) under `trigger`");
            cx.sink.push(found);
            None
        }
    }
}
