//! A Hadoop step as written.

use pipesynth_diag::{Spanned, Text, spec};

spec! {
    /// A Java program on Hadoop, such as a MapReduce job.
    pub struct HadoopSpec: "a `hadoop` step" {
        /// The jar: a file of the project, or `s3://bucket/key`.
        jar: Spanned<String> => "jar",
        /// The main class, where the jar's manifest does not name it.
        class: Option<Spanned<String>> => "class",
        /// The program's arguments; template text is allowed.
        arguments: Option<Vec<Spanned<Text>>> => "arguments",
    }
}
