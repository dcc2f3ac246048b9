//! The parser's error kinds in plain words, with what to do.

use granit_parser::ErrorKind;

use super::Line;

/// What is said of an error.
pub(super) struct Words {
    pub message: String,
    pub help: Option<&'static str>,
}

/// The words for an error of this kind on this line. Kinds that people hardly meet keep the parser's own words.
pub(super) fn of(kind: &ErrorKind, line: Line<'_>) -> Words {
    let (message, help) = match kind {
        ErrorKind::MappingValueNotAllowed => ("a `:` cannot stand here".into(), Some(colon_help(line))),
        ErrorKind::UnexpectedCharacter { character } => {
            (format!("a text cannot start with `{character}`"), Some("put the text into quotes"))
        }
        ErrorKind::UnclosedFlowCollection { open } => (format!("`{open}` is never closed"), None),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => (format!("`{open}` is closed by `{close}`"), None),
        kind => return of_brackets(kind).or_else(|| of_layout(kind)).unwrap_or_else(|| of_texts(kind)),
    };
    Words { message, help }
}

/// Why there is a `:` too many, guessed from the line.
fn colon_help(line: Line<'_>) -> &'static str {
    let above = line.above.trim();
    if line.before.contains(": ") {
        "a text with `: ` in it must stand in quotes"
    } else if !above.contains(": ") && !above.ends_with(':') && above.contains(':') {
        "a space is needed behind the `:` of the line above"
    } else {
        "check the indentation: keys of one mapping start in the same column, and a key with a value of its own has nothing below it"
    }
}

fn words(message: &str, help: &'static str) -> Option<Words> {
    Some(Words { message: message.into(), help: (!help.is_empty()).then_some(help) })
}

fn of_brackets(kind: &ErrorKind) -> Option<Words> {
    match kind {
        ErrorKind::InvalidColonPlacement => words("a `:` cannot stand here", "is a `]` or `}` missing above?"),
        ErrorKind::MisplacedFlowCollectionEnd => words("this bracket closes nothing", ""),
        ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::UnexpectedEofFlowMapping => {
            words("expected `,` or `}`", "")
        }
        ErrorKind::ExpectedFlowSequenceSeparator | ErrorKind::UnexpectedEofFlowSequence => {
            words("expected `,` or `]`", "")
        }
        ErrorKind::BlockEntryInFlowCollection => {
            words("`- ` cannot stand inside brackets", "separate the items of `[…]` by commas")
        }
        ErrorKind::InvalidFlowScalarIndent => words("a line inside brackets must be indented further than its key", ""),
        _ => None,
    }
}

fn of_layout(kind: &ErrorKind) -> Option<Words> {
    match kind {
        ErrorKind::ExpectedBlockMappingKey => {
            words("expected `key: value` here", "check the indentation: keys of one mapping start in the same column")
        }
        ErrorKind::ExpectedBlockSequenceEntry => words(
            "expected `- ` here, another item of the list above",
            "check the indentation: a list and a key cannot start in the same column",
        ),
        ErrorKind::BlockSequenceEntryNotAllowed => {
            words("a list cannot start here", "start the list on a line of its own below the key")
        }
        ErrorKind::InvalidBlockEntryWhitespace => words("a space is needed behind `-`", ""),
        ErrorKind::InvalidMappingValueWhitespace => words("a space is needed behind `:`", ""),
        ErrorKind::SimpleKeyExpected => words("expected `:` behind the key", ""),
        ErrorKind::InvalidSimpleKey => {
            words("a key must stand on one line, in at most 1024 characters, with `:` behind it", "")
        }
        ErrorKind::MappingKeyNotAllowed => words("a key cannot stand here", ""),
        ErrorKind::InvalidIndentation => {
            words("this indentation fits nothing above", "keys of one mapping start in the same column")
        }
        ErrorKind::InvalidBlockScalarIndent => words("this line is indented less than the block's first line", ""),
        ErrorKind::CommentNotSeparated => {
            words("a space is needed before `#`", "put the text into quotes if `#` belongs to it")
        }
        ErrorKind::InvalidDocumentEnd => words("nothing may follow `...` on its line", ""),
        ErrorKind::ExpectedDocumentStart => {
            words("this stands behind the end of the document", "check the indentation and the brackets above")
        }
        ErrorKind::UndeclaredTagHandle
        | ErrorKind::MissingTagUri
        | ErrorKind::ExpectedTagBang
        | ErrorKind::InvalidTagTerminator
        | ErrorKind::UnclosedVerbatimTag => words("not a valid tag", "quote the text if it is meant to start with `!`"),
        _ => None,
    }
}

fn of_texts(kind: &ErrorKind) -> Words {
    let known = match kind {
        ErrorKind::UnclosedQuotedScalar => words("this quote is never closed", ""),
        ErrorKind::InvalidTrailingDoubleQuotedScalar | ErrorKind::InvalidTrailingSingleQuotedScalar => words(
            "text behind a closing quote",
            "put the whole text into quotes; inside single quotes write `''` for one",
        ),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => {
            words("unknown escape in a double-quoted text", "write `\\\\` for a backslash, or use single quotes")
        }
        ErrorKind::CommentInterceptedScalar => words("a comment cannot stand inside a text of several lines", ""),
        ErrorKind::InvalidQuotedScalarIndent => {
            words("a quoted text of several lines must be indented further than its key", "")
        }
        ErrorKind::MissingAnchorOrAliasName => words("`&` and `*` need a name behind them", "put the text into quotes"),
        ErrorKind::BomInsideDocument => words("byte-order mark inside the file", "take it out"),
        _ => None,
    };
    known.unwrap_or_else(|| Words { message: kind.to_string(), help: None })
}
