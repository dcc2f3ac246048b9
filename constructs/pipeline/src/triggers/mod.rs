//! `trigger:` — what starts a pipeline: a schedule, a condition on other pipelines, or both.

pub mod executions;
pub mod schedule;

use pipesynth_contract::options::Correlate;
use pipesynth_contract::starts::{Operator, Trigger};
use pipesynth_diag::{Diagnostic, Place, Spanned, spec, spec_enum};

use crate::codes;
use crate::lower::{Lower, check_timezone};

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
    /// The zone that is written at one of them.
    pub timezone: Option<String>,
}

impl TriggerPlan {
    /// Whether the schedule alone starts nothing: the central side hears of it and waits for the condition as well, so AWS keeps no schedule.
    pub fn waits_for_both(&self) -> bool {
        self.operator == Some(Operator::And)
    }

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
    let written = written_zone(spec, cx);
    let zone = Zone {
        name: written.as_ref().map_or_else(|| cx.timezone(), |zone| zone.value.clone()),
        place: written.as_ref().map(|zone| zone.place),
    };
    let operator = operator(spec, cx);
    let schedule = spec.schedule.as_ref().map(|s| schedule::lower(s, &zone, cx));
    let executions = spec.executions.as_ref().map(|e| executions::lower(e, name, account, cx));
    if let (Some(Operator::And), Some(schedule)) = (operator, &spec.schedule) {
        schedule::refuse_with_condition(schedule, cx);
        of_one_date(spec, cx);
    }
    let timezone = written.map(|zone| zone.value);
    Some(TriggerPlan { schedule: transpose(schedule)?, executions: transpose(executions)?, operator, timezone })
}

/// With `operator: AND` the scheduled time and the runs meet in one logical date.
fn of_one_date(spec: &TriggerSpec, cx: &mut Lower<'_>) {
    let written = spec.executions.as_ref().and_then(|e| e.correlate.as_ref()).zip(spec.operator.as_ref());
    let Some((correlate, operator)) = written else { return };
    // One that cannot be read is told where it is read.
    if correlate.parse::<Correlate>().map_or(true, |read| read.is_of_a_date()) {
        return;
    }
    let message = format!("`operator: AND` needs `correlate: day` or `hour`, got `{correlate}`");
    let found = Diagnostic::error(codes::BAD_CONDITION, correlate.place, message)
        .related(operator.place, "the schedule is joined here")
        .why(
            "it starts the pipeline not before the scheduled time of one logical date; without the date, yesterday's time would let a run \
             of today through",
        )
        .help("take `correlate` away: its default is `day`");
    cx.sink.push(found);
}

/// The one zone of a pipeline, in the database's own spelling.
pub struct Zone {
    /// IANA name.
    pub name: String,
    /// Where it was written; `None` for the organisation's.
    pub place: Option<Place>,
}

/// The zone that is written at the schedule, at the condition, or at both alike. Two zones would make two logical dates of one run.
fn written_zone(spec: &TriggerSpec, cx: &mut Lower<'_>) -> Option<Spanned<String>> {
    let mut checked = |written: Option<&Spanned<String>>| {
        let written = written?;
        Some(Spanned::new(check_timezone(written, cx.sink)?, written.place))
    };
    let of_schedule = checked(spec.schedule.as_ref().and_then(|s| s.timezone.as_ref()));
    let of_condition = checked(spec.executions.as_ref().and_then(|e| e.timezone.as_ref()));
    if let (Some(first), Some(second)) = (&of_schedule, &of_condition)
        && first != second
    {
        let message = format!("the condition is in `{second}`, and the schedule in `{first}`");
        let found = Diagnostic::error(codes::TWO_ZONES, second.place, message)
            .related(first.place, "the schedule's zone is here")
            .why("a run has one logical date, whatever started it, so a pipeline has one time zone")
            .help("write the same zone at both, or at one of them: it then holds for both");
        cx.sink.push(found);
    }
    of_schedule.or(of_condition)
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
