//! Templates, one after the other → how much of AWS's limits is used, and how many pipelines more there is room for.

pub mod limits;
mod measure;
mod text;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use pipesynth_contract::names;
use pipesynth_diag::{Diagnostic, Place, Sink};
use pipesynth_pipeline::organization::OrganizationPlan;
use serde::Serialize;

use crate::synth::codes;
pub use limits::Limit;
pub use measure::{Measured, measure};
pub use text::text;

/// From so many per cent of a limit on it is reported: time enough to ask AWS for more, or to divide.
pub const NEAR_PERCENT: u64 = 80;

/// A limit and what is used of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Use {
    /// The limit.
    #[serde(serialize_with = "id")]
    pub limit: &'static Limit,
    /// What uses it: an account, a stack, a resource of a stack.
    pub by: String,
    /// How much is used.
    pub used: u64,
    /// How much there is.
    pub most: u64,
    /// How many more pipelines like the largest one of the account there is room for; only for limits of accounts.
    pub more_pipelines: Option<u64>,
    /// Whether AWS raises the limit on request.
    pub adjustable: bool,
    /// Where AWS says so.
    pub source: &'static str,
    #[serde(skip)]
    place: Option<Place>,
}

fn id<S: serde::Serializer>(limit: &&'static Limit, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(limit.id)
}

/// What an account uses of one limit.
#[derive(Debug, Clone, Copy, Default)]
struct Total {
    used: u64,
    /// The most that one pipeline adds.
    largest: u64,
    /// The last pipeline that added something.
    last: Option<Place>,
}

/// Collects what the stacks use; it keeps the fullest, and what is near its limit.
#[derive(Debug, Default)]
pub struct Headroom {
    central: Option<String>,
    users: Vec<String>,
    fullest: IndexMap<&'static str, Use>,
    near: Vec<Use>,
    accounts: BTreeMap<(String, &'static str), Total>,
}

impl Headroom {
    /// For the stacks of an organisation.
    #[must_use]
    pub fn new(organization: Option<&OrganizationPlan>) -> Self {
        Self {
            central: organization.map(|plan| plan.central_account.clone()),
            users: organization.iter().flat_map(|plan| plan.accounts.values()).map(|a| a.id.clone()).collect(),
            ..Self::default()
        }
    }

    /// Adds a stack: its name, the account of a pipeline that has one, and the pipeline's place.
    pub fn add(&mut self, stack: &str, account: Option<&str>, place: Option<Place>, measured: &Measured) {
        for (limit, resource, used) in &measured.within {
            let by = if resource.is_empty() { format!("`{stack}`") } else { format!("`{resource}` of `{stack}`") };
            self.one(Use::new(limit, by, *used, None, place));
        }
        let accounts: Vec<String> = match stack {
            names::STACK_CENTRAL => self.central.clone().into_iter().collect(),
            names::STACK_USER => self.users.clone(),
            _ => vec![account.map_or_else(|| "the account".to_owned(), str::to_owned)],
        };
        for account in accounts {
            for (limit, count) in &measured.adds {
                let total = self.accounts.entry((account.clone(), limit.id)).or_default();
                total.used += count;
                if place.is_some() {
                    total.largest = total.largest.max(*count);
                    total.last = place;
                }
            }
        }
    }

    fn one(&mut self, found: Use) {
        if found.near() && found.place.is_some() {
            self.near.push(found.clone());
        }
        match self.fullest.get(found.limit.id) {
            Some(known) if known.used >= found.used => {}
            _ => {
                self.fullest.insert(found.limit.id, found);
            }
        }
    }

    /// The fullest place of every limit, and every other one that is near its limit, in the order of the limits.
    #[must_use]
    pub fn finish(mut self) -> Vec<Use> {
        for ((account, id), total) in std::mem::take(&mut self.accounts) {
            let Some(limit) = limits::ALL.iter().find(|limit| limit.id == id) else { continue };
            let more = (total.largest > 0).then(|| limit.most.saturating_sub(total.used) / total.largest.max(1));
            self.one(Use::new(limit, account, total.used, more, total.last));
        }
        let mut all: Vec<Use> = self.near;
        all.extend(self.fullest.into_values().filter(|fullest| fullest.used > 0));
        let order = |found: &Use| limits::ALL.iter().position(|limit| *limit == found.limit);
        all.sort_by(|a, b| (order(a), b.used, &a.by).cmp(&(order(b), a.used, &b.by)));
        all.dedup();
        all
    }
}

impl Use {
    fn new(limit: &'static Limit, by: String, used: u64, more_pipelines: Option<u64>, place: Option<Place>) -> Self {
        let Limit { most, adjustable, source, .. } = *limit;
        Self { limit, by, used, most, more_pipelines, adjustable, source, place }
    }

    /// How full it is; above 100 it does not fit.
    #[must_use]
    pub fn percent(&self) -> u64 {
        self.used.saturating_mul(100) / self.most.max(1)
    }

    fn near(&self) -> bool {
        self.used.saturating_mul(100) > self.most.saturating_mul(NEAR_PERCENT)
    }
}

/// Reports what is near a limit, and what is over one, at the pipeline that uses it or was the last to add to it. The account stacks are
/// the same for everybody, and nobody can mend them in a file.
pub fn report(uses: &[Use], sink: &mut Sink) {
    for found in uses.iter().filter(|found| found.near()) {
        let Some(place) = found.place else { continue };
        let message = format!("{} of {} {}: {}", found.used, found.most, found.limit.what, found.by);
        let over = found.used > found.most;
        // A template over its own limits was refused when it was made.
        let diagnostic = match over {
            true => Diagnostic::error(codes::OVER_LIMIT, place, message),
            false => Diagnostic::warning(codes::NEAR_LIMIT, place, message),
        };
        let raise = found.adjustable.then_some("ask AWS to raise the quota");
        let divide = match found.more_pipelines {
            Some(_) => "put pipelines into another account",
            None => "divide the pipeline into several",
        };
        sink.push(diagnostic.why(format!("the limit is AWS's: {}", found.source)).help_if(raise).help(divide));
    }
}

#[cfg(test)]
mod tests;
