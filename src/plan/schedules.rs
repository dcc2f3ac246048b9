//! Schedules → an error for each that never starts anything.

use pipesynth_contract::schedule::Expression;
use pipesynth_diag::{Diagnostic, Sink};
use pipesynth_engine::schedule::Schedule;
use pipesynth_pipeline::triggers::schedule::SchedulePlan;

use super::{Planned, Plans, codes};

/// Reports schedules that have no instant at all, whenever one looks: this needs no clock.
pub(super) fn check(pipelines: &[Planned], sink: &mut Sink) {
    for plan in pipelines.iter().filter_map(|planned| planned.plan.trigger.schedule.as_ref()) {
        // Of bounds that lie the wrong way round that was said.
        if next(plan, 0) == Some(None) && !sink.has_errors_in(plan.place) {
            let message = format!("the schedule never fires: `{}` has no time that comes", plan.expression);
            let why = match plan.start.is_some() || plan.end.is_some() {
                true => "no time of it lies between `start` and `end`".to_owned(),
                false => format!("there is no such date, or the clocks of `{}` skip that time", plan.timezone),
            };
            let found = Diagnostic::error(codes::NEVER_FIRES, plan.expression_place, message)
                .why(why)
                .help("write a date and a time that come");
            sink.push(found);
        }
    }
}

/// Reports schedules whose last instant lies before `now`, in milliseconds since 1970. The templates are the same as before that
/// instant, so this is no part of planning. A past year in a `cron` is a slip, an error; a schedule that was meant to end is over, a warning.
pub fn over(plans: &Plans, now: u64, sink: &mut Sink) {
    for plan in plans.pipelines.iter().filter_map(|planned| planned.plan.trigger.schedule.as_ref()) {
        if next(plan, now) != Some(None) || next(plan, 0) == Some(None) {
            continue;
        }
        let message = format!("the schedule never fires again: every time of `{}` is past", plan.expression);
        let cron = matches!(Expression::parse(&plan.expression), Ok(Expression::Cron(_)));
        let found = match (cron, plan.end.is_some()) {
            (true, false) => Diagnostic::error(codes::NEVER_FIRES, plan.expression_place, message)
                .help("write `*` for the year, or one that comes"),
            (true, true) | (false, _) => Diagnostic::warning(codes::NEVER_FIRES, plan.expression_place, message)
                .help("take the schedule away when it is not needed any more"),
        };
        sink.push(found);
    }
}

/// The first instant after another one; `None` where the schedule cannot be read.
fn next(plan: &SchedulePlan, after: u64) -> Option<Option<u64>> {
    Some(Schedule::of(&plan.contract()).ok()?.next_after(after))
}
