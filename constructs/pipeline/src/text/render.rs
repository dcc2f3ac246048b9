//! Parts → one value of a state machine: plain text, `Fn::Sub`, or a JSONata expression, whichever it needs.

use pipesynth_core::{Intrinsic, Piece as SubPiece, Value};

/// A part of a text in a state machine.
#[derive(Clone, Debug)]
pub enum Part {
    /// Text as it stands.
    Literal(String),
    /// Known when the stack is deployed: pieces of `Fn::Sub`.
    Stack(Vec<SubPiece>),
    /// Known when the machine runs: a JSONata expression that gives a string.
    Run(String),
}

/// Joins parts. A text without run-time parts is a literal or `Fn::Sub`; with one it is `{% … %}`.
pub fn value(parts: Vec<Part>) -> Value {
    let running = parts.iter().any(|p| matches!(p, Part::Run(_)));
    let mut pieces: Vec<SubPiece> = Vec::new();
    if running {
        push(&mut pieces, "{% ");
    }
    for (index, part) in parts.into_iter().enumerate() {
        if running && index > 0 {
            push(&mut pieces, " & ");
        }
        match part {
            Part::Literal(text) if running => push(&mut pieces, &quote(&text)),
            Part::Literal(text) => push(&mut pieces, &text),
            Part::Run(expression) => push(&mut pieces, &expression),
            Part::Stack(stack) => {
                let mark = if running { "'" } else { "" };
                push(&mut pieces, mark);
                pieces.extend(stack);
                push(&mut pieces, mark);
            }
        }
    }
    if running {
        push(&mut pieces, " %}");
    }
    finish(pieces)
}

fn finish(pieces: Vec<SubPiece>) -> Value {
    if pieces.iter().all(|p| matches!(p, SubPiece::Text(_))) {
        let text: String = pieces.iter().map(|p| if let SubPiece::Text(t) = p { t.as_ref() } else { "" }).collect();
        return Value::from(text);
    }
    Value::from(Intrinsic::Sub(pieces))
}

fn push(pieces: &mut Vec<SubPiece>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(SubPiece::Text(last)) = pieces.last_mut() {
        last.to_mut().push_str(text);
    } else {
        pieces.push(SubPiece::Text(text.to_owned().into()));
    }
}

/// A JSONata string. Single quotes read better in a template; JSONata has no escape for them, so text with one takes double quotes
/// with JSON's escapes.
fn quote(text: &str) -> String {
    let plain = !text.chars().any(|c| c == '\'' || c == '\\' || c.is_control());
    if plain { format!("'{text}'") } else { json_text(text) }
}

/// A JSON string with its quotes.
pub fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
