//! A stack's template → what the proofs say of it, at the lines that its resources came from.

use std::collections::BTreeMap;

use pipesynth_accounts::Options;
use pipesynth_contract::names;
use pipesynth_core::{Json, Origin, Stack, Template};
use pipesynth_diag::{Diagnostic, Files, Place, Sink};
use pipesynth_proofs::{Document, Finding, Home};

use super::{check, options};
use crate::plan::Plans;

/// The templates of the two account stacks, which depend on the organisation's choices alone: what differs between accounts is a parameter.
pub struct Accounts {
    options: Options,
    central: Json<'static>,
    user: Json<'static>,
}

/// The account stacks of all organisations: one pair for those of equal choices.
#[derive(Default)]
pub(super) struct Variants {
    pairs: Vec<Accounts>,
    /// So many of them, from the first on, are organisations'; the first one is the first organisation's.
    organizations: usize,
    /// The pair of each pipeline, by its place.
    pipelines: Vec<usize>,
}

/// Proves stacks against the account stacks.
pub struct Prover<'a> {
    central: Document<'a>,
    user: Document<'a>,
}

impl Accounts {
    /// Makes both.
    #[must_use]
    pub fn new(options: Options) -> Self {
        // A stack that is no template has faults, which are reported where it is written.
        let value = |stack: Stack| stack.template().map(|template| template.json().into_owned()).unwrap_or_default();
        let [central, user] = stacks(&options).map(value);
        Self { options, central, user }
    }

    /// The stacks themselves: the central one, and the one of every other account.
    #[must_use]
    pub fn stacks(&self) -> [Stack; 2] {
        stacks(&self.options)
    }

    /// Reads both, for any number of stacks.
    #[must_use]
    pub fn prover(&self) -> Prover<'_> {
        Prover { central: Document::new(&self.central, Home::Central), user: Document::new(&self.user, Home::User) }
    }
}

impl Variants {
    /// Makes every pair once. A pipeline of no organisation has the pair that holds where nothing is said.
    pub(super) fn new(plans: &Plans) -> Self {
        let mut all = Self::default();
        let known = plans.organizations.iter().map(|(path, plan)| (path, all.place(options(Some(plan)))));
        let known: BTreeMap<_, _> = known.collect();
        all.organizations = all.pairs.len();
        for planned in &plans.pipelines {
            let its = planned.source.organization.as_ref().and_then(|path| known.get(path)).copied();
            let its = its.unwrap_or_else(|| all.place(options(None)));
            all.pipelines.push(its);
        }
        all
    }

    fn place(&mut self, options: Options) -> usize {
        self.pairs.iter().position(|pair| pair.options == options).unwrap_or_else(|| {
            self.pairs.push(Accounts::new(options));
            self.pairs.len() - 1
        })
    }

    /// The pairs of organisations, at the places of their provers.
    pub(super) fn of_organizations(&self) -> &[Accounts] {
        self.pairs.get(..self.organizations).unwrap_or_default()
    }

    /// For each pipeline, the place of its prover.
    pub(super) fn of_pipelines(&self) -> &[usize] {
        &self.pipelines
    }

    /// Reads every pair.
    pub(super) fn provers(&self) -> Vec<Prover<'_>> {
        self.pairs.iter().map(Accounts::prover).collect()
    }
}

fn stacks(options: &Options) -> [Stack; 2] {
    [pipesynth_accounts::central::stack(options), pipesynth_accounts::user::stack(options)]
}

impl Prover<'_> {
    /// Reports what is wrong with a stack, whose template is `json`.
    pub(super) fn prove(
        &self,
        template: &Template<'_>,
        json: &Json<'_>,
        files: &Files,
        fallback: Place,
        sink: &mut Sink,
    ) {
        let found = match template.name() {
            names::STACK_CENTRAL => pipesynth_proofs::accounts(&Document::new(json, Home::Central), &self.user),
            names::STACK_USER => pipesynth_proofs::accounts(&Document::new(json, Home::User), &self.central),
            _ => pipesynth_proofs::pipeline(&Document::new(json, Home::User), &self.central, &self.user),
        };
        for finding in found {
            report(finding, template, files, fallback, sink);
        }
    }
}

fn report(finding: Finding, template: &Template<'_>, files: &Files, fallback: Place, sink: &mut Sink) {
    let origin: Option<&Origin> = template.resources().find(|r| r.id == finding.resource).and_then(|r| r.origin);
    let place = origin.and_then(|origin| check::place(origin, files, fallback.file)).unwrap_or(fallback);
    let message = format!("`{}` of stack `{}`: {}", finding.resource, template.name(), finding.message);
    // A permission too many stops nothing from running.
    let diagnostic = match finding.code == pipesynth_proofs::codes::UNUSED {
        true => Diagnostic::warning(finding.code, place, message),
        false => Diagnostic::error(finding.code, place, message),
    };
    sink.push(diagnostic.help_if(finding.help));
}

#[cfg(test)]
mod tests {
    use pipesynth_pipeline::organization::{Account, Fanout, OrganizationPlan, RunLog};

    use super::*;
    use crate::plan::tests::planned;
    use crate::synth;

    fn organization(run_log: RunLog, fanout: Fanout, accounts: usize) -> OrganizationPlan {
        let account = |at| (format!("a{at}"), Account { id: format!("{at:012}"), vpc: None });
        OrganizationPlan {
            id: "o-aaaaaaaaaa".to_owned(),
            central_account: "999999999999".to_owned(),
            region: "eu-central-1".to_owned(),
            timezone: "UTC".to_owned(),
            accounts: (0..accounts).map(account).collect(),
            run_log,
            fanout,
            defaults: None,
        }
    }

    /// Organisations in `a`, `b` and `c`.
    fn plans(organizations: impl IntoIterator<Item = OrganizationPlan>) -> Plans {
        let paths = ["a", "b", "c"].map(|folder| format!("{folder}/pipesynth.yaml").into());
        Plans { pipelines: Vec::new(), organizations: paths.into_iter().zip(organizations).collect() }
    }

    #[test]
    fn the_account_stacks_of_every_organisation_are_checked_and_proven() {
        let good = || organization(RunLog::DynamoDb, Fanout::Targeted, 600);
        // A rule for each account is more than a template holds; without the central template the user stack's rule leads nowhere.
        let bad = || organization(RunLog::DynamoDb, Fanout::Broadcast, 600);
        let codes = |organizations: Vec<OrganizationPlan>| -> Vec<&str> {
            let mut sink = Sink::default();
            synth::check(&plans(organizations), &Files::new(), &mut sink);
            sink.into_sorted().iter().map(|found| found.code.id).collect()
        };
        assert!(codes(vec![good(), good()]).is_empty());
        for organizations in [vec![bad(), good()], vec![good(), bad()], vec![good(), good(), bad()]] {
            assert_eq!(codes(organizations), [check::codes::STACK.id, pipesynth_proofs::codes::HANDSHAKE.id]);
        }
    }

    #[test]
    fn pipelines_are_proven_against_their_own_organisations_stacks_which_those_of_equal_choices_share() {
        let aurora = || organization(RunLog::AuroraPostgres, Fanout::Targeted, 1);
        let mut plans = plans([aurora(), organization(RunLog::DynamoDb, Fanout::Broadcast, 1), aurora()]);
        let account = "account: '111111111111'";
        plans.pipelines = planned(&["x/p", "y/p", "z/p"].map(|path| (path, account))).plans.pipelines;
        for (pipeline, organization) in plans.pipelines.iter_mut().zip([Some("c"), Some("b"), None]) {
            pipeline.source.organization = organization.map(|folder| format!("{folder}/pipesynth.yaml").into());
        }
        let variants = Variants::new(&plans);
        assert_eq!((variants.of_organizations().len(), variants.of_pipelines()), (2, [0, 1, 2].as_slice()));
        let chosen = [0, 1].map(|at| options(Some(&plans.organizations[at])));
        assert!(variants.pairs.iter().map(|pair| &pair.options).eq(chosen.iter().chain([&Options::default()])));
        assert_eq!(variants.provers().len(), 3);
    }
}
