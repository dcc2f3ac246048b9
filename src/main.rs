//! The `pipesynth` command: arguments in, exit code out.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let (out, err) = (std::io::stdout(), std::io::stderr());
    let mut out = std::io::BufWriter::new(out.lock());
    let mut err = err.lock();
    let exit = pipesynth::cli::main(std::env::args_os(), &mut out, &mut err);
    match out.flush() {
        Err(fault) if fault.kind() != std::io::ErrorKind::BrokenPipe => ExitCode::from(3),
        _ => ExitCode::from(exit.code()),
    }
}
