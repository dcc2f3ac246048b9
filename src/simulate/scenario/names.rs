//! The pipelines that were found, by the names that a scenario may give them.

use std::collections::BTreeMap;

use pipesynth_contract::PipelineId;

use crate::plan::Plans;

/// The account of pipelines that name none: their template is for any account, and a simulation needs one. No AWS account has it.
pub const STAND_IN_ACCOUNT: &str = "000000000001";

/// Every pipeline by its lower-case name.
pub struct Names<'a> {
    by_name: BTreeMap<&'a str, Vec<Known<'a>>>,
    /// False where some pipelines could not be read: then a name that is not here may be one of theirs.
    pub complete: bool,
    plans: &'a Plans,
}

/// A pipeline that was found.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Its account.
    pub account: &'a str,
    /// Its lower-case name.
    pub name: &'a str,
    /// As its owner writes it.
    pub display_name: &'a str,
}

impl Known<'_> {
    /// Its identity; plans are checked, so there is always one.
    pub fn id(&self) -> Option<PipelineId> {
        PipelineId::new(self.account, self.name).ok()
    }
}

impl<'a> Names<'a> {
    /// The pipelines of `plans`.
    pub fn new(plans: &'a Plans, complete: bool) -> Self {
        let mut by_name: BTreeMap<&str, Vec<Known<'_>>> = BTreeMap::new();
        for planned in &plans.pipelines {
            let plan = &planned.plan;
            let account = plan.account.as_ref().map_or(STAND_IN_ACCOUNT, |account| account.id.as_str());
            let known = Known { account, name: &plan.name, display_name: &plan.display_name };
            by_name.entry(&plan.name).or_default().push(known);
        }
        Self { by_name, complete, plans }
    }

    /// The pipelines of a name, in any case, one for each account.
    pub fn of(&self, name: &str) -> &[Known<'a>] {
        self.by_name.get(name.to_ascii_lowercase().as_str()).map_or(&[], Vec::as_slice)
    }

    /// All names as their owners write them, or those of one account.
    pub fn all<'n>(&'n self, account: Option<&'n str>) -> impl Iterator<Item = &'a str> + 'n {
        let known = self.by_name.values().flatten();
        known.filter(move |known| account.is_none_or(|id| id == known.account)).map(|known| known.display_name)
    }

    /// How a scenario names a pipeline without doubt: `alias/name`.
    pub fn full(&self, known: &Known<'_>) -> String {
        format!("{}/{}", self.plans.alias(known.account).unwrap_or(known.account), known.display_name)
    }
}
