//! Path in the tree → logical id: readable, stable, and renamed by a table where code moved.
//!
//! The id is the path's names in PascalCase, put together: `["notifications", "topic"]` gives `NotificationsTopic`. The names `Resource` and
//! `Default` are left out, so that a construct can wrap one resource without a trace. Only where a name loses characters that tell it
//! from another (`team@example.com`) do eight hex digits of its hash follow. Nothing but the path goes in: moving code changes no id.

use std::collections::BTreeMap;

/// CloudFormation's limit on a logical id, in characters (template anatomy, resources).
pub const MAX_LENGTH: usize = 255;

/// New id → id to keep. For refactorings that move a resource in the tree: the deployed resource keeps its id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Renames(BTreeMap<String, String>);

impl Renames {
    /// Keeps `old` for the resource that would now be called `new`.
    pub fn keep(&mut self, new: impl Into<String>, old: impl Into<String>) {
        self.0.insert(new.into(), old.into());
    }

    pub(crate) fn get(&self, new: &str) -> Option<&str> {
        self.0.get(new).map(String::as_str)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, o)| (n.as_str(), o.as_str()))
    }
}

/// The logical id of a path.
pub fn logical_id(path: &[&str]) -> String {
    let mut id = String::new();
    for name in path.iter().filter(|n| **n != "Resource" && **n != "Default") {
        push_pascal(&mut id, name);
    }
    if id.is_empty() {
        id.push_str("Resource");
    }
    id
}

fn push_pascal(id: &mut String, name: &str) {
    let mut upper = true;
    let mut lossy = name.is_empty();
    for c in name.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' => {
                id.push(if upper { c.to_ascii_uppercase() } else { c });
                upper = false;
            }
            '-' | '_' | ' ' => upper = true,
            _ => {
                upper = true;
                lossy = true;
            }
        }
    }
    if lossy {
        id.push_str(&format!("{:08X}", fnv1a(name)));
    }
}

/// FNV-1a, 32 bits: the same on every machine and version, which the standard library's hasher does not promise.
pub(crate) fn fnv1a(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_words_of_the_path() {
        assert_eq!(logical_id(&["notifications", "topic"]), "NotificationsTopic");
        assert_eq!(logical_id(&["export-events-to-central-bus"]), "ExportEventsToCentralBus");
        assert_eq!(logical_id(&["Bus", "Resource"]), "Bus");
    }

    #[test]
    fn names_that_lose_characters_keep_apart_by_a_hash() {
        let a = logical_id(&["email", "a.b@example.com"]);
        let b = logical_id(&["email", "ab@example.com"]);
        assert!(a.starts_with("EmailABExampleCom") && b.starts_with("EmailAbExampleCom"));
        assert_ne!(a, b);
        assert_ne!(logical_id(&["a.b"]), logical_id(&["a/b"]));
    }
}
