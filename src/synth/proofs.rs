//! A stack's template → what the proofs say of it, at the lines that its resources came from.

use pipesynth_accounts::Options;
use pipesynth_contract::names;
use pipesynth_core::{Json, Origin, Stack, Template};
use pipesynth_diag::{Diagnostic, Files, Place, Sink};
use pipesynth_proofs::{Document, Finding, Home};

use super::check;

/// The templates of the two account stacks, which depend on the organisation's choices alone: what differs between accounts is a parameter.
pub struct Accounts {
    options: Options,
    central: Json<'static>,
    user: Json<'static>,
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
