//! A pipeline's trigger → `rev`, the content hash that tells one start condition from the next.

use std::fmt::Write;

use pipesynth_contract::ContractError;
use pipesynth_contract::starts::Trigger;
use sha2::{Digest, Sha256};

/// First 32 hex digits of the SHA-256 of the trigger's canonical JSON: equal for conditions that differ only in spelling.
pub fn rev(trigger: &Trigger) -> Result<String, ContractError> {
    let digest = Sha256::digest(trigger.canonical_json()?.as_bytes());
    let mut hex = String::with_capacity(32);
    for byte in digest.iter().take(16) {
        write!(hex, "{byte:02x}").map_err(|e| ContractError::new(e.to_string()))?;
    }
    Ok(hex)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rev_of(names: [&str; 2]) -> String {
        let leaf = |name: &str| json!({"account": "111111111111", "name": name, "status": ["SUCCEEDED"]});
        let trigger = json!({"executions": {"condition": {"allOf": names.map(leaf)},
            "correlate": "day", "within": "24h", "onRerun": "refire"}});
        rev(&serde_json::from_value(trigger).unwrap()).unwrap()
    }

    #[test]
    fn the_hash_is_that_of_the_canonical_json() {
        // Taken with `sha256sum` of the text that `canonical_json` writes.
        assert_eq!(rev_of(["listings", "searches"]), "79e5473dc7a44cb424165c429652f76f");
    }

    #[test]
    fn spelling_does_not_change_it_and_meaning_does() {
        assert_eq!(rev_of(["a", "b"]), rev_of(["b", "a"]));
        assert_ne!(rev_of(["a", "b"]), rev_of(["a", "c"]));
    }
}
