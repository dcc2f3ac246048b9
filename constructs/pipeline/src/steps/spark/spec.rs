//! A Spark step as written.

use indexmap::IndexMap;
use pipesynth_diag::{Spanned, Text, spec};

spec! {
    /// A Spark application.
    pub struct SparkSpec: "a `spark` step" {
        /// The application: a file of the project, or `s3://bucket/key`.
        application: Spanned<String> => "application",
        /// The main class of a jar.
        class: Option<Spanned<String>> => "class",
        /// The application's arguments; template text is allowed.
        arguments: Option<Vec<Spanned<Text>>> => "arguments",
        /// Spark properties; template text is allowed in values.
        conf: Option<IndexMap<Spanned<String>, Spanned<Text>>> => "conf",
    }
}
