//! What only a process shows: exit codes, pipes that close, output that is no terminal, a full disk.

use std::process::{Command, Stdio};

use crate::support::Scratch;

const CASE_STUDY: &str = "examples/case-study/listings";

fn pipesynth(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipesynth"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn bad() -> Scratch {
    let scratch = Scratch::new("process-bad");
    scratch.write("pipeline.yaml", "name: [a]\n");
    scratch
}

#[test]
fn the_exit_code_says_how_it_ended() {
    let bad = bad();
    let bad = bad.path().to_str().unwrap();
    for (arguments, code) in [
        (vec!["validate", CASE_STUDY], 0),
        (vec!["synth", CASE_STUDY], 0),
        (vec!["validate", bad], 1),
        (vec!["synth", bad], 1),
        (vec!["synth", "examples/case-study"], 2),
        (vec!["validate", "nowhere"], 2),
        (vec!["nothing"], 2),
        (vec!["synth", CASE_STUDY, "--out", "Cargo.toml"], 3),
    ] {
        let output = pipesynth(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn a_reader_that_went_away_is_no_error() {
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    for arguments in [vec!["synth", CASE_STUDY], vec!["--help"], vec!["schema"], vec!["completions", "bash"]] {
        let output = pipesynth(&arguments).stdout(closed()).stderr(Stdio::piped()).spawn().unwrap();
        let output = output.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
    // The findings are lost, the exit code is not.
    let bad = bad();
    let status = pipesynth(&["validate", bad.path().to_str().unwrap()]).stderr(closed()).status().unwrap();
    assert_eq!(status.code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_named() {
    for arguments in [vec!["synth", CASE_STUDY], vec!["schema"], vec!["validate", "--format=json", CASE_STUDY]] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = pipesynth(&arguments).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let output = output.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(err.starts_with("error: the output cannot be written: "), "{arguments:?}: {err}");
    }
}

#[test]
fn what_is_no_terminal_gets_no_colours_unless_they_are_asked_for() {
    let bad = bad();
    let bad = bad.path().to_str().unwrap();
    let colours = |arguments: &[&str], no_color: bool| {
        let mut command = pipesynth(arguments);
        command.env_remove("NO_COLOR").env("TERM", "xterm-256color").env("CLICOLOR_FORCE", "1");
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let output = command.output().unwrap();
        [output.stdout, output.stderr].concat().contains(&0x1b)
    };
    for arguments in [vec!["validate", bad], vec!["--help"], vec!["nothing"], vec!["synth", "nowhere"]] {
        assert!(!colours(&arguments, false), "{arguments:?}");
        assert!(!colours(&arguments, true), "{arguments:?}");
    }
    for arguments in [
        vec!["--color=always", "validate", bad],
        vec!["--color", "always", "--help"],
        vec!["nothing", "--color=always"],
    ] {
        assert!(colours(&arguments, false), "{arguments:?}");
    }
}

#[test]
fn the_default_path_is_the_current_folder() {
    let output = pipesynth(&["synth"]).current_dir(crate::support::root().join(CASE_STUDY)).output().unwrap();
    assert!(output.status.success());
    let named = pipesynth(&["synth", CASE_STUDY]).output().unwrap();
    assert_eq!(output.stdout, named.stdout);
}
