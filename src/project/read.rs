//! A file → its bytes, if it is not too large. A larger one is not read at all.

use std::io::Read;
use std::path::Path;

/// What reading a file gave.
pub enum Bytes {
    /// Its bytes.
    Read(Vec<u8>),
    /// It has so many bytes and was not read.
    TooLarge(u64),
}

/// Reads a file of at most `limit` bytes. A file that grows while it is read is too large as well.
pub fn read_bounded(path: &Path, limit: u64) -> std::io::Result<Bytes> {
    let file = std::fs::File::open(path)?;
    let length = file.metadata()?.len();
    if length > limit {
        return Ok(Bytes::TooLarge(length));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.take(limit + 1).read_to_end(&mut bytes)?;
    let read = bytes.len() as u64;
    Ok(if read > limit { Bytes::TooLarge(read) } else { Bytes::Read(bytes) })
}
