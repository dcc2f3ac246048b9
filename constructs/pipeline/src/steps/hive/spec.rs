//! A Hive step as written.

use indexmap::IndexMap;
use pipesynth_diag::{Spanned, Text, spec};

spec! {
    /// A Hive script.
    pub struct HiveSpec: "a `hive` step" {
        /// The script: a file of the project, or `s3://bucket/key`.
        script: Spanned<String> => "script",
        /// Variables of the script, which reads them as `${NAME}`; template text is allowed in values.
        variables: Option<IndexMap<Spanned<String>, Spanned<Text>>> => "variables",
        /// Further arguments of Hive, such as `--hiveconf`; template text is allowed.
        arguments: Option<Vec<Spanned<Text>>> => "arguments",
    }
}
