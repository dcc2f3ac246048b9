//! A text, number or truth value → findings: type, allowed values, pattern, length, range.

use std::borrow::Cow;

use pipesynth_core::Value;

use crate::finding::{Kind, Path};
use crate::matcher::Matcher;
use crate::model::{Range, Shape, Text};
use crate::validate::{Checker, listed};

/// A message shows this much of a text, in characters.
const SHOWN: usize = 60;
/// A message lists this many allowed values.
const LISTED: usize = 12;

impl Checker {
    pub(crate) fn scalar(&mut self, shape: &Shape, value: &Value, path: &Path<'_>) {
        // CloudFormation puts the secret or parameter in at deploy time.
        if value.as_str().is_some_and(|text| text.contains("{{resolve:")) {
            return;
        }
        match shape {
            Shape::Text(constraints) => match text_of(value) {
                Some(text) => self.text(constraints, &text, path),
                None => self.wrong_type("a text", value, path),
            },
            Shape::Bool if !is_bool(value) => self.wrong_type("`true` or `false`", value, path),
            Shape::Int(range) => match number_of(value) {
                Some(number) if number.fract() == 0.0 => self.range(*range, number, path),
                _ => self.wrong_type("a whole number", value, path),
            },
            Shape::Number(range) => match number_of(value) {
                Some(number) => self.range(*range, number, path),
                None => self.wrong_type("a number", value, path),
            },
            _ => {}
        }
    }

    fn text(&mut self, constraints: &Text, text: &str, path: &Path<'_>) {
        let values = &constraints.values;
        if !values.is_empty() {
            let same = |known: &&str| *known == text || (constraints.any_case && known.eq_ignore_ascii_case(text));
            if !values.iter().any(same) {
                let more = if values.len() > LISTED { ", …" } else { "" };
                let allowed = listed(values.get(..LISTED).unwrap_or(values));
                let message = format!("`{}` is not allowed; allowed: {allowed}{more}", shown(text));
                self.add(path, Kind::Value, message, pipesynth_diag::nearest(text, values.iter().copied()));
            }
            return;
        }
        let length = if text.is_ascii() { text.len() } else { text.chars().count() };
        let before = self.findings.len();
        self.size(constraints.length, length as u64, "characters", path);
        if self.findings.len() > before {
            return; // the length is most often in the pattern too
        }
        if let Some(pattern) = &constraints.pattern {
            let compiled = pattern.compiled.get_or_init(|| Matcher::new(pattern.text));
            if compiled.as_ref().is_some_and(|matcher| !matcher.matches(text)) {
                let message = format!("`{}` does not match `{}`", shown(text), pattern.text);
                self.add(path, Kind::Pattern, message, None);
            }
        }
    }

    fn range(&mut self, range: Range<f64>, number: f64, path: &Path<'_>) {
        let fault = match range {
            Range { low: Some(low), .. } if number < low => format!("at least {low} is allowed"),
            Range { high: Some(high), .. } if number > high => format!("at most {high} is allowed"),
            _ => return,
        };
        self.add(path, Kind::Range, format!("{number} is out of range; {fault}"), None);
    }

    pub(crate) fn size(&mut self, range: Range<u64>, got: u64, what: &str, path: &Path<'_>) {
        let fault = match range {
            Range { low: Some(low), .. } if got < low => format!("at least {low}"),
            Range { high: Some(high), .. } if got > high => format!("at most {high}"),
            _ => return,
        };
        self.add(path, Kind::Length, format!("{got} {what}; {fault} allowed"), None);
    }

    pub(crate) fn wrong_type(&mut self, expected: &str, got: &Value, path: &Path<'_>) {
        let got = match got {
            Value::Str(text) => format!("the text `{}`", shown(text)),
            Value::Int(number) => format!("the number {number}"),
            Value::Float(number) => format!("the number {number}"),
            Value::Bool(flag) => format!("`{flag}`"),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "an object".to_owned(),
            Value::Fn(function) => format!("`{}`", crate::intrinsic::name(function)),
        };
        self.add(path, Kind::WrongType, format!("expected {expected}, got {got}"), None);
    }
}

/// CloudFormation turns numbers and truth values into texts where a text is expected.
fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Str(text) => Some(Cow::Borrowed(text)),
        Value::Int(number) => Some(Cow::Owned(number.to_string())),
        Value::Float(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(flag) => Some(Cow::Borrowed(if *flag { "true" } else { "false" })),
        Value::List(_) | Value::Map(_) | Value::Fn(_) => None,
    }
}

/// … and texts into numbers where a number is expected.
fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        Value::Str(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn is_bool(value: &Value) -> bool {
    match value {
        Value::Bool(_) => true,
        Value::Str(text) => text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false"),
        _ => false,
    }
}

fn shown(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
        None => Cow::Borrowed(text),
    }
}
