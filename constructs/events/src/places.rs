//! Leaves in lists → the choices of list elements under which several fields agree.
//!
//! `{"obj": {"k": ["a"], "v": [1]}}` asks for one element of `obj` that has both.

use std::collections::{BTreeMap, BTreeSet};

use crate::event::{List, Places};
use crate::limits::MAX_CHOICES;

/// One element per list.
type Choice = BTreeMap<List, usize>;

/// Where some leaves lie: list → element → the lists within.
#[derive(Default)]
pub(crate) struct Tree {
    /// There is a leaf here.
    here: bool,
    below: BTreeMap<List, BTreeMap<usize, Tree>>,
}

impl Tree {
    pub(crate) fn new(leaves: &[Places]) -> Self {
        let mut tree = Self::default();
        for places in leaves {
            let mut node = &mut tree;
            for (list, at) in places {
                node = node.below.entry(*list).or_default().entry(*at).or_default();
            }
            node.here = true;
        }
        tree
    }

    /// Every leaf that lies in no other elements than the chosen ones gives a choice: the given one and the elements on the way.
    fn extend(&self, choice: &Choice, into: &mut dyn FnMut(Choice)) {
        if self.here {
            into(choice.clone());
        }
        for (list, elements) in &self.below {
            if let Some(at) = choice.get(list) {
                if let Some(below) = elements.get(at) {
                    below.extend(choice, into);
                }
                continue;
            }
            for (at, below) in elements {
                let mut choice = choice.clone();
                choice.insert(*list, *at);
                below.extend(&choice, into);
            }
        }
    }

    /// Whether a leaf lies in no other elements than the chosen ones.
    fn has_leaf_in(&self, choice: &Choice) -> bool {
        self.here
            || self.below.iter().any(|(list, elements)| match choice.get(list) {
                Some(at) => elements.get(at).is_some_and(|below| below.has_leaf_in(choice)),
                None => elements.values().any(|below| below.has_leaf_in(choice)),
            })
    }
}

/// The choices that are still possible.
pub(crate) struct Choices(BTreeSet<Choice>);

impl Choices {
    /// Nothing is chosen yet.
    pub(crate) fn start() -> Self {
        Self(BTreeSet::from([Choice::new()]))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The choices under which one more field passes: by a leaf of `passing`, or by having no leaf in `absent`. Lists that no later field
    /// lies in are dropped, which keeps them as few as an event has elements.
    pub(crate) fn narrowed(&self, passing: &Tree, absent: Option<&Tree>, alive: &BTreeSet<List>) -> Self {
        let mut next = BTreeSet::new();
        let mut keep = |mut choice: Choice| {
            choice.retain(|list, _| alive.contains(list));
            if next.len() < MAX_CHOICES {
                next.insert(choice);
            }
        };
        for choice in &self.0 {
            if absent.is_some_and(|present| !present.has_leaf_in(choice)) {
                keep(choice.clone());
            }
            passing.extend(choice, &mut keep);
        }
        Self(next)
    }
}
