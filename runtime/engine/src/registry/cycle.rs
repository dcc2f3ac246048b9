//! The parents of a pipeline → the cycle that they would close.

use std::collections::{BTreeMap, BTreeSet};

use pipesynth_contract::PipelineId;

use super::view::{Stop, View, parents};
use crate::store::Entry;

/// The shortest way from `id` back to itself, in the order in which the pipelines would start each other: `id`, those in between,
/// `id` again. Only ancestors are read. `old` is the name that `id` takes over.
///
/// Leaves whose parent is deleted or unknown count: it may come back.
pub(super) fn cycle(
    view: &View,
    id: &PipelineId,
    first: &BTreeSet<PipelineId>,
    old: Option<&PipelineId>,
) -> Result<Option<Vec<PipelineId>>, Stop> {
    let mut starts: BTreeMap<PipelineId, PipelineId> = first.iter().map(|p| (p.clone(), id.clone())).collect();
    let mut level: Vec<PipelineId> = first.iter().cloned().collect();
    while !level.is_empty() {
        let mut above = Vec::new();
        let entries = view.all(level.iter())?;
        for (ancestor, entry) in level.iter().zip(entries) {
            for parent in entry.and_then(Entry::registered).into_iter().flat_map(parents) {
                if parent == *id || Some(&parent) == old {
                    return Ok(Some(way(id, ancestor, &starts)));
                }
                if !starts.contains_key(&parent) {
                    starts.insert(parent.clone(), ancestor.clone());
                    above.push(parent);
                }
            }
        }
        level = above;
    }
    Ok(None)
}

/// `id`, then from the ancestor down, each by the one that it starts, until `id` again.
fn way(id: &PipelineId, ancestor: &PipelineId, starts: &BTreeMap<PipelineId, PipelineId>) -> Vec<PipelineId> {
    let down = std::iter::successors(Some(ancestor), |at| if *at == id { None } else { starts.get(*at) });
    std::iter::once(id).chain(down).cloned().collect()
}
