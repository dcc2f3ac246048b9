//! Arguments → what the command line wrote and how it ended, in process.

use std::ffi::OsString;

use pipesynth::cli::Exit;

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub exit: Exit,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// What it wrote to stdout, after a good end.
    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!(self.exit, Exit::Done, "{}", self.err);
        self.out
    }
}

/// Runs `pipesynth` with these arguments, without colours whatever terminal the tests run on.
pub fn run<I: IntoIterator<Item = A>, A: Into<OsString>>(arguments: I) -> Ran {
    let arguments = arguments.into_iter().map(Into::into);
    let all = [OsString::from("pipesynth"), "--color=never".into()].into_iter().chain(arguments);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let exit = pipesynth::cli::main(all, &mut out, &mut err);
    Ran { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}
