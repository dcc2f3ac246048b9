//! Checked plans → their templates, deployed in memory.

use pipesynth_diag::{Files, Sink};
use pipesynth_simulator::{Deployment, Stack};
use serde_json::Value;

use super::scenario::STAND_IN_ACCOUNT;
use crate::plan::{Planned, Plans};
use crate::synth;

/// What stands in for what only pipesynth.yaml could tell: no account, organisation or region of AWS has these.
pub const STAND_IN: StandIn = StandIn {
    organization: "o-simulated0",
    central_account: "000000000000",
    account: STAND_IN_ACCOUNT,
    region: "eu-central-1",
};

/// See [`STAND_IN`].
#[derive(Debug, Clone, Copy)]
pub struct StandIn {
    /// The organisation's id.
    pub organization: &'static str,
    /// The central account.
    pub central_account: &'static str,
    /// The account of pipelines that name none.
    pub account: &'static str,
    /// The region of everything.
    pub region: &'static str,
}

/// Why there is no deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Errors were reported: the templates cannot be made.
    Reported,
    /// The simulator cannot follow the templates: why, one line each.
    Refused(Vec<String>),
}

/// Makes every template as `synth` does, and deploys it: the central stack once, the user stack wherever pipelines run, each pipeline's.
///
/// # Errors
/// [`Fault`].
pub fn deployment(plans: &Plans, files: &Files, sink: &mut Sink) -> Result<Deployment, Fault> {
    let organization = plans.organizations.values().next();
    let organization_id = organization.map_or(STAND_IN.organization, |o| o.id.as_str());
    let central_account = organization.map_or(STAND_IN.central_account, |o| o.central_account.as_str());
    let home = organization.map_or(STAND_IN.region, |o| o.region.as_str());
    let mut account_stack = |stack| synth::account(stack, None, files, sink).and_then(|stack| json(&stack));
    let options = synth::options(organization);
    let central = account_stack(pipesynth_accounts::central::stack(&options)).ok_or(Fault::Reported)?;
    let user = account_stack(pipesynth_accounts::user::stack(&options)).ok_or(Fault::Reported)?;

    let mut builder =
        Deployment::builder(Stack { account: central_account, region: home, template: &central }, organization_id);
    let place = |planned: &'_ Planned| {
        let account = planned.plan.account.as_ref().map_or(STAND_IN.account.to_owned(), |account| account.id.clone());
        (account, planned.plan.region.clone().unwrap_or_else(|| home.to_owned()))
    };
    let mut places: Vec<(String, String)> = plans.pipelines.iter().map(place).collect();
    places.sort();
    places.dedup();
    for (account, region) in &places {
        builder.user(Stack { account, region, template: &user });
    }
    for planned in &plans.pipelines {
        let (account, region) = place(planned);
        let template =
            synth::pipeline(planned, None, files, sink).and_then(|stack| json(&stack)).ok_or(Fault::Reported)?;
        builder.pipeline(Stack { account: &account, region: &region, template: &template });
    }
    builder.build().map_err(Fault::Refused)
}

/// The template that was written, read again: what AWS would get.
fn json(stack: &synth::StackFile) -> Option<Value> {
    serde_json::from_str(&stack.json).ok()
}
