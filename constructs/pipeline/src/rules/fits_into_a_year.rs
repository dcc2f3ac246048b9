//! A run ends within the year that a state machine's execution may take.

use pipesynth_diag::codes as common;

use crate::lower::Lower;
use crate::plan::PipelinePlan;

/// Seconds of the longest execution: one year (Step Functions quotas).
const LONGEST: u64 = 31_536_000;
const DAY: u64 = 86_400;

pub(super) fn check(plan: &PipelinePlan, cx: &mut Lower<'_>) {
    let seconds = crate::machine::timeout(plan);
    let Some(longest) = plan.steps.iter().max_by_key(|step| step.longest()) else { return };
    if seconds <= LONGEST {
        return;
    }
    let message = format!(
        "all tries of the steps on the longest way may take {} days, and a run must end within 365",
        seconds.div_ceil(DAY)
    );
    let alone = longest.longest().div_ceil(DAY);
    let days = if alone == 1 { "day" } else { "days" };
    let help =
        format!("give the steps shorter timeouts or fewer attempts; `{}` alone may take {alone} {days}", longest.name);
    cx.error_help(common::OUT_OF_RANGE, longest.name.place, message, help);
}
