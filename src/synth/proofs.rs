//! A stack's template → what the proofs say of it, at the lines that its resources came from.

use pipesynth_contract::names;
use pipesynth_core::{Origin, Stack, Template};
use pipesynth_diag::{Diagnostic, Files, Place, Sink};
use pipesynth_proofs::{Document, Finding, Home};
use serde_json::Value;

use super::check;

/// The templates of the two account stacks, which depend on nothing but this program: what differs between accounts is a parameter.
pub struct Accounts {
    central: Value,
    user: Value,
}

/// Proves stacks against the account stacks.
pub struct Prover<'a> {
    central: Document<'a>,
    user: Document<'a>,
}

impl Accounts {
    /// Makes both.
    #[must_use]
    pub fn new() -> Self {
        // A stack that is no template has faults, which are reported where it is written.
        let value = |stack: Stack| {
            let json = stack.template().ok().and_then(|template| template.to_json().ok());
            json.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
        };
        Self { central: value(pipesynth_accounts::central::stack()), user: value(pipesynth_accounts::user::stack()) }
    }

    /// Reads both, for any number of stacks.
    #[must_use]
    pub fn prover(&self) -> Prover<'_> {
        Prover { central: Document::new(&self.central, Home::Central), user: Document::new(&self.user, Home::User) }
    }
}

impl Default for Accounts {
    fn default() -> Self {
        Self::new()
    }
}

impl Prover<'_> {
    /// Reports what is wrong with a stack, whose template is `json`.
    pub(super) fn prove(&self, template: &Template<'_>, json: &str, files: &Files, fallback: Place, sink: &mut Sink) {
        // What was just written is JSON.
        let Ok(value) = serde_json::from_str::<Value>(json) else { return };
        let found = match template.name() {
            names::STACK_CENTRAL => pipesynth_proofs::accounts(&Document::new(&value, Home::Central), &self.user),
            names::STACK_USER => pipesynth_proofs::accounts(&Document::new(&value, Home::User), &self.central),
            _ => pipesynth_proofs::pipeline(&Document::new(&value, Home::User), &self.central, &self.user),
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
