//! A mapping read key by key: what is missing, what is unknown.

use super::cx::{list, quoted};
use super::{Cx, FromNode};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::nearest::nearest;
use crate::node::{Entry, Node, Value};
use crate::span::Span;

/// A type that reads itself from some keys of a mapping, beside others: what [`spec!`](crate::spec!) makes.
pub trait FromFields: Sized {
    /// The keys it reads.
    const KEYS: &'static [&'static str];

    /// Reads them; unknown keys stay for [`Fields::finish`].
    fn read_fields(fields: &mut Fields<'_>, cx: &mut Cx<'_>) -> Option<Self>;
}

/// A cursor over a mapping: each key that is asked for is known from then on, and [`Fields::finish`] reports the others.
#[derive(Debug)]
pub struct Fields<'n> {
    what: &'static str,
    /// The whole mapping.
    span: Span,
    /// Where a missing key is reported: the mapping's own key, else its first key.
    head: Span,
    entries: &'n [Entry],
    known: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    /// Opens a mapping; `what` names it with its article: `a schedule`. Anything else than a mapping is reported.
    pub fn of(node: &'n Node, what: &'static str, cx: &mut Cx<'_>) -> Option<Self> {
        match &node.value {
            Value::Map(entries) => {
                Some(Self { what, span: node.span, head: cx.head(node), entries, known: Vec::with_capacity(16) })
            }
            _ => {
                // What has no article is called as its key: `retry`.
                let what = if what.starts_with('`') { "a mapping".to_owned() } else { format!("{what} (a mapping)") };
                cx.expected(node, &what);
                None
            }
        }
    }

    /// Whether a key is there, without making it known.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.peek(key).is_some()
    }

    /// The entry of a key, without making it known.
    #[must_use]
    pub fn peek(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The entry of a key, which is known from now on.
    pub fn take(&mut self, key: &'static str) -> Option<&'n Entry> {
        self.known.push(key);
        self.peek(key)
    }

    /// Reads a key. One that is not there is reported, unless `T` has a value for that ([`FromNode::absent`]).
    pub fn read<T: FromNode>(&mut self, key: &'static str, cx: &mut Cx<'_>) -> Option<T> {
        match self.take(key) {
            Some(entry) => read_entry(key, entry, cx).or_else(T::absent),
            None => T::absent().or_else(|| {
                self.report_missing(key, cx);
                None
            }),
        }
    }

    /// Reads a key that may be left out.
    pub fn read_or_default<T: FromNode + Default>(&mut self, key: &'static str, cx: &mut Cx<'_>) -> T {
        self.take(key).and_then(|entry| read_entry(key, entry, cx)).unwrap_or_default()
    }

    /// Reads a key that must be there, and goes on with the default after it was reported.
    pub fn read_else_default<T: FromNode + Default>(&mut self, key: &'static str, cx: &mut Cx<'_>) -> T {
        self.read(key, cx).unwrap_or_default()
    }

    /// Which one of `keys` is there; none or several are reported, and several count as the first of them.
    /// The keys are known from now on; the value is still to be read.
    pub fn one_of(&mut self, keys: &[&'static str], cx: &mut Cx<'_>) -> Option<&'static str> {
        self.known.extend(keys);
        let mut present = keys.iter().filter_map(|&key| self.peek(key).map(|entry| (key, entry.key_span)));
        let Some((first, first_span)) = present.next() else {
            let message = format!("{} needs exactly one of {}", self.what, list(keys));
            cx.push(Diagnostic::error(codes::ONE_OF, cx.place(self.head), message));
            return None;
        };
        for (other, span) in present {
            let message = format!("`{other}` and `{first}` cannot stand together in {}", self.what);
            cx.push(
                Diagnostic::error(codes::ONE_OF, cx.place(span), message)
                    .related(cx.place(first_span), format!("`{first}` is here"))
                    .help(format!("keep exactly one of {}", list(keys))),
            );
        }
        Some(first)
    }

    /// Reports that `key` is missing.
    pub fn report_missing(&self, key: &str, cx: &mut Cx<'_>) {
        let near = self.entries.iter().map(|entry| entry.key.as_str());
        let near = nearest(key, near.filter(|name| !self.known.contains(name)));
        let message = format!("missing key `{key}` in {}", self.what);
        let found = Diagnostic::error(codes::MISSING_KEY, cx.place(self.head), message)
            .label(format!("`{key}` is required here"))
            .help_if(near.map(|name| format!("is {} meant to be `{key}`?", quoted(name))));
        cx.push(found);
    }

    /// What the mapping is, with its article.
    #[must_use]
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// Renames the mapping once its kind is known: ``a `spark` step``.
    pub fn rename(&mut self, what: &'static str) {
        self.what = what;
    }

    /// The whole mapping.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Where findings about the mapping itself belong: its own key, else its first key.
    #[must_use]
    pub fn head(&self) -> Span {
        self.head
    }

    /// The keys that nobody has asked for, in the order of the file.
    pub fn rest(&self) -> impl Iterator<Item = &'n Entry> {
        self.entries.iter().filter(|entry| !self.known.contains(&entry.key.as_str()))
    }

    /// Reports every key that nobody has asked for.
    pub fn finish(mut self, cx: &mut Cx<'_>) {
        if self.rest().next().is_none() {
            return;
        }
        let mut seen = Vec::with_capacity(self.known.len());
        self.known.retain(|key| {
            let new = !seen.contains(key);
            seen.push(*key);
            new
        });
        for entry in self.rest() {
            self.report_unknown(entry, cx);
        }
    }

    fn report_unknown(&self, entry: &Entry, cx: &mut Cx<'_>) {
        let near = nearest(&entry.key, self.known.iter().copied());
        let message = format!("unknown key {} in {}", quoted(&entry.key), self.what);
        let mut found = Diagnostic::error(codes::UNKNOWN_KEY, cx.place(entry.key_span), message)
            .help_if(near.map(|name| format!("did you mean `{name}`?")));
        if !self.known.is_empty() {
            found = found.help(format!("known keys: {}", list(&self.known)));
        }
        cx.push(found);
    }
}

/// Reads the value of an entry; one that was not written is reported at its key.
fn read_entry<T: FromNode>(key: &'static str, entry: &Entry, cx: &mut Cx<'_>) -> Option<T> {
    if entry.value.is_unwritten() {
        report_unwritten(entry, cx);
        return None;
    }
    cx.under(key, entry.key_span, |cx| T::read(&entry.value, cx))
}

pub(super) fn report_unwritten(entry: &Entry, cx: &mut Cx<'_>) {
    let message = format!("{} has no value", quoted(&entry.key));
    cx.push(
        Diagnostic::error(codes::NO_VALUE, cx.place(entry.key_span), message)
            .help("write its value, or take the key away"),
    );
}
