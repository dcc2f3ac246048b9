//! Bytes → tree, or straight to a typed value.

use pipesynth_diag::{Cx, FileId, Files, FromNode, Node, Sink};

use crate::{text, tree};

/// A parsed file.
#[derive(Debug)]
pub struct Parsed {
    /// The file's place in the table; it is there also when the parsing failed.
    pub file: FileId,
    /// The document; `None` only after an error was reported. Some errors (duplicate keys, tags)
    /// leave a tree behind, so that the other findings of the file can be made in the same run.
    pub root: Option<Node>,
}

/// A file read as a `T`.
#[derive(Debug)]
pub struct Loaded<T> {
    /// The file's place in the table.
    pub file: FileId,
    /// The value; `None` only after an error was reported. Ask [`Sink::has_errors`] before using it for output.
    pub value: Option<T>,
}

/// Parses a file and adds it to the table under `path`, which is shown as given.
pub fn parse(files: &mut Files, path: impl Into<String>, bytes: Vec<u8>, sink: &mut Sink) -> Parsed {
    let (file, good) = text::admit(files, path.into(), bytes, sink);
    let root = match good {
        true => parse_text(file, files.text(file), sink),
        false => None,
    };
    Parsed { file, root }
}

/// Parses text that is in the table already. The text must hold no control characters; [`parse`] sees to that.
pub fn parse_text(file: FileId, text: &str, sink: &mut Sink) -> Option<Node> {
    tree::build(file, text, sink)
}

/// Parses a file and reads it as a `T`.
pub fn load<T: FromNode>(files: &mut Files, path: impl Into<String>, bytes: Vec<u8>, sink: &mut Sink) -> Loaded<T> {
    let Parsed { file, root } = parse(files, path, bytes, sink);
    let value = root.and_then(|root| T::read(&root, &mut Cx::new(file, sink)));
    Loaded { file, value }
}
