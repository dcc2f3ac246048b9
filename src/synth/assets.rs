//! The files that a pipeline runs → where they go, under a prefix that holds the hash of all of them.

use std::io::Read;
use std::path::{Path, PathBuf};

use pipesynth_contract::names;
use pipesynth_diag::{Diagnostic, Sink};
use pipesynth_pipeline::codes;
use sha2::{Digest, Sha256};

use crate::plan::Planned;

/// A pipeline's files.
pub struct Assets {
    /// The prefix in the account's bucket: the stack's parameter `CodePrefix`.
    pub prefix: String,
    /// The files.
    pub files: Vec<Asset>,
}

/// One file.
pub struct Asset {
    /// Where it lies.
    pub source: PathBuf,
    /// Its path in the project, with `/`.
    pub path: String,
    /// SHA-256 of its bytes, in hex.
    pub hash: String,
}

/// What is done with a pipeline's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// They are read, for their hash.
    Hashed,
    /// They are only opened, to know that they can be read; there are no assets.
    Opened,
}

/// The files of a pipeline. `Some(None)` where it has none; `None` only after an error was reported.
pub(super) fn of(planned: &Planned, code: Code, sink: &mut Sink) -> Option<Option<Assets>> {
    let mut files = Vec::new();
    let mut all = Sha256::new();
    let mut paths = planned.plan.code();
    paths.sort_by(|a, b| a.value.cmp(&b.value));
    for path in paths {
        let source = planned.source.folder.join(&path.value);
        let read = match code {
            Code::Hashed => hash(&source).map(Some),
            Code::Opened => std::fs::File::open(&source).map(|_| None),
        };
        match read {
            Ok(None) => {}
            Ok(Some(hash)) => {
                all.update(path.value.as_bytes());
                all.update([0]);
                all.update(hash.as_bytes());
                files.push(Asset { source, path: path.value.clone(), hash });
            }
            Err(fault) => {
                let message = format!("`{}` cannot be read: {fault}", path.value);
                sink.push(Diagnostic::error(codes::MISSING_FILE, path.place, message));
                return None;
            }
        }
    }
    if files.is_empty() {
        return Some(None);
    }
    let hash = hex(&all.finalize());
    let short: String = hash.chars().take(16).collect();
    Some(Some(Assets { prefix: format!("{}{}/{short}", names::KEY_CODE, planned.plan.name), files }))
}

/// SHA-256 of a file's bytes, in hex.
pub(super) fn hash(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = [0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
