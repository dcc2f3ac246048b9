//! What holds for every refused input, whatever is wrong with it.

use pipesynth::cli::Exit;
use serde_json::Value;

use crate::support::{Ran, Scratch, run};

/// A file that was refused unread, or holds nothing, has no line to show.
const WITHOUT_A_LINE: &[&str] = &["PS0001", "PS0004"];

/// Words by which a message or its label says what would be right; any other finding has a help.
const TELLING: &[&str] = &["allowed", "expected", "must", " has ", "at most", "such as", "is required", " is 1 to "];

/// Runs every command on a bad project in `scratch` and gives what people see. `faults` gets what the findings lack. Fails where the
/// input passes or anything is written.
#[track_caller]
pub fn refused(scratch: &Scratch, faults: &mut Vec<String>) -> String {
    let out = Scratch::new(&format!("{}-out", scratch.path().file_name().unwrap().to_str().unwrap()));
    let folder = out.at("assembly");
    let validate = run(["validate".into(), scratch.arg("")]);
    let stdout = run(["synth".into(), scratch.arg("")]);
    let assembly = run(["synth".into(), scratch.arg(""), "--out".into(), folder.clone().into()]);
    for Ran { exit, out, err } in [&validate, &stdout, &assembly] {
        assert_eq!(*exit, Exit::Findings, "{err}");
        assert_eq!(out, "");
    }
    assert!(!folder.exists(), "a folder was made for an assembly with errors");
    let seen = scratch.without_path(&validate.err);
    let json = run(["validate".into(), scratch.arg(""), "--format=json".into()]);
    assert_eq!((json.exit, json.err.as_str()), (Exit::Findings, ""));
    let json: Value = serde_json::from_str(&scratch.without_path(&json.out)).unwrap();
    let found = json["diagnostics"].as_array().unwrap();
    let mut frames: Vec<&str> = seen.trim_end().split("\n\n").collect();
    let count = frames.pop().unwrap();
    assert_eq!(frames.len(), found.len(), "{seen}");
    assert!(count.starts_with(&format!("{} error", found.len())), "{count}");
    faults.extend(found.iter().zip(frames).filter_map(|(found, frame)| incomplete(found, frame)));
    seen
}

/// What a finding lacks: it says where, shows it with a caret, and says what to do or what is allowed.
fn incomplete(found: &Value, frame: &str) -> Option<String> {
    let text = |key: &str| found[key].as_str().unwrap();
    let frame = format!("{frame}\n");
    let place = format!("{}:{}:{}", text("path"), found["line"], found["column"]);
    let bare = WITHOUT_A_LINE.contains(&text("code")) && frame.contains(&format!("--> {}\n", text("path")));
    let told = TELLING.iter().any(|word| text("message").contains(word) || text("label").contains(word));
    let lacks = match () {
        () if !frame.starts_with(&format!("error[{}]: {}", text("code"), text("message"))) => "its code and message",
        () if !bare && !frame.contains(&format!("--> {place}\n")) => "its place",
        () if !bare && !frame.contains('^') => "its caret",
        () if !told && found["help"].as_array().unwrap().is_empty() => "what to do",
        () => return None,
    };
    Some(format!("lacks {lacks} ({place}):\n{frame}"))
}
