//! The reference of the command line: clap's help of every command → docs/cli.md, held against what is committed.

use crate::support::{Held, run};

/// Columns of the help: clap wraps at those of the terminal, which is no part of the reference.
const WIDTH: usize = 100;

#[test]
fn the_reference_of_the_commands_is_their_help() {
    let mut text = String::from(
        "# The command line\n\nMade from the commands' own help: `INSTA_UPDATE=always cargo test --test main` writes it.\n",
    );
    let mut command = pipesynth::cli::command().term_width(WIDTH);
    command.build();
    section(&mut text, "pipesynth", &command);
    for subcommand in command.get_subcommands().filter(|command| command.get_name() != "help") {
        section(&mut text, &format!("pipesynth {}", subcommand.get_name()), subcommand);
    }
    let mut held = Held::new();
    held.file("docs/cli.md", &text);
    held.check();
}

fn section(text: &mut String, title: &str, command: &clap::Command) {
    let help = command.clone().term_width(WIDTH).render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    text.push_str(&format!("\n## {title}\n\n```\n{}\n```\n", lines.join("\n").trim_end()));
}

#[test]
fn the_committed_schemas_are_what_the_command_prints() {
    let mut held = Held::new();
    for (argument, file) in [
        ("pipeline", "schema/pipeline.schema.json"),
        ("organization", "schema/pipesynth.schema.json"),
        ("scenario", "schema/scenario.schema.json"),
    ] {
        held.file(file, &run(["schema", argument]).good());
    }
    held.nothing_else_in("schema", ".json");
    held.check();
}
