//! `pipesynth completions` — completions for shells.

use super::Io;
use super::exit::{Exit, data};

/// Print completions for a shell
#[derive(clap::Args)]
#[command(after_help = "Examples:
  bash:  pipesynth completions bash > ~/.local/share/bash-completion/completions/pipesynth
  zsh:   pipesynth completions zsh > \"${fpath[1]}/_pipesynth\"
  fish:  pipesynth completions fish > ~/.config/fish/completions/pipesynth.fish")]
pub struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "pipesynth", &mut text);
    data(io, &text, Exit::Done)
}
