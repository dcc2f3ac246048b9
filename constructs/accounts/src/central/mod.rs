//! The central account's stack: hears every run of every account, keeps the run log and the gates, and starts children.

mod access;
mod alarms;
mod api;
mod archive;
mod broadcast;
mod bus;
mod dispatch;
mod manager;
mod notices;
mod run_log;
mod slack;
mod slack_api;
mod stage;

use pipesynth_contract::names;
use pipesynth_core::{Parameter, Stack};

use crate::alarm;
use crate::function::code_parameters;
use crate::{Fanout, Options};

/// Builds the stack. It holds nothing of one organisation, for `OrgId` and the code's place are parameters; but where triggers are
/// broadcast, it names the accounts.
pub fn stack(options: &Options) -> Stack {
    let mut stack =
        Stack::new(names::STACK_CENTRAL, "pipesynth: run log, trigger decisions and dispatch for all accounts");
    organisation(&mut stack);
    stack.tag("pipesynth:stack", "central");
    code_parameters(&mut stack);
    alarm::topic(&mut stack);
    let bus = bus::add(&mut stack);
    archive::add(&mut stack, bus);
    let log = run_log::add(&mut stack, options.run_log);
    let notices = notices::add(&mut stack, dispatch::TIMEOUT);
    manager::add(&mut stack, bus, log, notices);
    let broadcasts = match &options.fanout {
        Fanout::Targeted => None,
        Fanout::Broadcast(accounts) => {
            broadcast::add(&mut stack, bus, accounts);
            Some(bus)
        }
    };
    dispatch::add(&mut stack, log, notices, broadcasts);
    let account = api::add(&mut stack, log, notices);
    slack::add(&mut stack, log, account);
    alarms::add(&mut stack, log);
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
