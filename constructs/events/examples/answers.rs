//! A number of pairs → as many random patterns and events with our answers, one per line, the same at every call.
//!
//! `cargo run -p pipesynth-events --example answers -- 2000`: tab-separated `true`, `false` or `invalid`; the pattern; the event; the
//! faults of the pattern as a list of strings. All but the first are JSON.

#[path = "../tests/support/mod.rs"]
mod support;

use std::io::{BufWriter, Error, Write, stdout};

use pipesynth_events::Pattern;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

fn main() -> Result<(), Error> {
    let wanted = std::env::args().nth(1).unwrap_or_else(|| "2000".to_owned());
    let wanted: usize = wanted.parse().map_err(|_| Error::other(format!("`{wanted}` is no number of pairs")))?;
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let mut out = BufWriter::new(stdout().lock());
    for _ in 0..wanted {
        let pair = support::pair().new_tree(&mut runner).map_err(|reason| Error::other(reason.to_string()))?;
        let (pattern, event) = pair.current();
        let (answer, faults) = match Pattern::parse(&pattern) {
            Ok(read) => (if read.matches(&event) { "true" } else { "false" }, Vec::new()),
            Err(faults) => ("invalid", faults),
        };
        let faults: Value = faults.iter().map(ToString::to_string).collect();
        writeln!(out, "{answer}\t{pattern}\t{event}\t{faults}")?;
    }
    out.flush()
}
