//! `type: shell` → what bash gets.

use serde_json::{Value, json};

use crate::testing::{arguments, template};

fn shell(keys: &str) -> Vec<Value> {
    let template = template(&format!("name: a\nsteps: [{{ name: s, type: shell, {keys} }}]\n"));
    arguments(&template, "s").as_array().unwrap().clone()
}

#[test]
fn a_command_is_one_argument_and_its_values_come_after_its_name() {
    let args = shell(r#"command: 'echo "$1" '' ${HOME} `x`', arguments: ["a b", 7]"#);
    assert_eq!(args[..2], [json!("bash"), json!("-c")]);
    assert_eq!(args[3..], [json!("echo \"$1\" ' ${HOME} `x`"), json!("s"), json!("a b"), json!("7")]);
}

#[test]
fn a_long_command_keeps_the_cluster_busy() {
    let wrapper = &shell("command: date")[2];
    assert!(wrapper.as_str().unwrap().contains("/emr/metricscollector/isbusy"), "{wrapper}");
}

#[test]
fn a_script_is_fetched_and_gets_the_values_too() {
    let args = shell("script: code/publish.sh, arguments: [a]");
    let (fetch, rest) = (args[3].as_str().unwrap(), &args[4..]);
    assert!(fetch.contains("aws s3 cp") && fetch.contains("exec bash"), "{fetch}");
    assert_eq!(rest[0], "s");
    assert!(rest[1]["Fn::Sub"].as_str().unwrap().ends_with("/${CodePrefix}/code/publish.sh"));
    assert_eq!(rest[2], "a");
}

#[test]
fn the_wrapper_hands_command_and_values_on_and_the_exit_code_back() {
    // EMR's marker cannot be touched here; that must not matter to the command.
    let args = shell(r#"command: 'printf "%s|" "$0" "$@"; exit 3', arguments: ["a b", "$HOME", "*"]"#);
    let words: Vec<&str> = args.iter().map(|word| word.as_str().unwrap()).collect();
    let output = std::process::Command::new(words[0]).args(&words[1..]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "s|a b|$HOME|*|");
    assert_eq!(output.status.code(), Some(3));
}
