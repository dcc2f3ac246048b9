//! A pattern → its branches, and whether an event passes one of them.

use std::sync::Arc;

use serde_json::Value;

use crate::condition::Condition;
use crate::event::{Places, each_leaf};
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

    /// The names of all fields that it asks about, their keys joined with dots; some may come twice. Whether an event passes depends on
    /// the leaves of these names, and on nothing else.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.branches.iter().flatten().map(|field| &*field.name)
    }

    /// Whether an event passes. The event is the whole envelope: `source`, `detail-type`, `detail` and the rest. What is no object passes
    /// no pattern.
    #[must_use]
    pub fn matches(&self, event: &Value) -> bool {
        event.is_object() && self.branches.iter().any(|branch| passes(branch, event))
    }
}

fn passes(branch: &[Field], event: &Value) -> bool {
    let mut lists = false;
    for field in branch {
        match field.alone(event) {
            Alone::Fails => return false,
            Alone::Passes => {}
            Alone::InLists => lists = true,
        }
    }
    // Without lists on the way, the fields do not hang together, and each has been found on its own.
    !lists || agree(&branch.iter().map(|field| field.find(event)).collect::<Vec<_>>())
}

/// What one field says of an event.
enum Alone {
    Fails,
    Passes,
    /// It may pass, depending on what the other fields find in the same elements of lists.
    InLists,
}

/// Where the leaves of a field are.
struct Found {
    /// All of them; only filled when absence passes, too.
    present: Vec<Places>,
    /// Those that pass.
    passing: Vec<Places>,
    or_absent: bool,
}

impl Field {
    fn or_absent(&self) -> bool {
        self.conditions.iter().any(|condition| matches!(condition, Condition::Absent))
    }

    fn passes(&self, leaf: &Value) -> bool {
        self.conditions.iter().any(|condition| condition.passes(leaf))
    }

    fn alone(&self, event: &Value) -> Alone {
        let (mut present, mut passing, mut loose) = (false, false, false);
        each_leaf(event, &self.name, &mut |leaf, places| {
            present = true;
            if !loose && self.passes(leaf) {
                passing = true;
                loose = places.is_empty();
            }
        });
        match (loose, passing, self.or_absent()) {
            (true, ..) => Alone::Passes,
            (false, _, true) if !present => Alone::Passes,
            (false, true, _) | (false, false, true) => Alone::InLists,
            (false, false, false) => Alone::Fails,
        }
    }

    fn find(&self, event: &Value) -> Found {
        let mut found = Found { present: Vec::new(), passing: Vec::new(), or_absent: self.or_absent() };
        each_leaf(event, &self.name, &mut |leaf, places| {
            if found.or_absent {
                found.present.push(places.to_vec());
            }
            if self.passes(leaf) {
                found.passing.push(places.to_vec());
            }
        });
        found
    }
}

/// Whether one choice of elements, one per list, lets all fields pass. As in Event Ruler, the fields are taken in the order of their names,
/// and absence is judged by the elements chosen so far.
fn agree(all: &[Found]) -> bool {
    let mut choices = Choices::start();
    for (at, found) in all.iter().enumerate() {
        let later = all[at + 1..].iter().flat_map(|found| found.present.iter().chain(&found.passing));
        let alive = later.flatten().map(|(list, _)| *list).collect();
        let absent = found.or_absent.then(|| Tree::new(&found.present));
        choices = choices.narrowed(&Tree::new(&found.passing), absent.as_ref(), &alive);
        if choices.is_empty() {
            return false;
        }
    }
    true
}
