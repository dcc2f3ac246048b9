//! A file that a step runs: one of the project's, uploaded with the deploy, or one that lies in S3 already.

use pipesynth_core::{Piece, Target};
use pipesynth_diag::{Spanned, quoted};

use crate::codes;
use crate::construct::{Fixed, parameter};
use crate::lower::Lower;
use crate::text::{self, Part};

/// A file that a step runs.
#[derive(Debug, Clone, PartialEq)]
pub enum CodeFile {
    /// Relative to the project's folder, with `/` between its parts.
    Local(Spanned<String>),
    /// `s3://bucket/key`.
    S3(String),
}

impl CodeFile {
    /// Checks a path or an `s3://` address.
    pub fn lower(text: &Spanned<String>, cx: &mut Lower<'_>) -> Option<Self> {
        if let Err(fault) = text::check_fixed(text) {
            cx.error_help(codes::UNSAFE_TEXT, text.place, fault.message, fault.help);
            return None;
        }
        if let Some(rest) = text.strip_prefix("s3://") {
            let good = rest.split_once('/').is_some_and(|(bucket, key)| bucket.len() >= 3 && !key.is_empty());
            if !good {
                let help = "write `s3://bucket/key`";
                cx.error_help(codes::MISSING_FILE, text.place, format!("{} names no file in S3", quoted(text)), help);
            }
            return good.then(|| Self::S3(text.value.clone()));
        }
        let plain = !text.is_empty()
            && !text.starts_with('/')
            && !text.contains('\\')
            && !text.contains("://")
            && text.split('/').all(|part| !matches!(part, "" | "." | ".."));
        if !plain {
            let help = "write a path inside the project's folder, such as `code/aggregate.py`, or `s3://bucket/key`";
            cx.error_help(
                codes::MISSING_FILE,
                text.place,
                format!("{} is no path inside the project's folder", quoted(text)),
                help,
            );
        }
        if plain {
            cx.files.insert(text.clone());
        }
        plain.then(|| Self::Local(text.clone()))
    }

    /// The file's address in S3, as a part of a text. A local file lies under the stack's parameter `CodePrefix`.
    pub fn address(&self) -> Part {
        match self {
            Self::S3(address) => Part::Literal(address.clone()),
            Self::Local(path) => {
                let mut pieces = vec![Piece::Text("s3://".into())];
                pieces.extend(Fixed::bucket());
                pieces.push(Piece::Text("/".into()));
                pieces.push(Piece::Ref(Target::Parameter(parameter::CODE_PREFIX.into())));
                pieces.push(Piece::Text(format!("/{}", path.value).into()));
                Part::Stack(pieces)
            }
        }
    }

    /// `bucket/key`, if it lies in S3 already.
    pub fn object(&self) -> Option<&str> {
        match self {
            Self::S3(address) => address.strip_prefix("s3://"),
            Self::Local(_) => None,
        }
    }

    /// The local path, if it is one.
    pub fn local(&self) -> Option<&Spanned<String>> {
        match self {
            Self::Local(path) => Some(path),
            Self::S3(_) => None,
        }
    }
}
