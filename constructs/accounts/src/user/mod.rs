//! The user-account stack: what every account needs in which pipelines run. One parametrised template serves all accounts.

mod alerts;
mod boundary;
mod bucket;
mod bus;
mod compute;
mod deploy;
mod deploy_execution;
mod export;
mod functions;
mod network;
mod reaper;
mod runs;
mod security;
mod slack;
mod start;
mod tracker;
mod vpc;

use pipesynth_contract::names;
use pipesynth_core::{Parameter, Stack};

use crate::Options;
use crate::alarm;
use crate::function::code_parameters;

/// Builds the stack. What differs between accounts (network, organisation, central account) is a parameter.
pub fn stack(options: &Options) -> Stack {
    let mut stack =
        Stack::new(names::STACK_USER, "pipesynth: buses, bucket, compute roles and functions of one account");
    parameters(&mut stack);
    stack.tag("pipesynth:stack", "user");
    code_parameters(&mut stack);
    alarm::topic(&mut stack);
    bus::add(&mut stack, &options.fanout);
    let dead = bus::dead_letters(&mut stack);
    export::add(&mut stack, dead);
    let bucket = bucket::add(&mut stack);
    let runs = runs::add(&mut stack);
    let network = network::add(&mut stack);
    compute::add(&mut stack, bucket, network);
    boundary::add(&mut stack);
    deploy::add(&mut stack);
    deploy_execution::add(&mut stack);
    start::add(&mut stack, dead);
    functions::add(&mut stack, runs);
    slack::add(&mut stack, dead);
    alerts::add(&mut stack);
    tracker::add(&mut stack);
    reaper::add(&mut stack);
    stack
}

fn parameters(stack: &mut Stack) {
    let account = Parameter::new("String", "The central account's id").with("AllowedPattern", "^[0-9]{12}$");
    stack.parameter("CentralAccountId", account);
    let organization = Parameter::new("String", "The AWS organisation that all accounts belong to")
        .with("AllowedPattern", "^o-[a-z0-9]{10,32}$");
    stack.parameter("OrgId", organization);
    let url = Parameter::new(
        "String",
        "URL of the central account's registry API, with its stage, without a slash at the end",
    )
    .with("AllowedPattern", "^https?://[^ ]+[^/ ]$");
    stack.parameter("RegistryUrl", url);
    slack::parameter(stack);
}
