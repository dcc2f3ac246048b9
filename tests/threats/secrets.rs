//! Threats 10 and 11: secrets where others read them, and an event that becomes a command.

use std::process::Command;

use pipesynth::cli::Exit;
use serde_json::Value;

use super::org::{A, Org, held_by};
use crate::support::{Scratch, run};

#[test]
fn threat_10_logs_of_runs_hold_no_inputs_and_outputs() {
    let logged = |org: &Org| {
        let machines = ["listings", "searches", "pipeline-x"].map(|name| org.pipeline(name, A).get("Machine"));
        machines.iter().any(|machine| machine["LoggingConfiguration"]["IncludeExecutionData"] != false)
    };
    held_by("IncludeExecutionData", logged, |org| {
        let machine = &mut org.resource("pipesynth-listings", "Machine")["Properties"];
        machine["LoggingConfiguration"]["IncludeExecutionData"] = true.into();
    });
    let told = |org: &Org| {
        let buses = org.central().of("AWS::Events::EventBus");
        buses.iter().any(|(_, bus)| bus["LogConfig"]["IncludeDetail"] != "NONE")
    };
    held_by("IncludeDetail", told, |org| {
        org.resource("pipesynth-central", "Bus")["Properties"]["LogConfig"]["IncludeDetail"] = "FULL".into();
    });
}

/// Whether `validate` takes a pipeline with this line in its one step.
fn taken(line: &str) -> bool {
    let scratch = Scratch::new("secrets");
    scratch.write("job.py", "");
    scratch.write(
        "pipeline.yaml",
        format!(
            "name: a\naccount: \"111111111111\"\nsteps:\n  - {{ name: a, type: spark, application: job.py, {line} }}\n"
        ),
    );
    let ran = run(["validate".into(), scratch.arg("")]);
    assert!(ran.exit == Exit::Done || ran.err.contains("PS0209"), "{line}: {}", ran.err);
    ran.exit == Exit::Done
}

#[test]
fn threat_10_a_pipeline_file_holds_no_secret_and_looks_none_up_into_a_template() {
    for (attack, good) in [
        ("arguments: ['{{resolve:secretsmanager:db}}']", "arguments: ['db']"),
        ("conf: { spark.key: '{{resolve:ssm-secure:key}}' }", "conf: { spark.key: key }"),
        ("arguments: [AKIAIOSFODNN7EXAMPLE]", "arguments: [AKIA]"),
        ("conf: { spark.hadoop.fs.s3a.secret.key: wJalrXUtnFEMI }", "conf: { spark.hadoop.fs.s3a.endpoint: s3 }"),
        (
            "conf: { spark.hadoop.javax.jdo.option.ConnectionPassword: hunter2 }",
            "conf: { spark.hadoop.javax.jdo.option.ConnectionUserName: reader }",
        ),
    ] {
        assert!(!taken(attack), "{attack}");
        assert!(taken(good), "{good}");
    }
}

/// Runs the arguments of a shell step as EMR's command-runner does, with a text of an attacker as every value that is known at run time;
/// true where the text was run.
fn runs(org: &Org, text: &str) -> bool {
    let machine = org.pipeline("listings", A).get("Machine");
    let states = &machine["Definition"]["States"]["Run steps"]["Branches"][0]["States"];
    let step = states
        .as_object()
        .unwrap()
        .values()
        .find(|state| state["Arguments"]["Step"]["HadoopJarStep"]["Args"][0] == "bash");
    let arguments: Vec<Value> = step.unwrap()["Arguments"]["Step"]["HadoopJarStep"]["Args"].as_array().unwrap().clone();
    let filled = arguments.iter().map(|argument| {
        let argument = argument.as_str().unwrap();
        if argument.starts_with("{%") { text.to_owned() } else { argument.replace("EVENT", text) }
    });
    let filled: Vec<String> = filled.collect();
    let scratch = Scratch::new("shell");
    // What the step's own command calls. There is nothing else on the way that the shell could run.
    scratch.write("bin/aws", "#!/bin/sh\nexit 0\n");
    let bash =
        ["/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash"].iter().find(|path| std::path::Path::new(path).exists());
    let mut command = Command::new(bash.expect("bash"));
    command.args(&filled[1..]).current_dir(scratch.path()).env_clear().env("PATH", scratch.path().join("bin"));
    // The loop that keeps the cluster's marker fresh needs `sleep`, and `exec bash` itself.
    std::os::unix::fs::symlink(bash.unwrap(), scratch.path().join("bin/bash")).unwrap();
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    command.status().unwrap();
    scratch.path().join("owned").exists()
}

#[test]
fn threat_11_what_comes_with_an_event_is_an_argument_and_never_a_command() {
    for (text, command) in [
        ("\"; : > owned; \"", "aws s3 ls \"EVENT\""),
        ("$(: > owned)", "aws s3 ls \"EVENT\""),
        ("`: > owned`", "aws s3 ls \"EVENT\""),
        ("'; : > owned; '", "aws s3 ls 'EVENT'"),
        ("; : > owned", "aws s3 ls EVENT"),
        ("x\n: > owned", "aws s3 ls EVENT"),
    ] {
        let into_the_command = |org: &mut Org| put(org.resource("pipesynth-listings", "Machine"), command);
        held_by("values as `$1`", |org| runs(org, text), into_the_command);
    }
}

/// The step as it would be if its command's text held the value.
fn put(value: &mut Value, command: &str) {
    if let Some(args) = value.pointer_mut("/HadoopJarStep/Args").filter(|args| args[0] == "bash") {
        args[3] = command.into();
    }
    match value {
        Value::Object(map) => map.values_mut().for_each(|value| put(value, command)),
        Value::Array(items) => items.iter_mut().for_each(|value| put(value, command)),
        _ => {}
    }
}

#[test]
fn threat_11_a_command_with_a_value_in_its_text_is_refused() {
    let scratch = Scratch::new("command");
    let pipeline = |command: &str| {
        format!(
            "name: a\naccount: \"111111111111\"\nsteps:\n  - {{ name: a, type: shell, command: \"{command}\", arguments: ['{{{{ logicalDate }}}}'] }}\n"
        )
    };
    for (command, good) in [("aws s3 ls s3://b/{{ logicalDate }}", false), ("aws s3 ls s3://b/$1", true)] {
        scratch.write("pipeline.yaml", pipeline(command));
        let ran = run(["validate".into(), scratch.arg("")]);
        assert_eq!(ran.exit == Exit::Done, good, "{command}: {}", ran.err);
    }
}
