//! A registration and what is there → the entries to be written, or why it is refused.

use std::collections::{BTreeMap, BTreeSet};

use pipesynth_contract::PipelineId;
use pipesynth_contract::registration::Registration;
use pipesynth_contract::starts::Operator;

use super::cycle::cycle;
use super::plan::{MAX_ENTRIES, Plan, Step};
use super::view::{Stop, View, links, names, parents};
use super::{Outcome, Refused};
use crate::schedule::Schedule;
use crate::store::{Child, Entry, Registered, State};
use crate::{Spec, Standing, Zone};

/// The rules of [`super::register`].
pub(super) fn add(view: &View, registration: &Registration, now: u64) -> Result<Plan, Stop> {
    let id = &registration.id;
    valid(registration)?;
    let own = view.entry(id)?;
    let rename = renaming(view, registration)?;
    let old = rename.as_ref().map(|rename| rename.old);
    let live = own.and_then(Entry::registered);
    let predecessor = rename.as_ref().and_then(|rename| rename.entry).and_then(Entry::registered);
    let mut outcome = Outcome::of(id);
    outcome.warnings.extend(warnings_of_name(own, rename.as_ref()));
    let next = settled(view, registration, (live, live.or(predecessor), old), now, &mut outcome.warnings)?;
    outcome.recheck.insert(id.clone());
    // Until its first edit: a leaf that comes later takes nothing over.
    let young = live.is_some_and(|live| live.version == 1);
    outcome.inherits = rename.as_ref().filter(|rename| rename.pending || young).map(|rename| rename.old.clone());

    let known = live.map(parents).unwrap_or_default();
    let pending = rename.as_ref().filter(|rename| rename.pending);
    if (pending.is_some() || !parents(&next).is_subset(&known))
        && let Some(path) = cycle(view, id, &parents(&next), old)?
    {
        return Err(Stop::Refused(Refused::Cycle(path)));
    }

    let mut step = Step::new(view.graph);
    let mut edits = if live.is_none() { healed(view, id)? } else { BTreeMap::new() };
    for child in old.map_or(Ok(Vec::new()), |old| view.waiting(old))?.into_iter().filter(|child| child.id != *id) {
        let edit = edits.entry(child.id.clone()).or_insert_with(|| child.clone());
        edit.standing = old.map_or_else(Standing::default, |old| edit.standing.renamed_to(old, id));
    }
    if let Some(rename) = pending {
        // It becomes a tombstone, whatever else it waited for.
        edits.remove(rename.old);
    }
    let more = edits.len() > MAX_ENTRIES;
    for edit in edits.into_values().take(MAX_ENTRIES) {
        outcome.recheck.insert(edit.id.clone());
        let before = view.entry(&edit.id)?;
        step.write(before, edit);
    }
    let unchanged = live.is_some_and(|live| {
        *live == Registered { version: live.version, incarnation: live.incarnation, ..next.clone() }
    });
    if !more {
        if !unchanged {
            step.write(own, next);
        }
        match pending {
            Some(Rename { entry: Some(before), .. }) => step.bury(before, Some(id.clone())),
            // Who waits for the old name may have been deployed before, or be deployed later.
            Some(Rename { old, entry: None, .. }) => step.alias(old, id.clone()),
            None => {}
        }
    }
    Ok(step.plan(outcome, more))
}

/// What is wrong with it by itself.
fn valid(registration: &Registration) -> Result<(), Stop> {
    let invalid = |error: String| Stop::Refused(Refused::Invalid(error));
    let registered = Registered::from(registration.clone());
    if names(&registered).contains(&registration.id) {
        return Err(Stop::Refused(Refused::Cycle(vec![registration.id.clone(); 2])));
    }
    Child::new(registered).map_err(|error| invalid(error.to_string()))?;
    // Also where no condition needs them: the trigger manager finds the dates of runs by them.
    registration.timezone.parse::<Zone>().map_err(|error| invalid(error.to_string()))?;
    let trigger = &registration.trigger;
    let clock = trigger.schedule.as_ref().filter(|_| trigger.operator == Some(Operator::And));
    clock.map(Schedule::of).transpose().map_err(|error| invalid(error.to_string()))?;
    Ok(())
}

/// A name that is taken over.
struct Rename<'a> {
    old: &'a PipelineId,
    entry: Option<&'a Entry>,
    /// Whether the old name still stands, was deleted without a successor, or was never there.
    pending: bool,
}

fn renaming<'a>(view: &'a View, registration: &'a Registration) -> Result<Option<Rename<'a>>, Stop> {
    let Some(old) = &registration.renamed_from else { return Ok(None) };
    let id = &registration.id;
    if old == id {
        return Err(Stop::Refused(Refused::Invalid(format!("`renamedFrom` is the pipeline's own name, `{old}`"))));
    }
    let entry = view.entry(old)?;
    let pending = match entry.map(|entry| &entry.state) {
        None | Some(State::Live(_) | State::Deleted { successor: None }) => true,
        Some(State::Deleted { successor: Some(successor) }) if successor == id => false,
        Some(State::Deleted { .. }) => match view.resolve(old)? {
            now if now == *id => return Ok(None),
            now => return Err(Stop::Refused(Refused::Renamed { old: old.clone(), now })),
        },
    };
    Ok(Some(Rename { old, entry, pending }))
}

fn warnings_of_name(own: Option<&Entry>, rename: Option<&Rename<'_>>) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(Rename { old, entry: None, .. }) = rename {
        found.push(format!(
            "`renamedFrom: {}`: `{old}` was never registered; whoever waits for it waits for this pipeline from now on",
            old.name()
        ));
    }
    if let Some((id, State::Deleted { successor: Some(successor) })) = own.map(|entry| (&entry.id, &entry.state)) {
        found.push(format!(
            "`{id}` was renamed to `{successor}`; pipelines that waited for `{id}` then wait for `{successor}` until they are deployed again"
        ));
    }
    found
}

/// The registration as it is to stand in the graph: what became of its parents' names, and since when it listens to them.
fn settled(
    view: &View,
    registration: &Registration,
    (live, before, old): (Option<&Registered>, Option<&Registered>, Option<&PipelineId>),
    now: u64,
    warnings: &mut Vec<String>,
) -> Result<Registered, Stop> {
    let id = &registration.id;
    let mut next = Registered::from(registration.clone());
    let mut standing = before.map(|before| before.standing.clone()).unwrap_or_default();
    standing.orphaned.clear();
    let mut wanted = BTreeSet::new();
    // The same registration once more means the same pipelines, whatever has taken their names since.
    let again = live.filter(|live| live.trigger == next.trigger && live.about.spec_hash == next.about.spec_hash);
    for name in names(&next) {
        let known = again.and_then(|live| live.standing.renamed.get(&name));
        let target = view.resolve(known.unwrap_or(&name))?;
        if target == *id || Some(&target) == old {
            return Err(Stop::Refused(Refused::Cycle(vec![id.clone(); 2])));
        }
        match view.entry(&target)?.map(|entry| &entry.state) {
            Some(State::Live(_)) => {}
            Some(State::Deleted { .. }) => {
                warnings.push(format!("`{target}` was deleted; `{id}` waits in vain until it is registered again"));
                standing.orphaned.push(target.clone());
            }
            None => warnings.push(format!("nobody has registered `{target}` yet; `{id}` waits until it runs")),
        }
        if target == name {
            standing.renamed.remove(&name);
        } else {
            warnings.push(format!("`{name}` was renamed to `{target}`; write the new name"));
            standing.renamed.insert(name, target.clone());
        }
        wanted.insert(target);
    }
    standing.renamed.retain(|_, target| wanted.contains(target));
    standing.orphaned.sort();
    standing.orphaned.dedup();
    let compiled = |registered: &Registered| -> Result<Option<Spec>, Stop> {
        let child = Child::new(registered.clone()).map_err(|e| Stop::Refused(Refused::Invalid(e.to_string())))?;
        Ok(child.spec)
    };
    // Under a new name it listens from now on: what it held is taken over, and a replay of what it has seen starts nobody.
    let old_spec = live.map(compiled).transpose()?.flatten();
    next.standing = standing;
    match compiled(&next)? {
        Some(spec) => {
            next.standing = next.standing.after_change(old_spec.as_ref(), &spec, now);
            if before.is_none_or(|before| before.trigger.schedule != next.trigger.schedule) {
                let clocks = next.standing.since.iter_mut().filter(|(leaf, _)| leaf.is_clock());
                // Instants of another schedule that are past do not count.
                clocks.for_each(|(_, since)| *since = now);
            }
        }
        None => next.standing.since.clear(),
    }
    Ok(next)
}

/// The children whose leaves were orphaned when the pipeline was deleted, as they are to be now that it comes back.
fn healed(view: &View, id: &PipelineId) -> Result<BTreeMap<PipelineId, Registered>, Stop> {
    let orphans = view.waiting(id)?.into_iter().filter(|child| child.standing.orphaned.contains(id));
    let heal = |child: &Registered| {
        let mut child = child.clone();
        child.standing.orphaned.retain(|parent| parent != id);
        (child.id.clone(), child)
    };
    Ok(orphans.map(heal).collect())
}

/// Links that come and go with a write.
pub(super) fn moved(before: Option<&Registered>, after: Option<&Registered>) -> [BTreeSet<PipelineId>; 2] {
    let (old, new) = (before.map(links).unwrap_or_default(), after.map(links).unwrap_or_default());
    [new.difference(&old).cloned().collect(), old.difference(&new).cloned().collect()]
}
