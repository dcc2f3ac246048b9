//! Bytes → text that may be YAML: the size, the encoding, the characters.

use pipesynth_diag::{Diagnostic, FileId, Files, Sink, Span};

use crate::codes;
use crate::limits::MAX_BYTES;

/// The finding about a file of `len` bytes that is refused unread; add the file to the table with an empty text.
#[must_use]
pub fn too_large(file: FileId, len: u64) -> Diagnostic {
    let mib = len.div_ceil(1 << 20);
    let message = format!("file is too large: {mib} MiB, at most 1 MiB is read");
    Diagnostic::error(codes::TOO_LARGE, file.whole(), message)
        .help("a pipeline file is a few kilobytes: is this the right file?")
}

/// Adds the file to the table. Its text is good to parse unless a finding was reported (`false`).
pub(crate) fn admit(files: &mut Files, path: String, bytes: Vec<u8>, sink: &mut Sink) -> (FileId, bool) {
    let len = bytes.len() as u64;
    if len > MAX_BYTES {
        let file = files.add(path, "");
        sink.push(too_large(file, len));
        return (file, false);
    }
    match String::from_utf8(bytes) {
        Ok(text) => {
            let file = files.add(path, text);
            let forbidden = forbidden(file, files.text(file));
            let good = forbidden.is_none();
            forbidden.into_iter().for_each(|found| sink.push(found));
            (file, good)
        }
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            // The text up to the fault is kept, so that its line can be counted and shown.
            let file = files.add(path, String::from_utf8_lossy(&bytes));
            sink.push(not_utf8(file, &bytes, at));
            (file, false)
        }
    }
}

fn not_utf8(file: FileId, bytes: &[u8], at: usize) -> Diagnostic {
    let message = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "file is UTF-16, not UTF-8".into(),
        _ => {
            let byte = bytes.get(at).copied().unwrap_or_default();
            format!("file is not UTF-8: byte {at} is `0x{byte:02x}`")
        }
    };
    let replacement = '\u{fffd}'.len_utf8();
    Diagnostic::error(codes::NOT_UTF8, file.at(Span::new(at..at + replacement)), message).help("save the file as UTF-8")
}

/// The first character that YAML does not allow (YAML 1.2.2, §5.1), with the number of all of them.
fn forbidden(file: FileId, text: &str) -> Option<Diagnostic> {
    // Almost every file passes here: no control bytes, and nothing of the ranges whose lead bytes are C2 and EF.
    let suspicious = |b: u8| (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) || matches!(b, 0x7f | 0xc2 | 0xef);
    text.bytes().position(suspicious)?;
    let mut bad = text.char_indices().filter(|&(_, c)| is_forbidden(c));
    let (at, c) = bad.next()?;
    let more = bad.count();
    let code = u32::from(c);
    let message = match more {
        0 => format!("control character U+{code:04X}"),
        _ => format!("control character U+{code:04X}, and {more} more in this file"),
    };
    let place = file.at(Span::new(at..at + c.len_utf8()));
    Some(
        Diagnostic::error(codes::CONTROL_CHARACTER, place, message)
            .why("YAML allows no control characters but tab and line ends")
            .help("take it out; in a quoted text write an escape such as `\"\\x1b\"`"),
    )
}

fn is_forbidden(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        c => c.is_control(),
    }
}
