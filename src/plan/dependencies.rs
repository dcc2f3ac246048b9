//! Checked plans → who waits for whom, and findings that only all pipelines together can show.
//!
//! Errors here: a cycle ([`cycles`]), a parent that is not there ([`unknown_parents`]), a parent that runs more often than its child counts
//! ([`frequency`]), parents that never meet ([`meeting`]), a former name that is another one's ([`renames`]). Two pipelines of one account whose names differ only in case are one pipeline written
//! twice, an error of `plan` itself; a condition may write a parent's name in any case, for names mean the same in any.

use std::collections::BTreeMap;

use pipesynth_diag::{Place, Sink};
use pipesynth_pipeline::triggers::executions::Parent;

use super::unknown_parents::LeftOut;
use super::{Planned, Plans, cycles, frequency, meeting, renames, unknown_parents};

/// Account and lower-case name: a pipeline's identity. Without an account it belongs to any.
pub(super) type Id<'a> = (Option<&'a str>, &'a str);

/// One pipeline waits for another one that was found.
pub(super) struct Link {
    /// The other one, by its position.
    pub parent: usize,
    /// Where the condition names it.
    pub place: Place,
}

/// Who waits for whom.
pub(super) struct Dependencies<'a> {
    pub pipelines: &'a [Planned],
    /// Positions by identity.
    pub by_id: BTreeMap<Id<'a>, usize>,
    /// The parents of each pipeline that were found, in the order of the file.
    pub links: Vec<Vec<Link>>,
    /// The parents that were not found, with the position of the pipeline that waits for them.
    pub missing: Vec<(usize, &'a Parent)>,
}

/// Reports what is wrong between pipelines.
pub(super) fn check(plans: &Plans, left_out: &LeftOut, sink: &mut Sink) {
    let dependencies = Dependencies::new(&plans.pipelines);
    renames::check(&plans.pipelines, &dependencies.by_id, sink);
    cycles::check(&dependencies, sink);
    frequency::check(&dependencies, sink);
    meeting::check(&dependencies, sink);
    unknown_parents::check(&dependencies, plans, left_out, sink);
}

impl<'a> Dependencies<'a> {
    fn new(pipelines: &'a [Planned]) -> Self {
        let mut by_id = BTreeMap::new();
        for (position, planned) in pipelines.iter().enumerate() {
            by_id.entry(id(planned)).or_insert(position);
        }
        // Who waits for the name that a pipeline had before waits for this one.
        let mut former = BTreeMap::new();
        for (position, planned) in pipelines.iter().enumerate() {
            if let Some(old) = &planned.plan.renamed_from {
                former.entry((id(planned).0, old.value.as_str())).or_insert(position);
            }
        }
        let (mut links, mut missing) = (Vec::with_capacity(pipelines.len()), Vec::new());
        for (position, planned) in pipelines.iter().enumerate() {
            let mut found = Vec::new();
            for parent in planned.plan.trigger.executions.iter().flat_map(|e| &e.parents) {
                let name = parent.name.to_ascii_lowercase();
                let wanted = (parent.account.as_deref(), name.as_str());
                match position_of(&by_id, wanted).or_else(|| position_of(&former, wanted)) {
                    Some(parent_position) => found.push(Link { parent: parent_position, place: parent.name.place }),
                    None => missing.push((position, parent)),
                }
            }
            links.push(found);
        }
        Self { pipelines, by_id, links, missing }
    }

    /// A pipeline's name as its owner writes it.
    pub fn name(&self, position: usize) -> &'a str {
        &self.pipelines[position].plan.display_name
    }
}

pub(super) fn id(planned: &Planned) -> Id<'_> {
    (planned.plan.account.as_ref().map(|a| a.id.as_str()), planned.plan.name.as_str())
}

fn position_of(by_id: &BTreeMap<Id<'_>, usize>, wanted: Id<'_>) -> Option<usize> {
    by_id.get(&wanted).copied()
}
