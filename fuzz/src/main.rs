//! One input of the fuzzer → the target that `PIPESYNTH_FUZZ` names. `./run` builds this, makes the seeds and runs every target.

#![no_main]

mod targets;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

type Target = fn(&str);

/// The target is the process's, so that one binary serves all of them.
static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let name = std::env::var("PIPESYNTH_FUZZ").unwrap_or_default();
    let found = targets::ALL.iter().find(|(known, _)| *known == name).map(|(_, target)| *target);
    found.unwrap_or_else(|| panic!("PIPESYNTH_FUZZ is one of {:?}", targets::ALL.map(|(name, _)| name)))
});

fuzz_target!(|data: &[u8]| {
    // Bytes that are no UTF-8 are one branch of the YAML reader; everything else starts from text.
    if let Ok(text) = std::str::from_utf8(data) {
        TARGET(text);
    } else {
        targets::bytes(data);
    }
});
