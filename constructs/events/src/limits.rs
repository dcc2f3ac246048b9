//! How long and how wide a pattern may be → numbers, and the check of its length.

use serde_json::Value;

use crate::Fault;

/// Characters of an event pattern that an account may use without a raised quota (EventBridge quotas: "Event pattern size").
pub const DEFAULT_LENGTH: usize = 2_048;

/// Characters of an event pattern that the API takes at most (`PutRule`, parameter `EventPattern`).
pub const API_LENGTH: usize = 4_096;

/// Combinations that the `$or` lists of one pattern may come to; EventBridge refuses more (user guide, "Or matching").
pub const MAX_COMBINATIONS: usize = 1_000;

/// Objects within objects. AWS names no number; a pattern that keeps to [`API_LENGTH`] can hardly be deeper, and ours end here.
pub const MAX_DEPTH: usize = 128;

/// Fields in all combinations of a pattern together, so that memory stays bounded for input that is far over [`API_LENGTH`].
pub(crate) const MAX_FIELDS: usize = 1_000_000;

/// Ways to take elements of an event's lists that are followed at once. Only an event that spells one path in several ways, with dots in
/// its keys, can come to more; what is over is not followed.
pub(crate) const MAX_CHOICES: usize = 100_000;

/// The characters of a pattern as it is sent to AWS: JSON without white space.
#[must_use]
pub fn length(pattern: &Value) -> usize {
    pattern.to_string().chars().count()
}

/// The fault of a pattern that is longer than `limit` characters: [`DEFAULT_LENGTH`] or [`API_LENGTH`].
///
/// [`crate::Pattern::parse`] does not look at the length, for a pattern with references in it has its length only when it is deployed.
#[must_use]
pub fn too_long(pattern: &Value, limit: usize) -> Option<Fault> {
    let length = length(pattern);
    let message = || format!("the pattern has {length} characters, allowed are {limit}");
    (length > limit).then(|| Fault { path: String::new(), message: message() })
}
