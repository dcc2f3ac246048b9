//! Template text → pieces.

use super::{Expression, Piece};

/// What is wrong with a text, and which bytes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
    /// True where the text would be taken for code.
    pub unsafe_text: bool,
}

impl Fault {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into(), unsafe_text: false }
    }

    pub(super) fn unsafe_text(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { unsafe_text: true, ..Self::new(message, help) }
    }
}

const KNOWN: &str =
    "logicalDate, logicalDate - 1d, logicalDate | format('yyyy/MM/dd'), runId, pipeline, account, bucket, params.NAME";

/// Refuses what Step Functions or CloudFormation would take for code: a leading `{%`, and `{{resolve:` anywhere. Refuses keys too.
pub fn check_plain(text: &str) -> Result<(), Fault> {
    if text.trim_start().starts_with("{%") {
        return Err(Fault::unsafe_text(
            "the text starts with `{%`, which Step Functions runs as JSONata",
            "write it without `{%`",
        ));
    }
    let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if squeezed.contains("{{resolve:") {
        let help = "let the step read the secret itself at run time, with the access that `access:` grants";
        return Err(Fault::unsafe_text("`{{resolve:` would write a secret into the state machine", help));
    }
    super::secret::check(text)
}

/// Refuses template text where it would stay as it is: only what [`check_plain`] lets pass and without `{{`.
pub fn check_fixed(text: &str) -> Result<(), Fault> {
    check_plain(text)?;
    if text.contains("{{") {
        let help = "template text is allowed in `arguments` of steps and in values of `conf` and `variables`";
        return Err(Fault::unsafe_text(
            "`{{ … }}` would stay as it is here: the cluster and its files are the same for every run",
            help,
        ));
    }
    Ok(())
}

/// Reads template text.
pub fn parse(text: &str) -> Result<Vec<Piece>, Fault> {
    check_plain(text)?;
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (inside, behind) =
            after.split_once("}}").ok_or_else(|| Fault::new("`{{` is not closed", "close it with `}}`"))?;
        if !before.is_empty() {
            pieces.push(Piece::Literal(before.to_owned()));
        }
        pieces.push(Piece::Expression(expression(inside.trim())?));
        rest = behind;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece::Literal(rest.to_owned()));
    }
    Ok(pieces)
}

fn expression(text: &str) -> Result<Expression, Fault> {
    let simple = match text {
        "runId" => Some(Expression::RunId),
        "pipeline" => Some(Expression::Pipeline),
        "account" => Some(Expression::Account),
        "bucket" => Some(Expression::Bucket),
        _ => None,
    };
    if let Some(simple) = simple {
        return Ok(simple);
    }
    if let Some(name) = text.strip_prefix("params.") {
        let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.is_empty();
        return if word { Ok(Expression::Param(name.to_owned())) } else { Err(unknown(text)) };
    }
    match text.strip_prefix("logicalDate") {
        Some(rest) => logical_date(rest, text),
        None => Err(unknown(text)),
    }
}

fn unknown(text: &str) -> Fault {
    let shown: String = text.chars().take(60).collect();
    Fault::new(format!("`{{{{ {shown} }}}}` is not known here"), format!("known: {KNOWN}"))
}

fn logical_date(rest: &str, all: &str) -> Result<Expression, Fault> {
    let (shift, format) = match rest.split_once('|') {
        Some((shift, format)) => (shift.trim(), Some(format.trim())),
        None => (rest.trim(), None),
    };
    let days = if shift.is_empty() { 0 } else { days(shift).ok_or_else(|| unknown(all))? };
    let picture = format.map(|f| picture(f).ok_or_else(|| bad_format(f))).transpose()?;
    Ok(Expression::LogicalDate { days, picture })
}

fn bad_format(format: &str) -> Fault {
    let shown: String = format.chars().take(60).collect();
    let help = "a format has yyyy, yy, MM and dd with `/`, `-`, `_`, `.`, `=` or digits between: format('yyyy/MM/dd')";
    Fault::new(format!("`{shown}` is not a date format"), help)
}

/// `- 1d`, `+ 2d`: at most 100,000 days.
fn days(text: &str) -> Option<i64> {
    let (sign, number) = match text.split_at_checked(1)? {
        ("-", rest) => (-1, rest),
        ("+", rest) => (1, rest),
        _ => return None,
    };
    let number = number.trim().strip_suffix('d')?;
    let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let number: i64 = if plain { number.parse().ok()? } else { return None };
    (number <= 100_000).then_some(sign * number)
}

/// `format('yyyy/MM/dd')` → the picture string of JSONata's `$fromMillis`.
fn picture(call: &str) -> Option<String> {
    let inside = call.strip_prefix("format(")?.strip_suffix(')')?.trim();
    let quote = inside.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut rest = inside.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut picture = String::new();
    while let Some(first) = rest.chars().next() {
        let (token, part) = [("yyyy", "[Y0001]"), ("yy", "[Y01]"), ("MM", "[M01]"), ("dd", "[D01]")]
            .into_iter()
            .find(|(token, _)| rest.starts_with(token))
            .unwrap_or(("", ""));
        if token.is_empty() {
            if !(first.is_ascii_digit() || "/-_.=".contains(first)) {
                return None;
            }
            picture.push(first);
            rest = rest.get(first.len_utf8()..)?;
        } else {
            picture.push_str(part);
            rest = rest.get(token.len()..)?;
        }
    }
    (!picture.is_empty()).then_some(picture)
}
