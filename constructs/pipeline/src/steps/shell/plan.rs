//! A shell step as written → a checked one.

use pipesynth_diag::{Diagnostic, codes as common};

use super::spec::ShellSpec;
use crate::code_file::CodeFile;
use crate::steps::StepContext;
use crate::text::Piece;

/// A checked shell step.
#[derive(Debug, Clone, PartialEq)]
pub struct ShellPlan {
    /// What bash runs.
    pub what: What,
    /// `$1`, `$2` …
    pub arguments: Vec<Vec<Piece>>,
}

/// What bash runs.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A command.
    Command(String),
    /// A script.
    Script(CodeFile),
}

const AS_ARGUMENT: &str =
    "write `$1` in the command and the value under `arguments`: `arguments: [\"{{ logicalDate }}\"]`";

pub(super) fn lower(spec: &ShellSpec, cx: &mut StepContext<'_, '_>) -> Option<ShellPlan> {
    let arguments = cx.texts(spec.arguments.as_ref());
    let what = match (&spec.command, &spec.script) {
        (Some(command), None) if command.trim().is_empty() => {
            cx.cx.error_help(
                common::NO_VALUE,
                command.place,
                "the command is empty",
                "write a command, or take the step away",
            );
            None
        }
        (Some(command), None) => cx.plain(command, AS_ARGUMENT).map(What::Command),
        (None, Some(script)) => CodeFile::lower(script, cx.cx).map(What::Script),
        (Some(command), Some(script)) => {
            let found = Diagnostic::error(
                common::ONE_OF,
                script.place,
                "`script` and `command` cannot stand together in a `shell` step",
            )
            .related(command.place, "the command is here")
            .help("keep one of them");
            cx.cx.sink.push(found);
            None
        }
        (None, None) => {
            cx.cx.error_help(common::ONE_OF, cx.at, "a `shell` step needs `command` or `script`", "add `command: …`");
            None
        }
    };
    Some(ShellPlan { what: what?, arguments: arguments? })
}
