//! Who waits for whom → an error for each parent that should have been found and was not.
//!
//! A parent may be deployed later, or by a team whose files are elsewhere: the central side then lets the condition wait, and the deploy
//! says so. So a name that was not found is an error only where the files claim to show the parent's account: PATH holds more than one
//! project, and a pipeline of that account is among them. One project by itself never gets this error, and neither does a condition on an
//! account of which nothing was found. A repository that holds only some pipelines of an account is checked project by project.

use std::collections::{BTreeMap, BTreeSet};

use pipesynth_diag::{Diagnostic, Sink, nearest};
use pipesynth_pipeline::PipelineSpec;
use pipesynth_pipeline::triggers::executions::Parent;

use super::dependencies::Dependencies;
use super::{Plans, codes};

/// How many names are compared in one run to find the nearest ones. Beyond it findings come without a proposal, so that the time stays
/// linear in the number of pipelines.
const COMPARISONS: usize = 200_000;

/// The pipelines with errors of their own, which are in no plan and must not be reported as missing.
#[derive(Default)]
pub(super) struct LeftOut {
    names: BTreeSet<String>,
    /// True where the name of one of them is not certain.
    nameless: bool,
}

impl LeftOut {
    /// Notes a pipeline that has no plan.
    pub fn add(&mut self, spec: Option<&PipelineSpec>) {
        match spec.and_then(|s| s.name.as_ref()) {
            Some(name) => _ = self.names.insert(name.to_ascii_lowercase()),
            None => self.nameless = true,
        }
    }
}

/// Reports every parent that should have been found.
pub(super) fn check(dependencies: &Dependencies<'_>, plans: &Plans, left_out: &LeftOut, sink: &mut Sink) {
    let mut projects = dependencies.pipelines.iter().map(|p| &p.source.folder);
    let first = projects.next();
    if left_out.nameless || projects.all(|folder| Some(folder) == first) {
        return;
    }
    let known = Known::new(dependencies);
    let mut budget = COMPARISONS;
    for (_, parent) in &dependencies.missing {
        let name = parent.name.to_ascii_lowercase();
        let Some(account) = parent.account.as_deref() else { continue };
        let Some(names) = known.by_account.get(account) else { continue };
        let accounts = known.by_name.get(name.as_str()).map_or(&[][..], Vec::as_slice);
        // A pipeline for any account may be deployed into this one.
        if accounts.contains(&None) || left_out.names.contains(&name) {
            continue;
        }
        budget = budget.saturating_sub(names.len());
        let near = if budget > 0 { nearest(&parent.name, names.iter().copied()) } else { None };
        sink.push(finding(parent, account, near, accounts, plans));
    }
}

/// What was found, the other way round.
struct Known<'a> {
    /// Account → names.
    by_account: BTreeMap<&'a str, Vec<&'a str>>,
    /// Lower-case name → accounts.
    by_name: BTreeMap<&'a str, Vec<Option<&'a str>>>,
}

impl<'a> Known<'a> {
    fn new(dependencies: &Dependencies<'a>) -> Self {
        let mut known = Self { by_account: BTreeMap::new(), by_name: BTreeMap::new() };
        for ((account, name), position) in &dependencies.by_id {
            if let Some(account) = account {
                known.by_account.entry(account).or_default().push(dependencies.name(*position));
            }
            known.by_name.entry(name).or_default().push(*account);
        }
        known
    }
}

fn finding(parent: &Parent, account: &str, near: Option<&str>, accounts: &[Option<&str>], plans: &Plans) -> Diagnostic {
    let shown = |id: &str| plans.alias(id).map_or_else(|| format!("`{id}`"), |alias| format!("`{alias}` ({id})"));
    let message = format!("no pipeline of account {} is named `{}`", shown(account), parent.name.value);
    let elsewhere = accounts.first().copied().flatten();
    Diagnostic::error(codes::UNKNOWN_PARENT, parent.name.place, message)
        .why("other pipelines of that account were found, and a condition on one that is not there never holds")
        .help_if(elsewhere.map(|id| format!("account {} has a pipeline of this name", shown(id))))
        .help_if(near.map(|name| format!("did you mean `{name}`?")))
        .help("if it is kept elsewhere, check this project by its own folder")
}
