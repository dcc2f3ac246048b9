//! Findings → one JSON document.

use std::io::{self, Write};

use pipesynth_diag::{Diagnostic, Files, Place};
use serde_json::{Value, json};

use crate::headroom::Use;

/// Writes `{"diagnostics": […]}` and a line end.
///
/// Each finding has `code`, `severity` (`error` or `warning`), `message`, `label`, its place, `why`
/// (or null), `help` (a list) and `related` (places with a `message`). A place is `path`, `line`,
/// `column`, `endLine`, `endColumn`: from 1, columns in characters, the end after the last character.
/// With `headroom` there is a list of that name: `limit`, `by`, `used`, `most`, `morePipelines` (or null), `adjustable`, `source`.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, files: &Files, found: &[Diagnostic], headroom: Option<&[Use]>) -> io::Result<()> {
    let diagnostics: Vec<Value> = found.iter().map(|d| diagnostic(files, d)).collect();
    let mut document = json!({ "diagnostics": diagnostics });
    if let Some(headroom) = headroom {
        document["headroom"] = json!(headroom);
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn diagnostic(files: &Files, found: &Diagnostic) -> Value {
    let related: Vec<Value> = found
        .related
        .iter()
        .map(|label| {
            let mut entry = json!({ "message": label.text });
            add_place(&mut entry, files, label.place);
            entry
        })
        .collect();
    let mut entry = json!({
        "code": found.code.id,
        "severity": found.severity.as_str(),
        "message": found.message,
        "label": found.label,
    });
    add_place(&mut entry, files, found.place);
    entry["why"] = json!(found.why);
    entry["help"] = json!(found.help);
    entry["related"] = Value::Array(related);
    entry
}

fn add_place(entry: &mut Value, files: &Files, place: Place) {
    let (start, end) = (files.start(place), files.end(place));
    entry["path"] = json!(files.path(place.file));
    entry["line"] = json!(start.line);
    entry["column"] = json!(start.column);
    entry["endLine"] = json!(end.line);
    entry["endColumn"] = json!(end.column);
}
