//! JSON → its text, as serde_json's `PrettyFormatter` writes it, which writes the spaces of each line one by one.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::json::Json;

/// The text of a template: one space a level, a line end at the end.
///
/// # Errors
/// Numbers that are not finite.
pub fn pretty(json: &Json<'_>) -> Result<String, serde_json::Error> {
    let mut out = Vec::with_capacity(64 * 1024);
    put(json, 0, &mut out)?;
    out.push(b'\n');
    String::from_utf8(out).map_err(<serde_json::Error as serde::ser::Error>::custom)
}

/// As [`write()`] with one space, without serde on the way: templates are the most of what is written.
fn put(json: &Json<'_>, depth: usize, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    match json {
        Json::Null => out.extend_from_slice(b"null"),
        Json::Bool(true) => out.extend_from_slice(b"true"),
        Json::Bool(false) => out.extend_from_slice(b"false"),
        Json::Int(_) | Json::Float(_) => serde_json::to_writer(out, json)?,
        Json::String(text) => string(text, out)?,
        Json::Array(items) => {
            out.push(b'[');
            for (at, item) in items.iter().enumerate() {
                line(depth + 1, at > 0, out);
                put(item, depth + 1, out)?;
            }
            if !items.is_empty() {
                line(depth, false, out);
            }
            out.push(b']');
        }
        Json::Object(object) => {
            out.push(b'{');
            for (at, (key, value)) in object.iter().enumerate() {
                line(depth + 1, at > 0, out);
                string(key, out)?;
                out.extend_from_slice(b": ");
                put(value, depth + 1, out)?;
            }
            if !object.is_empty() {
                line(depth, false, out);
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn line(depth: usize, behind: bool, out: &mut Vec<u8>) {
    if behind {
        out.push(b',');
    }
    match LINE.get(..=depth) {
        Some(line) => out.extend_from_slice(line),
        None => {
            out.push(b'\n');
            out.resize(out.len() + depth, b' ');
        }
    }
}

fn string(text: &str, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    // Without a branch in it, the compiler looks at many bytes at once.
    let escaped = text.bytes().fold(false, |found, b| found | (b < 0x20) | (b == b'"') | (b == b'\\'));
    if escaped {
        return serde_json::to_writer(out, text);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

/// Writes a value to the end of `out` with `step` spaces a level, as it stands `depth` levels deep in something larger.
///
/// # Errors
/// Numbers that are not finite; what the value itself cannot give.
pub fn write(value: &impl Serialize, step: usize, depth: usize, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    let format = Pretty { step, depth: depth * step, filled: false };
    value.serialize(&mut Serializer::with_formatter(out, format))
}

struct Pretty {
    step: usize,
    /// Spaces of the next line.
    depth: usize,
    filled: bool,
}

/// A line end and the spaces of the next line, deeper than templates are.
const LINE: &[u8; 65] = b"\n                                                                ";

impl Pretty {
    fn line<W: ?Sized + io::Write>(&self, out: &mut W) -> io::Result<()> {
        match LINE.get(..=self.depth) {
            Some(line) => out.write_all(line),
            None => {
                out.write_all(LINE)?;
                (LINE.len()..=self.depth).try_for_each(|_| out.write_all(b" "))
            }
        }
    }

    fn open<W: ?Sized + io::Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth += self.step;
        self.filled = false;
        out.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth -= self.step;
        if self.filled {
            self.line(out)?;
        }
        out.write_all(bracket)
    }

    fn next<W: ?Sized + io::Write>(&self, out: &mut W, first: bool) -> io::Result<()> {
        if !first {
            out.write_all(b",")?;
        }
        self.line(out)
    }
}

impl Formatter for Pretty {
    fn begin_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first)
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.open(out, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.close(out, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next(out, first)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_serde_jsons() {
        let deep = (0..80).fold(serde_json::json!("end"), |inner, _| serde_json::json!([inner]));
        for value in [
            serde_json::json!({"a": [], "b": {}, "c": [1, -2.5, true, null, "\"ü\n"], "d": {"e": {"f": [[], [{}]]}}}),
            serde_json::json!([]),
            deep,
        ] {
            let mut out = Vec::new();
            let format = serde_json::ser::PrettyFormatter::with_indent(b" ");
            value.serialize(&mut Serializer::with_formatter(&mut out, format)).unwrap();
            out.push(b'\n');
            assert_eq!(pretty(&Json::from(&value)).unwrap(), String::from_utf8(out).unwrap());
            let within = serde_json::to_string_pretty(&serde_json::json!([value])).unwrap();
            let mut out = b"[\n  ".to_vec();
            write(&value, 2, 1, &mut out).unwrap();
            out.extend(b"\n]");
            assert_eq!(String::from_utf8(out).unwrap(), within);
        }
    }
}
