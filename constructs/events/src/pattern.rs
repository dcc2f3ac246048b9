//! A pattern → its branches, and whether an event passes one of them.

use std::sync::Arc;

use serde_json::Value;

use crate::condition::Condition;
use crate::event::{Leaf, leaves};
use crate::parse;
use crate::places::{Choices, Tree};
use crate::{Fault, fault::Faults};

/// An event pattern that AWS takes, ready to be held against events.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// An event passes when it passes one of these: as many as the `$or` lists come to, one without any.
    branches: Vec<Branch>,
}

/// Fields that all must pass, sorted by name.
pub(crate) type Branch = Vec<Field>;

/// A leaf of the pattern.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// The keys on the way, joined with dots. Event Ruler keeps no more than that, so `{"a.b": …}` and `{"a": {"b": …}}` are the same.
    pub(crate) name: Arc<str>,
    /// What the value may be.
    pub(crate) conditions: Arc<[Condition]>,
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// All faults for which AWS would refuse it, but for its length: see [`crate::too_long`].
    pub fn parse(pattern: &Value) -> Result<Self, Vec<Fault>> {
        let mut faults = Faults::default();
        let branches = parse::pattern(pattern, &mut faults);
        let faults = faults.into_found();
        match branches {
            Some(branches) if faults.is_empty() => Ok(Self { branches }),
            _ => Err(faults),
        }
    }

    /// Whether an event passes. The event is the whole envelope: `source`, `detail-type`, `detail` and the rest. What is no object passes
    /// no pattern.
    #[must_use]
    pub fn matches(&self, event: &Value) -> bool {
        event.is_object() && self.branches.iter().any(|branch| passes(branch, event))
    }
}

/// What a field found in the event.
struct Found<'e> {
    /// Every leaf of that name; only filled when absence is asked for.
    present: Vec<Leaf<'e>>,
    /// The leaves that pass a condition.
    passing: Vec<Leaf<'e>>,
    /// Absence passes, too.
    or_absent: bool,
}

fn passes(branch: &[Field], event: &Value) -> bool {
    let mut all = Vec::with_capacity(branch.len());
    for field in branch {
        let Some(found) = find(field, event) else { return false };
        all.push(found);
    }
    // Without lists on the way, the fields do not hang together: each was found on its own.
    let loose = |leaf: &Leaf<'_>| leaf.places.is_empty();
    if all.iter().all(|found| found.passing.iter().any(loose) || found.or_absent && found.present.is_empty()) {
        return true;
    }
    agree(&all)
}

fn find<'e>(field: &Field, event: &'e Value) -> Option<Found<'e>> {
    let all = leaves(event, &field.name);
    let or_absent = field.conditions.iter().any(|condition| matches!(condition, Condition::Absent));
    let passing: Vec<_> = all
        .iter()
        .filter(|leaf| field.conditions.iter().any(|condition| condition.passes(leaf.value)))
        .cloned()
        .collect();
    let present = if or_absent { all } else { Vec::new() };
    (or_absent || !passing.is_empty()).then_some(Found { present, passing, or_absent })
}

/// Whether one choice of elements, one per list, lets all fields pass. As in Event Ruler, the fields are taken in the order of their names,
/// and absence is judged by the elements chosen so far.
fn agree(all: &[Found<'_>]) -> bool {
    let mut choices = Choices::start();
    for (at, found) in all.iter().enumerate() {
        let later = all[at + 1..].iter().flat_map(|found| found.present.iter().chain(&found.passing));
        let alive = later.flat_map(|leaf| leaf.places.iter().map(|(list, _)| *list)).collect();
        let absent = found.or_absent.then(|| Tree::new(&found.present));
        choices = choices.narrowed(&Tree::new(&found.passing), absent.as_ref(), &alive);
        if choices.is_empty() {
            return false;
        }
    }
    true
}
