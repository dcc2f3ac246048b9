//! Help, versions, completions, and what is said to wrong arguments.

use std::process::{Command, Output};

use pipesynth::cli::Exit;

use crate::support::run;

/// The real command, whose output is no terminal.
fn pipesynth(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pipesynth")).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn commands() -> Vec<String> {
    let command = pipesynth::cli::command();
    command.get_subcommands().map(|c| c.get_name().to_owned()).filter(|name| name != "help").collect()
}

#[test]
fn every_command_has_a_help_with_an_example_that_parses() {
    for command in commands() {
        let help = pipesynth(&[&command, "--help"]);
        assert_eq!(help.status.code(), Some(0));
        assert!(help.stderr.is_empty());
        let examples = text(&help.stdout).split_once("Examples:\n").unwrap_or_else(|| panic!("{command}")).1;
        let lines: Vec<&str> = examples.lines().filter(|line| line.contains(&format!("pipesynth {command}"))).collect();
        assert!(!lines.is_empty(), "{examples}");
        for line in lines {
            let written = &line[line.find("pipesynth ").unwrap()..];
            let written = written.split(['>', '|']).next().unwrap().split("   ").next().unwrap();
            let parsed = pipesynth::cli::command().try_get_matches_from(written.split_whitespace());
            assert!(parsed.is_ok(), "`{written}`: {}", parsed.unwrap_err());
        }
    }
}

#[test]
fn without_arguments_the_help_is_shown_as_wrong_usage() {
    let output = pipesynth(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    for command in commands() {
        assert!(text(&output.stderr).contains(&format!("\n  {command}")), "{command}");
    }
}

#[test]
fn the_version_is_the_packages() {
    assert_eq!(run(["--version"]).good(), format!("pipesynth {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_arguments_are_named_with_the_nearest_right_one() {
    let wrong = |arguments: &[&str]| {
        let ran = run(arguments);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
        ran.err
    };
    insta::assert_snapshot!(wrong(&["syth"]), @r"
    error: unrecognized subcommand 'syth'

      tip: a similar subcommand exists: 'synth'

    Usage: pipesynth [OPTIONS] <COMMAND>

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(wrong(&["synth", "--stak", "central"]), @r"
    error: unexpected argument '--stak' found

      tip: a similar argument exists: '--stack'

    Usage: pipesynth synth --stack <STACK> [PATH]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(wrong(&["synth", "--stack", "centrl"]), @r"
    error: invalid value 'centrl' for '--stack <STACK>'
      [possible values: pipeline, central, user]

      tip: a similar value exists: 'central'

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(wrong(&["synth", "--out", "x", "--pipeline", "y"]), @r"
    error: the argument '--out <DIR>' cannot be used with '--pipeline <NAME>'

    Usage: pipesynth synth --out <DIR> [PATH]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(wrong(&["create-project"]), @r"
    error: the following required arguments were not provided:
      --name <NAME>

    Usage: pipesynth create-project --name <NAME> [PATH]

    For more information, try '--help'.
    ");
}

#[test]
fn completions_know_every_command_and_option() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(["completions", shell]).good();
        for word in commands().iter().map(String::as_str).chain(["stack", "pipeline", "format", "out", "color"]) {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
}
