//! Exit codes, and what leads to them.

use std::io::{self, IsTerminal, Write};

use super::Io;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: findings in the user's files.
    Findings,
    /// 2: wrong usage.
    Usage,
    /// 3: the system or AWS refused.
    Refused,
}

impl Exit {
    /// The process's exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Refused => 3,
        }
    }
}

/// The exit after writing: a reader that went away is no fault of ours.
pub(super) fn written(result: io::Result<()>, exit: Exit) -> Exit {
    match result {
        Err(fault) if fault.kind() != io::ErrorKind::BrokenPipe => Exit::Refused,
        _ => exit,
    }
}

/// Writes data. A system that does not take it, such as a full disk, is named; a reader that went away is no fault of ours.
pub(super) fn data(io: &mut Io<'_>, bytes: &[u8], exit: Exit) -> Exit {
    match io.out.write_all(bytes).and_then(|()| io.out.flush()) {
        Err(fault) if fault.kind() != io::ErrorKind::BrokenPipe => {
            fail(io.err, Exit::Refused, &format!("the output cannot be written: {fault}"), &[])
        }
        _ => exit,
    }
}

/// Says what went wrong outside the user's files.
pub(super) fn fail(err: &mut dyn Write, exit: Exit, message: &str, hints: &[&str]) -> Exit {
    let mut text = format!("error: {message}\n");
    for hint in hints {
        text.push_str(&format!("hint: {hint}\n"));
    }
    written(err.write_all(text.as_bytes()), exit)
}

/// True where `stream` is a terminal that wants colours (NO_COLOR: no-color.org).
pub(super) fn terminal(stream: impl IsTerminal) -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
    stream.is_terminal() && !refused && !dumb
}
