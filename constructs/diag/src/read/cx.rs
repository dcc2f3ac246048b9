//! What a reader carries along: the file, the sink, and whose value is being read.

use crate::codes;
use crate::diagnostic::{Diagnostic, Sink};
use crate::nearest::nearest;
use crate::node::{Kind, Node, Style};
use crate::span::{FileId, Place, Span};

/// The context of a reading.
#[derive(Debug)]
pub struct Cx<'a> {
    file: FileId,
    sink: &'a mut Sink,
    owner: Option<Owner>,
    /// Where a key is reported that the file as a whole lacks; its first key without it.
    missing: Option<Span>,
}

/// The key whose value is being read.
#[derive(Debug, Clone, Copy)]
struct Owner {
    key: &'static str,
    /// `None` while an item of the key's list, or a value of its mapping, is being read.
    key_span: Option<Span>,
}

impl<'a> Cx<'a> {
    /// A context for the tree of `file`.
    #[must_use]
    pub fn new(file: FileId, sink: &'a mut Sink) -> Self {
        Self { file, sink, owner: None, missing: None }
    }

    /// Says where a key is reported that the file as a whole lacks.
    #[must_use]
    pub fn missing_at(self, missing: Option<Span>) -> Self {
        Self { missing, ..self }
    }

    /// The file being read.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// `span` in the file being read.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        self.file.at(span)
    }

    /// Reports a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.sink.push(diagnostic);
    }

    /// Whether an error was found so far.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.sink.has_errors()
    }

    /// The subject of a message: ``` `hour` must be ```, ``an item of `steps` must be``, or `expected` where no key is known.
    #[must_use]
    pub fn must_be(&self) -> String {
        match self.owner {
            None => "expected".into(),
            Some(Owner { key, key_span }) => match key_span {
                Some(_) => format!("`{key}` must be"),
                None => format!("an entry of `{key}` must be"),
            },
        }
    }

    /// The key whose value is being read, to point at; else the start of `node`.
    #[must_use]
    pub fn head(&self, node: &Node) -> Span {
        let key = match self.owner {
            Some(owner) => owner.key_span,
            None => self.missing,
        };
        let first = node.entries().and_then(<[_]>::first);
        key.or(first.map(|entry| entry.key_span)).unwrap_or(node.span)
    }

    /// Reads `node` as the value of `key`, so that messages below can name it.
    pub fn under<R>(&mut self, key: &'static str, key_span: Span, read: impl FnOnce(&mut Self) -> R) -> R {
        self.with(Some(Owner { key, key_span: Some(key_span) }), read)
    }

    /// Reads an item of the list, or a value of the mapping, that is the current key's value.
    pub fn inside<R>(&mut self, read: impl FnOnce(&mut Self) -> R) -> R {
        let owner = self.owner.map(|owner| Owner { key_span: None, ..owner });
        self.with(owner, read)
    }

    fn with<R>(&mut self, owner: Option<Owner>, read: impl FnOnce(&mut Self) -> R) -> R {
        let before = std::mem::replace(&mut self.owner, owner);
        let result = read(self);
        self.owner = before;
        result
    }

    /// Reports that `node` has the wrong type; `what` is what is expected, with its article: `a whole number`.
    pub fn expected(&mut self, node: &Node, what: &str) {
        let message = format!("{} {what}, got {}", self.must_be(), node.describe());
        let place = self.place(match node.is_unwritten() {
            true => self.head(node),
            false => node.span,
        });
        let help = unquote_hint(node, what);
        self.push(Diagnostic::error(codes::WRONG_TYPE, place, message).label(format!("expected {what}")).help_if(help));
    }

    /// Reports that the text at `node` does not follow its grammar; `what` as in [`Cx::expected`].
    /// The finding is returned so that why and help can be added; push it.
    #[must_use]
    pub fn malformed(&self, node: &Node, what: &str) -> Diagnostic {
        let message = format!("{} {what}, got {}", self.must_be(), node.describe());
        Diagnostic::error(codes::MALFORMED, self.place(node.span), message)
    }

    /// Reports that a number or length at `node` is outside `bounds`: `0 to 23`.
    pub fn out_of_range(&mut self, node: &Node, bounds: &str) {
        let got = node.scalar().map_or_else(|| node.describe(), |scalar| quoted(&scalar.text));
        let message = format!("{} {bounds}, got {got}", self.must_be());
        let place = self.place(node.span);
        self.push(Diagnostic::error(codes::OUT_OF_RANGE, place, message).label(format!("allowed: {bounds}")));
    }

    /// Reports that `given` is none of the allowed texts; `what` names them: `a status`.
    pub fn unknown_value(&mut self, span: Span, given: &str, what: &str, allowed: &[&str]) {
        let near = nearest(given, allowed.iter().copied());
        let message = format!("{} is not {what}", quoted(given));
        let mut found = Diagnostic::error(codes::UNKNOWN_VALUE, self.place(span), message)
            .help_if(near.map(|name| format!("did you mean `{name}`?")));
        if !allowed.is_empty() {
            found = found.help(format!("allowed: {}", list(allowed)));
        }
        self.push(found);
    }
}

/// A quoted number, a YAML 1.1 boolean, a bare number: the slips that have an obvious way out.
fn unquote_hint(node: &Node, what: &str) -> Option<String> {
    let scalar = node.scalar()?;
    let text = scalar.text.as_str();
    match (what, scalar.kind) {
        ("`true` or `false`", Kind::Str) => match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" | "true" => Some("write `true`, without quotes".into()),
            "no" | "off" | "n" | "false" => Some("write `false`, without quotes".into()),
            _ => None,
        },
        ("a whole number" | "a number", Kind::Str) if scalar.style == Style::Quoted => {
            text.parse::<f64>().is_ok().then(|| "take the quotes away".into())
        }
        ("a string", Kind::Int(_) | Kind::BigInt | Kind::Float(_) | Kind::Bool(_)) => {
            (text.len() <= 60).then(|| format!("quote it: `\"{text}\"`"))
        }
        _ => None,
    }
}

/// `` `a`, `b`, `c` ``
pub(super) fn list(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// A literal of the user in backticks for a message: one line, at most 60 characters of it.
#[must_use]
pub fn quoted(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown = String::from("`");
    for (at, c) in text.chars().enumerate() {
        match c {
            _ if at == SHOWN => {
                shown.push('…');
                break;
            }
            '\n' => shown.push_str("\\n"),
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown.push('`');
    shown
}
