//! The central account's stack: hears every run of every account, keeps the run log and the gates, and starts children.

mod access;
mod alarms;
mod api;
mod archive;
mod bus;
mod dispatch;
mod manager;
mod stage;
mod state;

use pipesynth_contract::names;
use pipesynth_core::{Parameter, Stack};

use crate::alarm;
use crate::function::code_parameters;

/// Builds the stack. It holds nothing of one organisation: `OrgId` and the code's place are parameters.
pub fn stack() -> Stack {
    let mut stack =
        Stack::new(names::STACK_CENTRAL, "pipesynth: run log, trigger decisions and dispatch for all accounts");
    organisation(&mut stack);
    stack.tag("pipesynth:stack", "central");
    code_parameters(&mut stack);
    alarm::topic(&mut stack);
    let bus = bus::add(&mut stack);
    archive::add(&mut stack, bus);
    let table = state::add(&mut stack);
    manager::add(&mut stack, bus, table);
    dispatch::add(&mut stack, table);
    api::add(&mut stack, table);
    alarms::add(&mut stack, table);
    stack
}

/// The parameter `OrgId`.
fn organisation(stack: &mut Stack) {
    stack.parameter(
        "OrgId",
        Parameter::new("String", "The AWS organisation whose accounts may report runs")
            .with("AllowedPattern", "^o-[a-z0-9]{10,32}$"),
    );
}
