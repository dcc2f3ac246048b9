//! What an environment changes → the tree of a file with it: JSON's merge patch (RFC 7396), and what it takes away must be there.

use pipesynth_diag::{Diagnostic, Entry, FileId, Node, Sink, Span, Value, nearest, quoted};
use pipesynth_pipeline::codes;

/// Merges `over` into `base`: mappings key by key, everything else is replaced, `null` takes a key away. Every value keeps its own place,
/// a merged mapping that of `base`, or that of the key which it lost. A `null` for a key that is not there is reported: it is a slip of the
/// pen, and would hide one.
pub(super) fn merge(base: &Node, over: &Node, file: FileId, sink: &mut Sink) -> Node {
    match (&base.value, &over.value) {
        (Value::Map(below), Value::Map(above)) => {
            let entries = entries(below, above, file, sink);
            Node { span: base.span, value: Value::Map(entries) }
        }
        _ => over.clone(),
    }
}

/// Where `over` takes a key of `base` itself away, the first one: what is missing afterwards is missing because of that line.
pub(super) fn taken_away(base: &Node, over: &Node) -> Option<Span> {
    let mut keys = over.entries().unwrap_or_default().iter().filter(|entry| is_taken_away(entry));
    keys.find(|entry| base.entry(&entry.key).is_some()).map(|entry| entry.key_span)
}

/// `key:` with nothing behind it stays, and is reported by whoever reads the key.
fn is_taken_away(entry: &Entry) -> bool {
    entry.value.is_null() && !entry.value.is_unwritten()
}

fn entries(below: &[Entry], above: &[Entry], file: FileId, sink: &mut Sink) -> Vec<Entry> {
    let mut merged = below.to_vec();
    for entry in above {
        let there = merged.iter().position(|known| known.key == entry.key);
        match there {
            Some(at) if is_taken_away(entry) => {
                merged.remove(at);
            }
            None if is_taken_away(entry) => nothing_there(entry, below, file, sink),
            Some(at) => {
                if let Some(known) = merged.get_mut(at) {
                    let value = merge(&known.value, &entry.value, file, sink);
                    let both = matches!((&known.value.value, &entry.value.value), (Value::Map(_), Value::Map(_)));
                    let key_span = if both {
                        taken_away(&known.value, &entry.value).unwrap_or(known.key_span)
                    } else {
                        entry.key_span
                    };
                    *known = Entry { key_span, value, ..entry.clone() };
                }
            }
            None => merged.push(entry.clone()),
        }
    }
    merged
}

fn nothing_there(entry: &Entry, below: &[Entry], file: FileId, sink: &mut Sink) {
    let message = format!("{} cannot be taken away, for it is not there", quoted(&entry.key));
    let near = nearest(&entry.key, below.iter().map(|known| known.key.as_str()));
    let found = Diagnostic::error(codes::BAD_ENVIRONMENT, file.at(entry.key_span), message)
        .help_if(near.map(|name| format!("did you mean `{name}`?")))
        .help("`null` takes away what the file says outside `environments`; take this line away");
    sink.push(found);
}

#[cfg(test)]
mod tests {
    use pipesynth_diag::{Files, Sink};

    use super::*;

    /// The merged tree in one line, and what was found.
    fn merged(base: &str, over: &str) -> (String, Vec<String>) {
        let (mut files, mut sink) = (Files::new(), Sink::new());
        let mut read = |text: &str| pipesynth_yaml::parse(&mut files, "a.yaml", text.into(), &mut sink);
        let (base, over) = (read(base), read(over));
        let tree = merge(&base.root.unwrap(), &over.root.unwrap(), over.file, &mut sink);
        (shown(&tree), sink.into_sorted().into_iter().map(|found| found.message).collect())
    }

    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Scalar(scalar) => scalar.text.clone(),
            Value::Seq(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            Value::Map(entries) => {
                let all: Vec<String> = entries.iter().map(|e| format!("{}: {}", e.key, shown(&e.value))).collect();
                format!("{{{}}}", all.join(", "))
            }
        }
    }

    #[test]
    fn mappings_are_merged_lists_and_single_values_replaced_and_null_takes_away() {
        let good = |base, over| {
            let (tree, found) = merged(base, over);
            assert!(found.is_empty(), "{found:?}");
            tree
        };
        assert_eq!(good("{a: 1, b: {c: 2, d: 3}}", "{b: {d: 4, e: 5}}"), "{a: 1, b: {c: 2, d: 4, e: 5}}");
        assert_eq!(good("{a: [1, 2], b: 3}", "{a: [4]}"), "{a: [4], b: 3}");
        assert_eq!(good("{a: 1, b: {c: 2}}", "{a: null, b: {c: ~}}"), "{b: {}}");
        assert_eq!(good("{a: 1}", "{a: {b: 2}}"), "{a: {b: 2}}");
        assert_eq!(good("{a: {b: 2}}", "{a: 1}"), "{a: 1}");
        assert_eq!(good("{a: 1}", "{}"), "{a: 1}");
    }

    #[test]
    fn what_is_taken_away_must_be_there() {
        let (tree, found) = merged("{accounts: {A: 1}}", "{accounts: {B: null}}");
        assert_eq!(tree, "{accounts: {A: 1}}");
        assert_eq!(found, ["`B` cannot be taken away, for it is not there"]);
    }
}
