//! A file's tree and the name of an environment → the tree that is read; all environments are looked at, whichever is meant.

use std::collections::BTreeSet;

use pipesynth_diag::{Cx, Entry, FileId, FromNode, Node, Sink};
use pipesynth_pipeline::organization::{FIXED, MOST};

use super::overlay;

/// The key that holds them in both files.
const KEY: &str = "environments";

/// Reads a file as it is in the environment `chosen`, as it stands where that is `None` or the file says nothing about it. What is wrong
/// with the other environments is reported too, as far as reading shows it. `names` gets the names of all of them.
pub(super) fn read<T: FromNode>(
    root: &Node,
    file: FileId,
    chosen: Option<&str>,
    names: &mut BTreeSet<String>,
    sink: &mut Sink,
) -> Option<T> {
    let (mut tree, mut missing) = (None, None);
    for entry in of(root) {
        names.insert(entry.key.clone());
        if chosen == Some(entry.key.as_str()) {
            tree = Some(merged(root, entry, file, sink));
            missing = overlay::taken_away(root, &entry.value);
        } else {
            check::<T>(root, entry, file, sink);
        }
    }
    T::read(tree.as_ref().unwrap_or(root), &mut Cx::new(file, sink).missing_at(missing))
}

/// The environments that are mappings; what else stands there is reported by whoever reads the key.
fn of(root: &Node) -> impl Iterator<Item = &Entry> {
    let all = root.entry(KEY).and_then(|entry| entry.value.entries()).unwrap_or_default();
    all.iter().filter(|entry| entry.value.entries().is_some()).take(MOST)
}

fn merged(root: &Node, entry: &Entry, file: FileId, sink: &mut Sink) -> Node {
    let mut over = entry.value.clone();
    if let pipesynth_diag::Value::Map(keys) = &mut over.value {
        keys.retain(|key| !FIXED.contains(&key.key.as_str()));
    }
    overlay::merge(root, &over, file, sink)
}

/// Reads the file as it is in one environment, and keeps of the findings those that lie in what the environment says.
fn check<T: FromNode>(root: &Node, entry: &Entry, file: FileId, sink: &mut Sink) {
    let mut own = Sink::new();
    let tree = merged(root, entry, file, &mut own);
    // Whether there is a value does not matter here: what is wrong was reported.
    let missing = overlay::taken_away(root, &entry.value);
    let _ = T::read(&tree, &mut Cx::new(file, &mut own).missing_at(missing));
    let inside = own.into_sorted().into_iter().filter(|found| entry.value.span.contains(found.place.span));
    inside.for_each(|found| sink.push(found));
}
