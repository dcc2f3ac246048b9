//! One event → one step of the building.

use granit_parser::{Event, ScalarStyle, Tag};
use pipesynth_diag::{Diagnostic, Kind, Node, Scalar, Span, Style, Value, quoted};

use super::frame::{Content, Frame, Key};
use super::{Builder, Size, Stop, bytes};
use crate::codes;
use crate::limits::MAX_DEPTH;
use crate::scalar::resolve;
use crate::syntax;

impl Builder<'_> {
    pub(super) fn event(&mut self, event: Event<'_>, at: granit_parser::Span) -> Result<(), Stop> {
        let span = bytes(at);
        self.check_tab(&event, span);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                // The parser hands out `~` where nothing is written.
                let text =
                    if style == ScalarStyle::Plain && span.is_empty() { String::new() } else { text.into_owned() };
                let scalar = self.scalar(text, style, tag.as_deref(), span, at);
                self.leaf(scalar, self.scalar_span(span, style), anchor)
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", at);
                let content = Content::Seq(Vec::new());
                self.open(Frame::new(content, span, style, anchor, self.built))
            }
            Event::MappingStart(style, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", at);
                let content = Content::Map(Vec::new(), Key::None);
                self.open(Frame::new(content, span, style, anchor, self.built))
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(name) => {
                let found = syntax::unknown_alias(self.file.at(span), &name);
                self.sink.push(found);
                self.leaf(as_written(&name), span, 0)
            }
            _ => Ok(()),
        }
    }

    /// Reports the first tab that indents a block line. The parser takes some of them for mere
    /// separation; to the reader the value stands at a depth that it does not have.
    fn check_tab(&mut self, event: &Event<'_>, span: Span) {
        let in_flow = self.open.last().is_some_and(|frame| frame.flow);
        if !self.tabs || in_flow || !event.is_node() {
            return;
        }
        if let Some(tab) = syntax::tab_before(self.text, span.start as usize) {
            self.tabs = false;
            self.sink.push(syntax::tab_found(self.file.at(tab)));
        }
    }

    fn open(&mut self, frame: Frame) -> Result<(), Stop> {
        if self.open.len() == MAX_DEPTH {
            self.sink.push(syntax::too_deep(self.file.at(frame.span)));
            return Err(Stop);
        }
        self.built.nodes += 1;
        self.open.push(frame);
        Ok(())
    }

    fn close(&mut self, end: Span) -> Result<(), Stop> {
        let Some(mut frame) = self.open.pop() else {
            return Ok(());
        };
        if frame.flow {
            frame.reach(end);
        }
        let value = match frame.content {
            Content::Seq(items) => Value::Seq(items),
            Content::Map(entries, _) => Value::Map(self.unique(entries)),
        };
        let node = Node { span: frame.span, value };
        self.anchors.set(frame.anchor, &node, frame.height + 1, self.built - frame.before);
        self.attach(node, frame.height + 1, frame.span)
    }

    fn leaf(&mut self, scalar: Scalar, span: Span, anchor: usize) -> Result<(), Stop> {
        let size = Size { nodes: 1, bytes: scalar.text.len() };
        self.built = self.built + size;
        let node = Node { span, value: Value::Scalar(scalar) };
        self.anchors.set(anchor, &node, 0, size);
        self.attach(node, 0, span)
    }

    /// Puts a finished value where it belongs; `written` are its bytes in the open collection.
    pub(super) fn attach(&mut self, node: Node, height: usize, written: Span) -> Result<(), Stop> {
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        frame.reach(written);
        frame.height = frame.height.max(height);
        match &mut frame.content {
            Content::Seq(items) => items.push(node),
            Content::Map(entries, key) => match std::mem::replace(key, Key::None) {
                Key::None => self.key(node),
                Key::Bad => {}
                Key::Good(key, key_span) => entries.push(pipesynth_diag::Entry { key, key_span, value: node }),
            },
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: String,
        style: ScalarStyle,
        tag: Option<&Tag>,
        span: Span,
        at: granit_parser::Span,
    ) -> Scalar {
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Style::Quoted,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        let kind = match (tag, style) {
            (Some(tag), _) => self.tagged(&text, tag, span, at),
            (None, Style::Plain) => resolve(&text),
            (None, _) => Kind::Str,
        };
        Scalar { text, kind, style }
    }

    /// What a scalar with a tag counts as.
    fn tagged(&mut self, text: &str, tag: &Tag, span: Span, at: granit_parser::Span) -> Kind {
        let resolved = resolve(text);
        let fits = match (tag.core_suffix(), resolved) {
            (Some("str"), _) => return Kind::Str,
            (Some("null"), Kind::Null)
            | (Some("bool"), Kind::Bool(_))
            | (Some("int"), Kind::Int(_) | Kind::BigInt)
            | (Some("float"), Kind::Float(_) | Kind::Int(_)) => true,
            (Some(_), _) => false,
            (None, _) if tag.parts() == ("", "!") || tag.parts() == ("!", "") => return Kind::Str,
            (None, _) => {
                self.unknown_tag(tag, at);
                return resolved;
            }
        };
        if !fits {
            let message = format!("{} does not fit its tag `{}`", quoted(text), tag.original());
            self.mismatch(span, message);
        }
        resolved
    }

    fn mismatch(&mut self, span: Span, message: String) {
        let found = Diagnostic::error(codes::TAG_MISMATCH, self.file.at(span), message);
        self.sink.push(found.help("take the tag away, or write a value of its kind"));
    }

    /// Checks the tag of a list (`seq`) or mapping (`map`).
    fn check_tag(&mut self, tag: Option<&Tag>, wanted: &str, at: granit_parser::Span) {
        let Some(tag) = tag else { return };
        match tag.core_suffix() {
            Some(suffix) if suffix == wanted => {}
            Some(_) => {
                let message = format!("a {} does not fit its tag `{}`", in_words(wanted), tag.original());
                self.mismatch(tag_span(at), message);
            }
            None if tag.parts() == ("", "!") || tag.parts() == ("!", "") => {}
            None => self.unknown_tag(tag, at),
        }
    }

    fn unknown_tag(&mut self, tag: &Tag, at: granit_parser::Span) {
        let place = self.file.at(tag_span(at));
        let message = format!("unknown tag {}", quoted(&tag.original()));
        let mut found = Diagnostic::error(codes::UNKNOWN_TAG, place, message)
            .help("take the tag away, or quote the text if it is meant to start with `!`");
        if matches!(tag.suffix(), "Ref" | "Sub" | "GetAtt" | "Join" | "ImportValue" | "FindInMap" | "If" | "Select") {
            found = found.why("CloudFormation's short forms have no meaning in this file");
        }
        self.sink.push(found);
    }

    /// The bytes of a scalar; a block's without the line ends behind it.
    fn scalar_span(&self, span: Span, style: ScalarStyle) -> Span {
        if !matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            return span;
        }
        let text = self.text.get(span.range()).unwrap_or_default();
        let start = span.start as usize;
        Span::new(start..start + text.trim_end().len())
    }
}

fn in_words(collection: &str) -> &'static str {
    match collection {
        "seq" => "list",
        _ => "mapping",
    }
}

fn tag_span(at: granit_parser::Span) -> Span {
    at.tag_span().map_or_else(|| bytes(at), bytes)
}

/// What an alias without an anchor was probably meant to be: a text that starts with `*`.
fn as_written(name: &str) -> Scalar {
    Scalar { text: format!("*{name}"), kind: Kind::Str, style: Style::Plain }
}

impl std::ops::Add for Size {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { nodes: self.nodes + other.nodes, bytes: self.bytes + other.bytes }
    }
}

impl std::ops::Sub for Size {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { nodes: self.nodes - other.nodes, bytes: self.bytes - other.bytes }
    }
}
