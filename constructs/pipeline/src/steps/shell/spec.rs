//! A shell step as written.

use pipesynth_diag::{Spanned, Text, spec};

spec! {
    /// A command or a script, run by bash on the primary node.
    pub struct ShellSpec: "a `shell` step" {
        /// The command. Values come in as `$1`, `$2` … from `arguments`.
        command: Option<Spanned<String>> => "command",
        /// A script: a file of the project, or `s3://bucket/key`.
        script: Option<Spanned<String>> => "script",
        /// The arguments; template text is allowed.
        arguments: Option<Vec<Spanned<Text>>> => "arguments",
    }
}
