//! Findings → SARIF 2.1.0 (OASIS), which code scanning of GitHub and GitLab and editors read.

use std::io::{self, Write};

use pipesynth_diag::{Code, Diagnostic, Files, Place};
use serde_json::{Value, json};

/// Writes one log with one run, and a line end. Columns count characters, the end is after the last one. Why and help stand in the message,
/// for readers show little else.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, files: &Files, found: &[Diagnostic]) -> io::Result<()> {
    let mut rules: Vec<&'static Code> = found.iter().map(|found| found.code).collect();
    rules.sort_by_key(|code| code.id);
    rules.dedup();
    let results: Vec<Value> = found.iter().map(|found| result(files, found, &rules)).collect();
    let described: Vec<Value> = rules.iter().map(|code| rule(code)).collect();
    let driver = json!({ "name": "pipesynth", "version": env!("CARGO_PKG_VERSION"), "rules": described });
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    let log = json!({ "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run] });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule(code: &Code) -> Value {
    json!({ "id": code.id, "shortDescription": { "text": code.title }, "fullDescription": { "text": code.explanation } })
}

fn result(files: &Files, found: &Diagnostic, rules: &[&'static Code]) -> Value {
    let mut text = found.message.clone();
    for more in found.why.iter().chain(&found.help) {
        text.push('\n');
        text.push_str(more);
    }
    let related: Vec<Value> = found
        .related
        .iter()
        .enumerate()
        .map(|(at, label)| {
            let mut location = location(files, label.place);
            location["id"] = json!(at + 1);
            location["message"] = json!({ "text": label.text });
            location
        })
        .collect();
    let mut result = json!({
        "ruleId": found.code.id,
        "ruleIndex": rules.iter().position(|code| code.id == found.code.id),
        "level": found.severity.as_str(),
        "message": { "text": text },
        "locations": [location(files, found.place)],
    });
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    result
}

fn location(files: &Files, place: Place) -> Value {
    let (start, end) = (files.start(place), files.end(place));
    let region =
        json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column });
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri(files.path(place.file)) }, "region": region } })
}

/// A path as a reference to a URI (RFC 3986): what is neither a letter, a digit nor one of `-._~/` is written as bytes.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use pipesynth_diag::{Span, codes};

    use super::*;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("a b/ü.yaml"), "a%20b/%C3%BC.yaml");
        assert_eq!(uri("/a/b.yaml"), "file:///a/b.yaml");
        assert_eq!(uri("../b.yaml"), "../b.yaml");
    }

    #[test]
    fn a_finding_has_its_rule_its_level_its_place_and_what_to_do() {
        let mut files = Files::new();
        let file = files.add("a.yaml", "é: 1\nb: 2\n");
        let found = Diagnostic::warning(codes::WRONG_TYPE, file.at(Span::new(6..7)), "`b` is wrong")
            .why("because")
            .help("mend it")
            .related(file.at(Span::new(0..2)), "first here");
        let mut out = Vec::new();
        write(&mut out, &files, &[found]).unwrap();
        let log: Value = serde_json::from_slice(&out).unwrap();
        let run = &log["runs"][0];
        let result = &run["results"][0];
        assert_eq!((log["version"].as_str(), result["level"].as_str()), (Some("2.1.0"), Some("warning")));
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
        assert_eq!(result["message"]["text"], "`b` is wrong\nbecause\nmend it");
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["region"], json!({ "startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 2 }));
        let first = &result["relatedLocations"][0];
        assert_eq!(first["physicalLocation"]["region"]["endColumn"], 2, "columns count characters");
    }
}
