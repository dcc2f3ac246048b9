//! Keys of a mapping: scalars only, no merge, each once.

use std::collections::BTreeMap;

use pipesynth_diag::{Diagnostic, Entry, Node, Span, Style, Value, quoted};

use super::Builder;
use super::frame::{Content, Key};
use crate::codes;

/// Up to this many entries the keys are compared pairwise, which is faster than a map.
const FEW: usize = 16;

impl Builder<'_> {
    /// Takes a finished value as the key of the innermost mapping.
    pub(super) fn key(&mut self, node: Node) {
        let key = match node.value {
            Value::Scalar(scalar) if scalar.text == "<<" && scalar.style == Style::Plain => {
                self.merge_key(node.span);
                Key::Bad
            }
            Value::Scalar(scalar) if scalar.text.is_empty() => {
                self.error(codes::COMPLEX_KEY, node.span, "a key is empty".into());
                Key::Bad
            }
            Value::Scalar(scalar) => Key::Good(scalar.text, node.span),
            Value::Seq(_) | Value::Map(_) => {
                self.complex_key(&node);
                Key::Bad
            }
        };
        if let Some(frame) = self.open.last_mut()
            && let Content::Map(_, waiting) = &mut frame.content
        {
            *waiting = key;
        }
    }

    fn merge_key(&mut self, span: Span) {
        self.sink.push(
            Diagnostic::error(codes::MERGE_KEY, self.file.at(span), "merge key `<<` is not read")
                .why("it belongs to YAML 1.1 and is not part of YAML 1.2")
                .help("write the keys out, or put what pipelines share under `defaults` of `pipesynth.yaml`"),
        );
    }

    fn complex_key(&mut self, node: &Node) {
        if let Some(span) = self.template(node.span) {
            self.template = Some(span);
            let message = "template text without quotes";
            self.sink.push(
                Diagnostic::error(codes::COMPLEX_KEY, self.file.at(span), message)
                    .why("without quotes `{{ … }}` is YAML for a mapping in a mapping")
                    .help("put the whole text into quotes: `\"{{ … }}\"`"),
            );
            return;
        }
        let message = format!("{} cannot be a key", node.describe());
        self.sink.push(
            Diagnostic::error(codes::COMPLEX_KEY, self.file.at(node.span), message)
                .help("a key is a text, a number or a boolean; quote it if it is meant to be a text"),
        );
    }

    /// `{{ x }}` without quotes is a mapping whose key is a mapping: the bytes of the whole.
    fn template(&self, inner: Span) -> Option<Span> {
        let source = self.text.get(inner.range())?;
        let before = self.text.get(..inner.start as usize)?;
        let behind = self.text.get(inner.end as usize..)?;
        let braces = source.starts_with('{') && before.ends_with('{');
        let end = inner.end as usize + usize::from(behind.starts_with('}'));
        braces.then(|| Span::new(inner.start as usize - 1..end))
    }

    /// Reports keys that stand twice and keeps the first of each.
    pub(super) fn unique(&mut self, mut entries: Vec<Entry>) -> Vec<Entry> {
        let doubles = match entries.len() {
            0..=FEW => doubles_of_few(&entries),
            _ => doubles_of_many(&entries),
        };
        for &(first, again) in &doubles {
            let (first, again) = (&entries[first], &entries[again]);
            let message = format!("duplicate key {}", quoted(&again.key));
            self.sink.push(
                Diagnostic::error(codes::DUPLICATE_KEY, self.file.at(again.key_span), message)
                    .label("written again here")
                    .related(self.file.at(first.key_span), "first written here")
                    .help("keep one of the two"),
            );
        }
        let mut again = doubles.iter().map(|&(_, again)| again).peekable();
        let mut at = 0..;
        entries.retain(|_| again.next_if_eq(&at.next().unwrap_or_default()).is_none());
        entries
    }
}

/// Pairs of (first, again), in the order of the second.
fn doubles_of_few(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut doubles = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        if let Some(first) = entries[..at].iter().position(|e| e.key == entry.key) {
            doubles.push((first, at));
        }
    }
    doubles
}

fn doubles_of_many(entries: &[Entry]) -> Vec<(usize, usize)> {
    let mut seen = BTreeMap::new();
    let mut doubles = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let first = *seen.entry(entry.key.as_str()).or_insert(at);
        if first != at {
            doubles.push((first, at));
        }
    }
    doubles
}
