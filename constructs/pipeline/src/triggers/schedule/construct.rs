//! A checked schedule → an EventBridge Scheduler schedule, or a rule on the default bus, that starts the machine.

use pipesynth_cfn::events::{self, rule};
use pipesynth_cfn::scheduler::{self, schedule};
use pipesynth_contract::starts::Engine;
use pipesynth_contract::{names, trigger};
use pipesynth_core::{Intrinsic, Scope, Stack};

use super::SchedulePlan;
use crate::construct::Fixed;

/// Tries of one start within two hours; a later start would run into the next day's data.
const TRIES: u32 = 60;
const TRY_SECONDS: u32 = 7_200;

/// Adds the schedule. `machine` is the ARN of what it starts.
pub fn add(stack: &mut Stack, scope: Scope, plan: &SchedulePlan, name: &str, machine: Intrinsic) {
    match plan.engine {
        Engine::Scheduler => {
            stack.add(scope, "schedule", scheduler(plan, name, machine));
        }
        Engine::Rule => {
            stack.add(scope, "schedule", on_default_bus(plan, name, machine));
        }
    }
}

fn scheduler(plan: &SchedulePlan, name: &str, machine: Intrinsic) -> scheduler::Schedule {
    let window = match plan.flexible_minutes {
        Some(minutes) => schedule::FlexibleTimeWindow::new().mode("FLEXIBLE").maximum_window_in_minutes(minutes as i64),
        None => schedule::FlexibleTimeWindow::new().mode("OFF"),
    };
    let target = schedule::Target::new()
        .arn(machine)
        .role_arn(Fixed::start_role())
        .input(trigger::SCHEDULER_INPUT)
        .dead_letter_config(schedule::DeadLetterConfig::new().arn(Fixed::dead_letters()))
        .retry_policy(
            schedule::RetryPolicy::new().maximum_retry_attempts(TRIES).maximum_event_age_in_seconds(TRY_SECONDS),
        );
    let mut resource = scheduler::Schedule::new()
        .name(names::machine(name))
        .group_name(names::SCHEDULE_GROUP)
        .schedule_expression(plan.expression.clone())
        .schedule_expression_timezone(plan.timezone.clone())
        .flexible_time_window(window)
        .state("ENABLED")
        .target(target);
    if let Some(start) = &plan.start {
        resource = resource.start_date(start.clone());
    }
    if let Some(end) = &plan.end {
        resource = resource.end_date(end.clone());
    }
    resource
}

/// A scheduled rule runs on the default bus alone (EventBridge User Guide, "Creating a rule that runs on a schedule").
fn on_default_bus(plan: &SchedulePlan, name: &str, machine: Intrinsic) -> events::Rule {
    let (variable, path) = trigger::RULE_INPUT_PATHS;
    let input =
        rule::InputTransformer::new().input_paths_map([(variable, path)]).input_template(trigger::RULE_INPUT_TEMPLATE);
    events::Rule::new()
        .name(names::machine(name))
        .schedule_expression(plan.expression.clone())
        .state("ENABLED")
        .targets([rule::Target::new()
            .id("machine")
            .arn(machine)
            .role_arn(Fixed::start_role())
            .input_transformer(input)
            .dead_letter_config(rule::DeadLetterConfig::new().arn(Fixed::dead_letters()))
            .retry_policy(
                rule::RetryPolicy::new().maximum_retry_attempts(TRIES).maximum_event_age_in_seconds(TRY_SECONDS),
            )])
}
