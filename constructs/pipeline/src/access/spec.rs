//! Data access as written.

use pipesynth_diag::{Spanned, spec};

spec! {
    /// What the steps may touch; nothing else is granted.
    pub struct AccessSpec: "`access`" {
        /// Objects to read: `s3://bucket/prefix*`.
        read: Option<Vec<Spanned<String>>> => "read",
        /// Objects to read, write and delete: `s3://bucket/prefix*`.
        write: Option<Vec<Spanned<String>>> => "write",
        /// Tables of the Glue Data Catalog to read: `database.table`.
        glue: Option<Vec<Spanned<String>>> => "glue",
        /// Keys to decrypt and encrypt with, by ARN.
        kms: Option<Vec<Spanned<String>>> => "kms",
        /// Managed policies, by ARN.
        policies: Option<Vec<Spanned<String>>> => "policies",
    }
}
