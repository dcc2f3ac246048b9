//! Fields and `$or` lists → the branches that they come to.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::condition::Condition;
use crate::fault::Faults;
use crate::limits::{MAX_COMBINATIONS, MAX_FIELDS};
use crate::pattern::{Branch, Field};

/// A part of a pattern; nested objects are gone, their keys are in the names.
pub(super) enum Node {
    Field(Field),
    /// One of these.
    Or(Vec<Vec<Node>>),
}

/// A name that comes twice on one branch, inside and outside of an `$or`, has what was written last: Event Ruler overrides.
type Draft = BTreeMap<Arc<str>, Arc<[Condition]>>;

/// All branches, or a fault when they are too many.
pub(super) fn expand(nodes: &[Node], faults: &mut Faults) -> Option<Vec<Branch>> {
    let Size { branches, fields } = size(nodes);
    if branches > MAX_COMBINATIONS {
        return faults
            .refuse(format!("the `$or` lists come to {branches} combinations, allowed are {MAX_COMBINATIONS}"));
    }
    if fields > MAX_FIELDS {
        return faults
            .refuse(format!("the pattern has {fields} fields in all its combinations, allowed are {MAX_FIELDS}"));
    }
    let field = |(name, conditions)| Field { name, conditions };
    Some(drafts(nodes, vec![Draft::new()]).into_iter().map(|draft| draft.into_iter().map(field).collect()).collect())
}

struct Size {
    branches: usize,
    /// Of all branches together.
    fields: usize,
}

fn size(nodes: &[Node]) -> Size {
    let mut all = Size { branches: 1, fields: 0 };
    for node in nodes {
        let own = match node {
            Node::Field(_) => Size { branches: 1, fields: 1 },
            Node::Or(alternatives) => {
                alternatives.iter().map(|nodes| size(nodes)).fold(Size { branches: 0, fields: 0 }, |sum, one| Size {
                    branches: sum.branches.saturating_add(one.branches),
                    fields: sum.fields.saturating_add(one.fields),
                })
            }
        };
        let fields = all.fields.saturating_mul(own.branches).saturating_add(own.fields.saturating_mul(all.branches));
        all = Size { branches: all.branches.saturating_mul(own.branches), fields };
    }
    all
}

fn drafts(nodes: &[Node], so_far: Vec<Draft>) -> Vec<Draft> {
    nodes.iter().fold(so_far, |mut all, node| match node {
        Node::Field(Field { name, conditions }) => {
            for draft in &mut all {
                draft.insert(Arc::clone(name), Arc::clone(conditions));
            }
            all
        }
        Node::Or(alternatives) => alternatives.iter().flat_map(|nodes| drafts(nodes, all.clone())).collect(),
    })
}
