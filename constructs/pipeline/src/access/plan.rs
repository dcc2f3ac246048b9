//! Data access as written → checked locations.

use pipesynth_diag::{Spanned, quoted};

use super::spec::AccessSpec;
use crate::codes;
use crate::lower::Lower;

/// Checked data access.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AccessPlan {
    /// Objects to read.
    pub read: Vec<Location>,
    /// Objects to read, write and delete.
    pub write: Vec<Location>,
    /// Glue tables: database and table.
    pub glue: Vec<(String, String)>,
    /// Keys.
    pub kms: Vec<String>,
    /// Managed policies.
    pub policies: Vec<String>,
}

/// Objects of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The bucket.
    pub bucket: String,
    /// The key, with `*` for any characters.
    pub key: String,
}

/// Checks data access. `None` only after an error was reported.
pub fn lower(spec: &AccessSpec, cx: &mut Lower<'_>) -> Option<AccessPlan> {
    let read = all(spec.read.as_ref(), cx, location);
    let write = all(spec.write.as_ref(), cx, location);
    let glue = all(spec.glue.as_ref(), cx, table);
    let kms = all(spec.kms.as_ref(), cx, |t| arn(t, "kms", "key/"));
    let policies = all(spec.policies.as_ref(), cx, |t| arn(t, "iam", "policy/"));
    Some(AccessPlan { read: read?, write: write?, glue: glue?, kms: kms?, policies: policies? })
}

fn all<T>(
    list: Option<&Vec<Spanned<String>>>,
    cx: &mut Lower<'_>,
    check: impl Fn(&str) -> Result<T, String>,
) -> Option<Vec<T>> {
    let mut checked = Vec::new();
    let mut good = true;
    for text in list.into_iter().flatten() {
        match check(text) {
            Ok(value) => checked.push(value),
            Err(expected) => {
                cx.error(codes::BAD_ACCESS, text.place, format!("expected {expected}, got {}", quoted(text)));
                good = false;
            }
        }
    }
    good.then_some(checked)
}

/// `s3://bucket/key`. Bucket names: 3 to 63 of lower-case letters, digits, dots and dashes (Amazon S3 User Guide, bucket naming rules).
fn location(text: &str) -> Result<Location, String> {
    let fault = || "a location such as `s3://listings-agg/*`".to_owned();
    let (bucket, key) = text.strip_prefix("s3://").and_then(|t| t.split_once('/')).ok_or_else(fault)?;
    let good = (3..=63).contains(&bucket.len())
        && bucket.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'))
        && !key.is_empty()
        && !key.contains(['$', '?', '{', '}'])
        && !key.chars().any(char::is_control);
    if good { Ok(Location { bucket: bucket.to_owned(), key: key.to_owned() }) } else { Err(fault()) }
}

fn table(text: &str) -> Result<(String, String), String> {
    let word = |w: &str| !w.is_empty() && w.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    match text.split_once('.') {
        Some((database, table)) if word(database) && (word(table) || table == "*") => {
            Ok((database.to_owned(), table.to_owned()))
        }
        _ => Err("a table such as `core.listings`, or `core.*`".to_owned()),
    }
}

/// `arn:partition:service:region:account:resource`. IAM's have no region, and those of AWS itself the account `aws`.
fn arn(text: &str, service: &str, resource: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let plain = text.chars().all(|c| c.is_ascii_graphic() && !"${}\"'*?".contains(c));
    match parts.as_slice() {
        ["arn", partition, s, region, account, rest]
            if plain
                && matches!(*partition, "aws" | "aws-cn" | "aws-us-gov")
                && *s == service
                && (service == "iam") == region.is_empty()
                && (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())
                    || service == "iam" && *account == "aws")
                && rest.strip_prefix(resource).is_some_and(|name| !name.is_empty() && name.chars().all(of_name)) =>
        {
            Ok(text.to_owned())
        }
        _ => Err(format!("an ARN such as `arn:aws:{service}:…:{resource}…`")),
    }
}

/// A character of a policy's path and name, or of a key's id (IAM and KMS API references).
fn of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=,.@-/".contains(c)
}
