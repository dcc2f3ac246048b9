//! A mapping that one of its keys tells apart: `{ rerun: searches, … }` is a `rerun`.

use pipesynth_diag::{Cx, Fields, Node};

/// Opens a mapping and says which of `kinds` (key, and what such a mapping is called) it is. Several are reported and count as the first
/// one. Where there is none, unknown keys are reported, for one of them is likely a slip; `others` are the further keys of any kind.
pub(super) fn kind<'n>(
    node: &'n Node,
    what: &'static str,
    kinds: &[(&'static str, &'static str)],
    others: &[&'static str],
    cx: &mut Cx<'_>,
) -> Option<(&'static str, Fields<'n>)> {
    let mut fields = Fields::of(node, what, cx)?;
    let keys: Vec<&'static str> = kinds.iter().map(|(key, _)| *key).collect();
    let mut present = kinds.iter().filter(|(key, _)| fields.has(key));
    let (first, more) = (present.next(), present.next().is_some());
    if let Some((key, name)) = first {
        if more {
            fields.one_of(&keys, cx);
        }
        fields.rename(name);
        return Some((key, fields));
    }
    let known = |key: &str| keys.contains(&key) || others.contains(&key);
    if fields.rest().any(|entry| !known(&entry.key)) {
        for key in keys.iter().chain(others) {
            fields.take(key);
        }
        fields.finish(cx);
    } else {
        fields.one_of(&keys, cx);
    }
    None
}
